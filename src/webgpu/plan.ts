/** The tables that a shader reads, and how many of its groups are needed, for one map and one window of the output. */

import { invalid } from "../checks/invalid.js";
import type { OutputArea } from "./output-area.js";
import { GROUP, NO_BAND, PLAN_FIELDS, type PlanField, WORKGROUP } from "./shaders.js";
import type { RunsPart } from "./upload.js";

/** A part of a buffer that is bound as a whole. */
export interface Window {
  /** In bytes, a multiple of 256. */
  readonly offset: number;
  /** In bytes, a multiple of 4. */
  readonly size: number;
}

/** The alignment of a binding's offset that every device allows. */
const OFFSET_ALIGNMENT = 256;

/** Splits a buffer into windows that can be bound. */
export function windowsOf(size: number, maxBindingSize: number): Window[] {
  const most = Math.floor(maxBindingSize / OFFSET_ALIGNMENT) * OFFSET_ALIGNMENT;
  return Array.from({ length: Math.ceil(size / most) }, (_, place) => ({
    offset: place * most,
    size: Math.min(most, size - place * most),
  }));
}

/** Elements of a map in a window. */
export interface Span {
  readonly base: number;
  readonly firstGroup: number;
  readonly groups: number;
  readonly words: number;
}

/**
 * Which groups of four elements of a window belong to a map.
 *
 * @param start the map's first element in the buffer.
 * @param elements how many it has there.
 * @param bytes of an element.
 * @returns `null` if the map is not in the window.
 */
export function spanOf(window: Window, start: number, elements: number, bytes: number): Span | null {
  const first = window.offset / bytes;
  const from = Math.max(start - first, 0);
  const to = Math.min(start + elements - first, window.size / bytes);
  if (from >= to) return null;
  const firstGroup = Math.floor(from / GROUP);
  // Elements before the map's start get numbers just below 2^32, which are none of the map's.
  return {
    base: (first - start) >>> 0,
    firstGroup,
    groups: Math.ceil(to / GROUP) - firstGroup,
    words: window.size / 4,
  };
}

/** The words of a plan: its fields, then the tables. */
export function planOf(
  area: OutputArea,
  { firstBand, endBand, endsStart, ranksStart, rankOffset }: RunsPart,
  tables: readonly Uint32Array[],
  fields: Partial<Record<PlanField, number>>,
): Uint32Array<ArrayBuffer> {
  const { width, height, bands, columns, isWholeColumns } = area;
  const columnsStart = isWholeColumns ? 0 : height;
  const tableStart = height + (isWholeColumns ? 0 : width);
  const head = PLAN_FIELDS.length;
  const all: Partial<Record<PlanField, number>> = {
    ...{ width, height, endsStart, ranksStart, columnsStart, tableStart: tableStart + rankOffset },
    // A negative step is added modulo 2^32.
    ...{ firstColumn: columns[0]!, columnStep: width > 1 ? columns[1]! - columns[0]! : 0 },
    ...fields,
  };
  const words = new Uint32Array(tables.reduce((sum, { length }) => sum + length, head + tableStart));
  PLAN_FIELDS.forEach((name, place) => {
    words[place] = all[name] ?? 0;
  });
  let place = head + tableStart;
  if (!isWholeColumns) words.set(columns, head + columnsStart);
  for (const table of tables) {
    words.set(table, place);
    place += table.length;
  }
  words.set(bands, head);
  // The bands ascend, or descend if the output is flipped. In most plans the part has all of them.
  if (firstBand === 0 && endBand > Math.max(bands[0]!, bands[height - 1]!)) return words;
  bands.forEach((band, y) => {
    words[head + y] = band >= firstBand && band < endBand ? band - firstBand : NO_BAND;
  });
  return words;
}

/** The shaders count elements and pixels with 32 bits, and those just before the first of a map wrap. */
const MOST_ELEMENTS = 2 ** 32 - 4;

/** @throws {DecodeError} OPTION_INVALID: more elements or pixels than a shader can count. */
export function checkCount(count: number): void {
  if (count > MOST_ELEMENTS) throw invalid(`${count} elements are more than 2^32 - 4.`);
}

/** The grid of workgroups, whose sides have a limit. */
export function gridOf(groups: number, most: number): [x: number, y: number] {
  const workgroups = Math.ceil(groups / WORKGROUP);
  const x = Math.min(workgroups, most);
  return [x, Math.ceil(workgroups / x)];
}
