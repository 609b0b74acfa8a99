/** The size of an image whose labels do not say it: that of its photo, or of an option. */

import { isObject, isSize, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { FormatError, LabelMapError } from "../../errors.js";
import type { FileSource } from "../set.js";
import { type ImageSize, readImageSize } from "./image-size.js";

/** A size for all images, or a function that gives it for the name of an image. */
export type SizeOption = ImageSize | ((name: string) => ImageSize | undefined) | undefined;

/** @throws {DecodeError} OPTION_INVALID */
export function checkSizeOption(size: SizeOption): void {
  if (size !== undefined && typeof size !== "function") checkSize(size, "size");
}

/**
 * The size of the photo; if there is none, or it is of an unknown kind, that of the option.
 *
 * @param labels what messages name
 * @throws {LabelMapError} SOURCE_MISSING: there is no photo, and no option says the size.
 * @throws {FormatError} FORMAT_UNSUPPORTED: the photo's size cannot be read, and no option says it.
 */
export async function sizeOfImage(
  source: FileSource,
  { name, photo, labels }: { readonly name: string; readonly photo: string | null; readonly labels: string },
  size: SizeOption,
): Promise<ImageSize> {
  const given = () => {
    const found = typeof size === "function" ? size(name) : size;
    const option = typeof size === "function" ? `size(${quote(name)})` : "size";
    return found === undefined ? undefined : checkSize(found, option);
  };
  if (photo !== null) {
    try {
      return await readImageSize(source, photo);
    } catch (error) {
      const found = error instanceof FormatError ? given() : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }
  const found = given();
  if (found !== undefined) return found;
  const problem = "the photo is missing, so the size of the image is unknown";
  throw new LabelMapError("SOURCE_MISSING", `${labels}: ${problem}; add the photo, or give \`size\`.`);
}

function checkSize(size: unknown, name: string): ImageSize {
  const { width, height }: Partial<Record<"width" | "height", unknown>> = isObject(size) ? size : {};
  if (isSize(width) && isSize(height)) return { width, height };
  throw invalid(`${name} must be { width, height }, two positive integers.`);
}
