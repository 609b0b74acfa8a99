/** A map of segment ids and a list of the segments, as panoptic formats have them, to a label map. */

import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import { arrayAt, type Fields, integerAt, objectAt } from "./fields.js";

/** A map whose numbers are places in `ids`. Each id occurs in the map. */
export interface IndexedIds {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly ids: ArrayLike<number>;
}

/**
 * Reads `segments_info`: an array of objects, each with an `id` of its own.
 * @param read reads the other fields of a segment
 * @param name what messages call the list
 * @throws {FormatError} FORMAT_INVALID: the list has another form, or two segments have the same id.
 */
export function readSegmentsInfo(
  segmentsInfo: unknown,
  format: string,
  read: (fields: Fields, path: string) => Omit<LabelFacts, "sourceId">,
  name = "segments_info",
): Map<number, LabelFacts> {
  const segments = new Map<number, LabelFacts>();
  arrayAt(segmentsInfo, name, format).forEach((item, place) => {
    const path = `${name}[${place}]`;
    const fields = objectAt(item, path, format);
    const id = integerAt(fields.id, `${path}.id`, format);
    if (segments.has(id))
      throw new FormatError("FORMAT_INVALID", format, `${path}.id: ${id} is also the id of another segment.`);
    segments.set(id, { ...read(fields, path), sourceId: id });
  });
  return segments;
}

/**
 * Makes the label map, after checking that the map and the list of segments belong together. Every id of the map but void
 * must be in the list. Every segment of the list must have a pixel. Labels are in the order of the list.
 *
 * @param map its `data` becomes that of the label map.
 * @param isVoid whether an id may have no segment
 * @param name what messages call the list
 * @throws {FormatError} FORMAT_INVALID: the map and the list do not belong together.
 */
export function labelSegments(
  { width, height, data, ids }: IndexedIds,
  segments: ReadonlyMap<number, LabelFacts>,
  isVoid: (id: number) => boolean,
  format: string,
  issues: readonly Issue[] = [],
  name = "segments_info",
): LabelMap {
  const invalid = (message: string) => new FormatError("FORMAT_INVALID", format, message);
  const labelOfId = new Map(Array.from(segments.keys(), (id, label) => [id, label]));
  const table = new Int32Array(ids.length);
  const seen = new Set<number>();
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!;
    const label = labelOfId.get(id);
    if (label === undefined && !isVoid(id)) {
      throw invalid(`the map has the segment ${id}, but ${name} does not.`);
    }
    seen.add(id);
    table[place] = label ?? -1;
  }
  for (const id of segments.keys()) {
    if (!seen.has(id)) throw invalid(`${name} has the segment ${id}, but the map does not.`);
  }
  for (let index = 0; index < data.length; index++) data[index] = table[data[index]!]!;
  return makeLabelMap({ width, height, data }, [...segments.values()], issues);
}
