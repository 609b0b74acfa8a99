/** Applies the steps of one mask to the map of one target. */

import { kindOf, quote } from "../checks/describe.js";
import { withMemoryFor } from "../checks/memory.js";
import { reasonOf } from "../checks/reason-of.js";
import { LabelMapError } from "../errors.js";
import { allocate, recycle } from "../maps/allocate.js";
import type { DenseMap, LabelArray } from "../maps/dense-map.js";
import type { Dtype } from "../maps/views.js";
import { randomFrom } from "./random.js";
import type { Change, Gather, StepPlan } from "./step-plan.js";
import { type CallStep, functionOf, type RemapStep } from "./steps.js";

/** The map of one target, with what its step functions are told. */
export interface StepInput {
  readonly map: DenseMap & { readonly dtype: Dtype };
  readonly name: string;
  readonly target: number;
}

export function isGather(part: Gather | Change): part is Gather {
  return "columns" in part;
}

/**
 * @param output receives the result; `undefined`: a fresh array does. If no step moves pixels, it is the map's own array.
 * @returns the array with the result. All other memory is recycled.
 * @throws {LabelMapError} STEP_FAILED, OUT_OF_MEMORY
 */
export function applySteps(
  input: StepInput,
  { parts }: StepPlan,
  output: LabelArray | undefined,
): LabelArray {
  const { dtype } = input.map;
  let { width, data } = input.map;
  const last = parts.map(isGather).lastIndexOf(true);
  parts.forEach((part, place) => {
    if (isGather(part)) {
      const { columns, rows } = part;
      const length = columns.length * rows.length;
      const into =
        (place === last ? output : undefined) ??
        withMemoryFor(`${columns.length}×${rows.length} pixels`, () => allocate(dtype, length));
      gather(data, width, part, into);
      recycle(data);
      data = into;
      width = columns.length;
    } else if ((part.step.target ?? input.target) === input.target) {
      if (part.step.step === "remap") remap(data, part.step);
      else
        call(
          part.step,
          { ...input, map: { ...input.map, width, height: data.length / width, data } },
          randomFrom(part.seed),
        );
    }
  });
  return data;
}

/** Fills `into` with the chosen rows and columns. */
function gather(data: LabelArray, stride: number, { columns, rows }: Gather, into: LabelArray): void {
  const width = columns.length;
  const [first] = columns;
  const isAscending = columns.every((column, place) => column === first! + place);
  const isDescending = columns.every((column, place) => column === first! - place);
  rows.forEach((row, y) => {
    const start = y * width;
    if (y > 0 && row === rows[y - 1]) into.copyWithin(start, start - width, start);
    else if (isAscending)
      into.set(data.subarray(row * stride + first!, row * stride + first! + width), start);
    else if (isDescending) {
      const left = row * stride + columns[width - 1]!;
      into.set(data.subarray(left, left + width), start);
      into.subarray(start, start + width).reverse();
    } else for (let x = 0; x < width; x++) into[start + x] = data[row * stride + columns[x]!]!;
  });
}

function remap(data: LabelArray, { values, others }: RemapStep): void {
  const table = new Map(Object.entries(values).map(([from, to]) => [Number(from), to]));
  for (let pixel = 0; pixel < data.length; ) {
    const start = pixel;
    const value = data[start]!;
    do pixel++;
    while (pixel < data.length && data[pixel] === value);
    data.fill(table.get(value) ?? others ?? value, start, pixel);
  }
}

function call(
  { name, options }: CallStep,
  { map, name: item, target }: StepInput,
  random: () => number,
): void {
  const { data } = map;
  const { length } = data;
  let returned: unknown;
  try {
    returned = functionOf(name)(map, { name: item, options, target, random });
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    throw failed(name, `failed (${reasonOf(cause)})`, cause);
  }
  if (returned !== undefined) {
    throw failed(name, `returned ${kindOf(returned)}; change map.data in place, and return nothing`);
  }
  if (map.data !== data) throw failed(name, "has replaced map.data; change its values in place");
  if (data.length !== length) throw failed(name, "has transferred map.data; make a copy of it first");
}

function failed(name: string, what: string, cause?: unknown): LabelMapError {
  return new LabelMapError("STEP_FAILED", `the step ${quote(name)} ${what}`, { cause });
}

/** The part of a map that the first gathering needs, so that no more is decoded. `null`: all of it. */
export function neededBox({
  parts: [first],
}: StepPlan): { x: number; y: number; width: number; height: number } | null {
  if (first === undefined || !isGather(first)) return null;
  const [x, right] = rangeOf(first.columns);
  const [y, bottom] = rangeOf(first.rows);
  return { x, y, width: right - x + 1, height: bottom - y + 1 };
}

function rangeOf(places: Uint32Array): [least: number, most: number] {
  let [least, most] = [places[0]!, places[0]!];
  for (const place of places) {
    if (place < least) least = place;
    if (place > most) most = place;
  }
  return [least, most];
}
