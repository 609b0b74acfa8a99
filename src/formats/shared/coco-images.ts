/** The list of images that all JSON files of COCO have, and the checks of its entries. */
import { kindOf, quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { arrayAt, objectAt } from "./fields.js";
import type { OpenItem } from "./set-writing.js";

/** An image, with the names that the files use ("COCO data format", cocodataset.org/#format-data). */
export interface CocoImage {
  readonly id: number | string;
  readonly width: number;
  readonly height: number;
  /** The file name of the photograph. */
  readonly file_name: string;
}

/** The entry of an image that is written. If its photo is not known, its name ends with `.jpg`, as COCO's own do. */
export function cocoImage(
  id: number | string,
  { name, map: { width, height }, photoEnding }: Pick<OpenItem, "name" | "map" | "photoEnding">,
): CocoImage {
  return { id, width, height, file_name: `${name}${photoEnding ?? ".jpg"}` };
}

/** Where the photo of an image is in a set of COCO. */
export function cocoPhotoPath({ name, split, photoEnding }: OpenItem): string {
  return `${split}/${name}${photoEnding}`;
}

/** COCO's image ids are integers; cityscapesScripts writes strings. */
export function isImageId(id: unknown): id is number | string {
  return Number.isSafeInteger(id) || typeof id === "string";
}

/**
 * Returns the ids of the images.
 * @throws {FormatError} FORMAT_INVALID: an image has no id, or two images have the same id.
 */
export function checkImages(images: unknown, format: string): ReadonlySet<unknown> {
  const ids = new Set<unknown>();
  arrayAt(images, "images", format).forEach((image, place) => {
    const path = `images[${place}].id`;
    const { id } = objectAt(image, `images[${place}]`, format);
    if (!isImageId(id)) {
      throw new FormatError(
        "FORMAT_INVALID",
        format,
        `${path}: is ${kindOf(id)}; make it an integer or a string.`,
      );
    }
    if (ids.has(id))
      throw new FormatError(
        "FORMAT_INVALID",
        format,
        `${path}: ${quote(String(id))} is also the id of another image.`,
      );
    ids.add(id);
  });
  return ids;
}
