/** A segmentation bitmap of segments.ai and its annotations to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { decodeIds } from "../id-png/read.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { readCategories } from "../shared/class-names.js";
import { integerAt, objectAt } from "../shared/fields.js";
import { labelSegments, readSegmentsInfo } from "../shared/listed-segments.js";

export const FORMAT = "segments.ai";

/** A category of a release: an element of `dataset.task_attributes.categories`. */
export interface SegmentsAiCategory {
  readonly id: number;
  readonly name: string;
  /** Whether its objects are told apart. Default: they are. */
  readonly has_instances?: boolean | null;
}

export interface SegmentsAiReadOptions extends LimitOptions, AbortableOptions {
  /** The categories of the release. Without them, a class is called by its id. */
  readonly categories?: readonly SegmentsAiCategory[];
}

/**
 * Turns one image into a label map with a label for each annotation, in their order. Objects are the annotations of
 * categories whose `has_instances` is not false. Pixels with the id 0 are unlabelled. `map.semantic()` gives the category
 * ids, and `map.instance()` the objects, numbered from 1.
 *
 * `issues`: `annotation-empty` (annotations without a pixel, which are left out).
 *
 * @param png the ids: `id = R + 256 G + 256² B`, whatever A is (`load_label_bitmap_from_url` of the package segments-ai)
 * @param label the `attributes` of a label: `annotations` with `id` and `category_id`
 * @throws {FormatError} FORMAT_INVALID: the annotations lack an id of the PNG, the categories lack a category, or a field
 *   is invalid.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeSegmentsAi(
  png: PngInput,
  label: { readonly annotations: readonly object[] },
  options: SegmentsAiReadOptions = {},
): Promise<LabelMap> {
  checkKeys(checkOptions(options), "categories maxPixels maxBytes verify strict signal", "the options");
  const { categories, ...limits } = options;
  const classes =
    categories === undefined
      ? undefined
      : readCategories(categories, FORMAT, (fields) => ({ isThing: fields.has_instances !== false }));
  const { annotations } = objectAt(label, "the label", FORMAT);
  const read = (fields: Readonly<Record<string, unknown>>, path: string) => {
    const classId = integerAt(fields.category_id, `${path}.category_id`, FORMAT);
    const unnamed = { className: String(classId), supercategory: null, isThing: true };
    const known = classes === undefined ? unnamed : classes.get(classId);
    if (known === undefined) {
      const message = `${path}.category_id: categories has no id ${classId}.`;
      throw new FormatError("FORMAT_INVALID", FORMAT, message);
    }
    return { ...known, classId, isInstance: known.isThing };
  };
  const segments = readSegmentsInfo(annotations, FORMAT, read, "annotations");
  const { width, height, data, ids, issues } = await decodeIds(png, limits);
  const occurring = new Set(ids);
  const empty = [...segments.keys()].filter((id) => !occurring.has(id));
  for (const id of empty) segments.delete(id);
  const all = [...issues, ...issueOfEmpty(empty)];
  const isVoid = (id: number) => id === 0;
  return labelSegments({ width, height, data, ids }, segments, isVoid, FORMAT, all, "annotations");
}

function issueOfEmpty(ids: readonly number[]): Issue[] {
  if (ids.length === 0) return [];
  const message = `${counted(ids.length, "annotation has", "annotations have")} no pixels, first the one with the id ${ids[0]}.`;
  return [{ code: "annotation-empty", message }];
}
