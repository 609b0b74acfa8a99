/**
 * A map of segment ids and a list of the segments, as panoptic formats have them, to maps of classes and objects.
 */
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import { arrayAt, integerAt, objectAt } from "./fields.js";

const MAX_ID = 2 ** 31 - 1;

/** The class and the object of each pixel, as two maps: H×W, row-major, `data[y * width + x]`. */
export interface PanopticMaps {
  readonly width: number;
  readonly height: number;
  /** The class id of each pixel, or `voidId` if the pixel is in no segment. */
  readonly semantic: Int32Array<ArrayBuffer>;
  /** The object's number of each pixel, or 0 if the pixel is in no object. Objects count from 1. */
  readonly instance: Int32Array<ArrayBuffer>;
}

/** Maps of classes and objects, with the defects of the files that did not stop the reader. */
export interface PanopticMapsWithIssues extends PanopticMaps {
  /** Empty if the files are as their format says. */
  readonly issues: readonly Issue[];
}

/** A segment, as the list describes it. */
export interface SegmentInfo {
  readonly id: number;
  readonly classId: number;
  readonly isInstance: boolean;
}

/** A map whose numbers are places in `ids`. Each id occurs in the map. */
export interface IndexedIds {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly ids: ArrayLike<number>;
}

/**
 * Checks the class id of the pixels that are in no segment.
 * @param classIds the class ids of the segments
 * @throws {DecodeError} OPTION_INVALID: `voidId` is not a class id, or a segment has the same class id.
 */
export function checkVoidId(voidId: unknown, classIds: Iterable<number>): void {
  const wrong = (problem: string) => new DecodeError("OPTION_INVALID", `voidId ${problem}`);
  if (!Number.isInteger(voidId) || (voidId as number) < 0 || (voidId as number) > MAX_ID) {
    throw wrong(`must be an integer from 0 to ${MAX_ID}.`);
  }
  for (const classId of classIds) {
    if (classId === voidId)
      throw wrong(`is ${voidId}, but a segment has this class id too; give another id.`);
  }
}

/**
 * Reads `segments_info`: an array of objects, each with an `id` of its own.
 * @param read reads the other fields of a segment
 * @throws {FormatError} FORMAT_INVALID: the list has another form, or two segments have the same id.
 */
export function readSegmentsInfo(
  segmentsInfo: unknown,
  format: string,
  read: (fields: Record<string, unknown>, path: string) => Omit<SegmentInfo, "id">,
): Map<number, SegmentInfo> {
  const segments = new Map<number, SegmentInfo>();
  arrayAt(segmentsInfo, "segments_info", format).forEach((item, place) => {
    const path = `segments_info[${place}]`;
    const fields = objectAt(item, path, format);
    const id = integerAt(fields.id, `${path}.id`, format);
    if (segments.has(id))
      throw new FormatError("FORMAT_INVALID", format, `${path}.id: ${id} is also the id of another segment.`);
    segments.set(id, { id, ...read(fields, path) });
  });
  return segments;
}

/**
 * Makes the two maps, after checking that the map and the list of segments belong together. Every id of the map but
 * void must be in the list. Every segment of the list must have a pixel.
 *
 * @param isVoid whether an id may have no segment
 * @throws {FormatError} FORMAT_INVALID: the map and the list do not belong together.
 * @throws {DecodeError} OPTION_INVALID: an invalid `voidId`.
 */
export function mapsOfSegments(
  { width, height, data, ids }: IndexedIds,
  segments: ReadonlyMap<number, SegmentInfo>,
  isVoid: (id: number) => boolean,
  voidId: number,
  format: string,
): PanopticMaps {
  const invalid = (message: string) => new FormatError("FORMAT_INVALID", format, message);
  checkVoidId(
    voidId,
    Array.from(segments.values(), ({ classId }) => classId),
  );
  const numbers = new Map<number, number>();
  for (const { id, isInstance } of segments.values()) if (isInstance) numbers.set(id, numbers.size + 1);
  const classTable = new Int32Array(ids.length);
  const instanceTable = new Int32Array(ids.length);
  const seen = new Set<number>();
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!;
    const segment = segments.get(id);
    if (segment === undefined) {
      if (!isVoid(id)) throw invalid(`the map has the segment ${id}, but segments_info does not.`);
      classTable[place] = voidId;
      continue;
    }
    seen.add(id);
    classTable[place] = segment.classId;
    instanceTable[place] = numbers.get(id) ?? 0;
  }
  for (const id of segments.keys()) {
    if (!seen.has(id)) throw invalid(`segments_info has the segment ${id}, but the map does not.`);
  }
  const semantic = new Int32Array(data.length);
  const instance = new Int32Array(data.length);
  for (let index = 0; index < data.length; index++) {
    semantic[index] = classTable[data[index]!]!;
    instance[index] = instanceTable[data[index]!]!;
  }
  return { width, height, semantic, instance };
}
