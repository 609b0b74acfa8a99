/**
 * The option `target` to a plan of the output: one or several maps of labels, class ids, instances,
 * both, or runs, of the whole mask or a part, perhaps resized. engines/output.ts fills them.
 */

import { checkKeys, isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import type { SampledPixels } from "../geometry/area.js";
import { ARRAYS, allocate } from "../maps/allocate.js";
import type { DenseMap } from "../maps/dense-map.js";
import { wrongLength } from "../maps/dense-map.js";
import type { Label } from "../maps/label.js";
import type { LabelRuns } from "../maps/label-runs.js";
import type { Releasable } from "../maps/released.js";
import { type Dtype, makeViewTable, type View, type ViewArrays, type ViewTable } from "../maps/views.js";
import type { MaskInfo } from "./described.js";
import type { Output, RunsOutput } from "./engines/output.js";

/**
 * A dense map of one view. With `into` its values go into your array, which must have the dtype and the output's size. An
 * error in the call or the container leaves its content unchanged. After a later error all its pixels are unlabelled.
 */
export type DenseTarget<D extends Dtype = Dtype> = D extends Dtype
  ? View<D> & { readonly into?: ReusedArrays[D] } & (D extends "int32" ? unknown : { readonly dtype: D })
  : never;

/** The caller's arrays. Their memory may be shared between threads. */
export interface ReusedArrays {
  int32: Int32Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
}

/** The labels as runs, -1 for unlabelled pixels. No pixel is written. */
export interface RunsTarget {
  readonly map: "runs";
}

/** What `decodeMask` makes instead of a `LabelMap`: one of these, or an array of up to eight. */
export type Target = DenseTarget | RunsTarget;

/** A decoded map of integers, H×W, row-major. */
export type TargetMap<D extends Dtype = Dtype> = D extends Dtype
  ? DenseMap<ViewArrays[D]> & MaskInfo & { readonly map: View["map"]; readonly dtype: D }
  : never;
export type RunsMap = LabelRuns & MaskInfo & { readonly map: "runs" };

/** What `decodeMask` returns for a target, or for an array of targets. */
export type Decoded<T> = T extends readonly Target[]
  ? { -readonly [Place in keyof T]: Decoded<T[Place]> }
  : T extends RunsTarget
    ? RunsMap
    : (T extends { readonly dtype: infer D extends Dtype } ? TargetMap<D> : TargetMap<"int32">) & Releasable;

/** The output of a decode, with the tables that must be checked once the pixels are counted. */
export interface Plan {
  readonly output: Output;
  readonly tables: readonly (ViewTable | null)[];
}

/** The output, filled and checked. */
export interface Filled {
  readonly plan: Plan;
  readonly info: MaskInfo;
}

/** The allowed keys of a target for each kind of map. */
const KEYS = {
  label: "map dtype into",
  instance: "map dtype into",
  semantic: "map classes missing dtype into",
  panoptic: "map classes divisor missing dtype into",
  runs: "map",
} as const;
const DTYPES = Object.keys(ARRAYS) as Dtype[];
/** assembly/output.ts has room for this many. */
const MAX_TARGETS = 8;

/** A copy of the targets, checked as far as possible without the mask. @throws {DecodeError} OPTION_INVALID */
export function checkTargets(given: unknown): readonly Target[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0 || list.length > MAX_TARGETS) {
    throw invalid(`there are ${list.length} targets; give 1 to ${MAX_TARGETS}.`);
  }
  const targets = Array.from(list, (target) => (isObject(target) ? { ...target } : target));
  for (const target of targets) {
    if (!isObject(target)) throw invalid(`a target is ${kindOf(target)}; make it an object with "map".`);
    const { map, into } = target as { readonly map: Target["map"]; readonly into?: unknown };
    // A table without labels shows everything that is wrong in the target itself.
    const dtype = map === "runs" ? "int32" : makeViewTable(target as unknown as View, []).dtype;
    checkKeys(target, KEYS[map], `a target of map "${map}"`);
    if (into === undefined || into instanceof ARRAYS[dtype]) continue;
    const other = DTYPES.find((name) => into instanceof ARRAYS[name]);
    const remedy = other === undefined ? "" : `, or give dtype: "${other}"`;
    throw invalid(`a target's \`into\` must be ${ARRAYS[dtype].name} for the dtype ${dtype}${remedy}.`);
  }
  if (targets.filter((target) => (target as Target).map === "runs").length > 1) {
    throw invalid("there are several targets of runs; give one.");
  }
  return targets as readonly Target[];
}

/** @throws {DecodeError} OUTPUT_SIZE: an array of the caller's has another size than the output. */
export function checkSizes(
  targets: readonly Target[],
  { width, height }: { readonly width: number; readonly height: number },
): void {
  for (const target of targets) {
    if (target.map === "runs" || target.into === undefined || target.into.length === width * height) continue;
    throw new DecodeError("OUTPUT_SIZE", wrongLength("`into`", target.into.length, width, height));
  }
}

/**
 * The arrays to fill, with the values for each label.
 * @param collect collects runs; only needed if a target asks for runs.
 */
export function planOutput(
  targets: readonly Target[],
  labels: readonly Label[],
  size: { readonly width: number; readonly height: number },
  sampled: SampledPixels | null,
  collect: RunsOutput["collect"] | undefined,
): Plan {
  const { width, height } = size;
  const tables = targets.map((target) => (target.map === "runs" ? null : makeViewTable(target, labels)));
  const dense = targets.flatMap((target, index) => {
    if (target.map === "runs") return [];
    const { dtype, values } = tables[index]!;
    const into = target.into ?? allocate(dtype, width * height);
    // The labels themselves need no table: -1 in an unsigned array is its largest value.
    return [{ into, values: target.map === "label" ? null : values }];
  });
  const runs: RunsOutput | null = dense.length < targets.length ? { collect: collect!, found: null } : null;
  return { output: { width, height, dense, runs, sampled }, tables };
}
