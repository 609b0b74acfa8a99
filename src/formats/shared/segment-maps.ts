/** Maps of segment ids and a table of the segments, as panoptic formats have them, to maps of classes and instances. */
import { DecodeError, FormatError } from "../../errors.js";
import { arrayAt, integerAt, objectAt } from "./fields.js";

const MAX_ID = 2 ** 31 - 1;

/** What panoptic formats say once per pixel, as two maps; row-major, H×W. */
export interface PanopticMaps {
  readonly width: number;
  readonly height: number;
  /** Per pixel the class id, `voidId` where there is no segment. */
  readonly semantic: Int32Array<ArrayBuffer>;
  /** Per pixel the object's number, from 1 in the order of the segments; 0 where there is none. */
  readonly instance: Int32Array<ArrayBuffer>;
}

/** A segment as the table has it. */
export interface SegmentInfo {
  readonly id: number;
  readonly classId: number;
  readonly isInstance: boolean;
  readonly area?: number;
}

/** The ids that occur in a map and where: `data` holds places in `ids`. */
export interface IndexedIds {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/**
 * Checks what pixels of no segment are to be.
 * @param classIds those of the segments
 * @throws {DecodeError} OPTION_INVALID: no class id, or one that a segment has.
 */
export function checkVoidId(voidId: unknown, classIds: Iterable<number>): void {
  const wrong = (problem: string) => new DecodeError("OPTION_INVALID", `voidId ${problem}`);
  if (!Number.isInteger(voidId) || (voidId as number) < 0 || (voidId as number) > MAX_ID) {
    throw wrong(`must be an integer from 0 to ${MAX_ID}.`);
  }
  for (const classId of classIds) {
    if (classId === voidId) throw wrong(`is ${voidId}, which is a segment's class as well; give another.`);
  }
}

/**
 * Reads `segments_info`: an array of objects with an `id` that none shares, and what else `read` takes.
 * @throws {FormatError} FORMAT_INVALID
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
      throw new FormatError("FORMAT_INVALID", format, `${path}.id: ${id} is there twice.`);
    segments.set(id, { id, ...read(fields, path) });
  });
  return segments;
}

/**
 * The two maps, once it is sure that ids and segments belong together: every id but void has its segment, every segment
 * a pixel, and areas that are given are the pixels' number.
 *
 * @param isVoid whether an id that has no segment is allowed
 * @throws {FormatError} FORMAT_INVALID
 * @throws {DecodeError} OPTION_INVALID: a wrong `voidId`.
 */
export function mapsOfSegments(
  { width, height, data, ids, counts }: IndexedIds,
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
      if (!isVoid(id)) throw invalid(`the map has the segment ${id}, but segments_info has not.`);
      classTable[place] = voidId;
      continue;
    }
    const { area = counts[place]! } = segment;
    if (area !== counts[place]) {
      throw invalid(`the segment ${id} has the area ${area}, but ${counts[place]} pixels.`);
    }
    seen.add(id);
    classTable[place] = segment.classId;
    instanceTable[place] = numbers.get(id) ?? 0;
  }
  for (const id of segments.keys()) {
    if (!seen.has(id)) throw invalid(`segments_info has the segment ${id}, but the map has not.`);
  }
  const semantic = new Int32Array(data.length);
  const instance = new Int32Array(data.length);
  for (let index = 0; index < data.length; index++) {
    semantic[index] = classTable[data[index]!]!;
    instance[index] = instanceTable[data[index]!]!;
  }
  return { width, height, semantic, instance };
}
