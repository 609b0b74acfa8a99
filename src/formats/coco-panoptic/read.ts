/**
 * A PNG of COCO panoptic and its annotation to maps of classes and objects. It reads what evaluation.py of panopticapi at
 * 7bb4655 (github.com/cocodataset/panopticapi) reads, and reports what differs from the format.
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid as invalidOption } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { decodeIds } from "../id-png/read.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { type CocoCategory, readCategories } from "../shared/class-names.js";
import { integerAt, objectAt } from "../shared/fields.js";
import { labelSegments, readSegmentsInfo } from "../shared/listed-segments.js";
import { type CocoPanopticAnnotation, FORMAT } from "./json.js";

/**
 * Turns one image into a label map with a label for each segment, in the order of `segments_info`. Objects are the segments
 * that are no crowd and whose category is a thing. Without `categories`, all segments but crowds are objects, and a class
 * is called by its id. Pixels in no segment are unlabelled. `map.semantic()` gives the category ids, and `map.instance()`
 * the objects, numbered from 1.
 *
 * Some defects do not stop the reader. Each kind is one of the map's `issues`, which counts them: `coco-boolean` (`isthing`
 * or `iscrowd` is true or false instead of 1 or 0), `coco-isthing-missing` (a category without `isthing` is read as a
 * thing), `coco-area-stale` (an area is not the number of pixels, which counts), `coco-segment-empty` (a segment without a
 * pixel, which is left out).
 *
 * @param png the segment ids, RGB: `id = R + 256 G + 256² B`
 * @param annotation the image's entry of `annotations`
 * @param options.categories the categories of the data set; they say what classes are called and which are things
 * @param options.strict treats these defects as errors. Default false.
 * @throws {FormatError} FORMAT_INVALID: the annotation lacks a segment of the PNG, `categories` lacks a category, or a
 *   field is invalid; with `strict` every defect.
 * @throws {PngError} the PNG is damaged or exceeds the limits. PNG_16_BIT_COLORS: its samples do not fit 8 bits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCocoPanoptic(
  png: PngInput,
  annotation: Pick<CocoPanopticAnnotation, "segments_info">,
  options: LimitOptions &
    AbortableOptions & {
      readonly categories?: readonly (CocoCategory & { readonly isthing?: 0 | 1 | boolean })[];
      readonly strict?: boolean;
    } = {},
): Promise<LabelMap> {
  checkOptions(options);
  checkKeys(options, "categories strict maxPixels maxBytes verify signal", "the options");
  const { categories, strict = false, ...limits } = options;
  if (typeof strict !== "boolean") throw invalidOption("strict must be true or false");
  const defects = new Defects(strict);
  const classes =
    categories === undefined
      ? undefined
      : readCategories(categories, FORMAT, ({ isthing }, path, id) => ({
          isThing: isThingAt(isthing, path, id, defects),
        }));
  const areas = new Map<number, { readonly area: number; readonly path: string }>();
  const { segments_info: info } = objectAt(annotation, "the annotation", FORMAT);
  const segments = readSegmentsInfo(info, FORMAT, (fields, path) => {
    const classId = integerAt(fields.category_id, `${path}.category_id`, FORMAT);
    const isGroup = flagAt(fields.iscrowd ?? 0, `${path}.iscrowd`, defects);
    const unnamed = { className: String(classId), supercategory: null, isThing: true };
    const known = classes === undefined ? unnamed : classes.get(classId);
    if (known === undefined) throw invalid(`${path}.category_id: categories has no id ${classId}.`);
    if (fields.area !== undefined) areas.set(fields.id as number, { area: areaAt(fields.area, path), path });
    const { isThing } = known;
    return { ...known, classId, isInstance: isThing && !isGroup, isCrowd: isThing && isGroup };
  });
  if (segments.has(0)) throw invalid("segments_info has a segment with the id 0, which is void.");
  const { width, height, data, ids, segments: found, issues } = await decodeIds(png, limits);
  const pixels = new Map(found.map(({ id, pixelCount }) => [id, pixelCount]));
  for (const id of segments.keys()) {
    const count = pixels.get(id);
    const { area, path } = areas.get(id) ?? { area: count };
    if (count === undefined) {
      defects.add("coco-segment-empty", `segments_info has the segment ${id}, but the map does not`);
      segments.delete(id);
    } else if (area !== count) {
      const problem = `${path}.area: the segment ${id} has the area ${area}, but ${count} pixels in the map`;
      defects.add("coco-area-stale", problem);
    }
  }
  const isVoid = (id: number) => id === 0;
  return labelSegments({ width, height, data, ids }, segments, isVoid, FORMAT, [
    ...defects.issues(),
    ...issues,
  ]);
}

function isThingAt(isthing: unknown, path: string, id: number, defects: Defects): boolean {
  if (isthing !== undefined && isthing !== null) return flagAt(isthing, `${path}.isthing`, defects);
  defects.add("coco-isthing-missing", `${path}.isthing: is missing; the category ${id} is a thing`);
  return true;
}

function flagAt(value: unknown, path: string, defects: Defects): boolean {
  if (typeof value !== "boolean") return integerAt(value, path, FORMAT, 0, 1) === 1;
  defects.add("coco-boolean", `${path}: is ${value} instead of ${Number(value)}`);
  return value;
}

/** An area may be wrong, or a fraction after a resize, but it is a number. */
function areaAt(value: unknown, path: string): number {
  return typeof value === "number" ? value : integerAt(value, `${path}.area`, FORMAT);
}

/** The defects that do not stop the reader: one issue for each kind. */
class Defects {
  readonly #strict: boolean;
  readonly #found = new Map<string, { readonly first: string; count: number }>();

  constructor(strict: boolean) {
    this.#strict = strict;
  }

  /** @throws {FormatError} FORMAT_INVALID, if the reader is strict */
  add(code: string, message: string): void {
    if (this.#strict) throw invalid(`${message}.`);
    const kind = this.#found.get(code);
    if (kind === undefined) this.#found.set(code, { first: message, count: 1 });
    else kind.count++;
  }

  issues(): Issue[] {
    return Array.from(this.#found, ([code, { first, count }]) => ({
      code,
      message: count === 1 ? `${first}.` : `${first}. ${count - 1} more are like it.`,
    }));
  }
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
