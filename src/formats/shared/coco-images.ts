/** What the JSON files of COCO have in common: the list of images, and what its entries must keep to. */
import { kindOf, quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { arrayAt, objectAt } from "./fields.js";

/** Names as in the files ("COCO data format", cocodataset.org/#format-data). */
export interface CocoImage {
  readonly id: number | string;
  readonly width: number;
  readonly height: number;
  /** The photograph's file name. */
  readonly file_name: string;
}

/** COCO's image ids are integers; cityscapesScripts writes strings. */
export function isImageId(id: unknown): id is number | string {
  return Number.isSafeInteger(id) || typeof id === "string";
}

/**
 * The images' ids.
 * @throws {FormatError} FORMAT_INVALID: no id, or one twice.
 */
export function checkImages(images: unknown, format: string): ReadonlySet<unknown> {
  const ids = new Set<unknown>();
  arrayAt(images, "images", format).forEach((image, place) => {
    const path = `images[${place}].id`;
    const { id } = objectAt(image, `images[${place}]`, format);
    if (!isImageId(id)) {
      throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(id)}; make it an integer.`);
    }
    if (ids.has(id))
      throw new FormatError("FORMAT_INVALID", format, `${path}: ${quote(String(id))} is there twice.`);
    ids.add(id);
  });
  return ids;
}
