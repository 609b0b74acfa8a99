/**
 * What can be painted: runs, with the labels that their values stand for if they are known. Each run's value becomes a
 * rank, an index in a table of values. So the same runs can be painted with other values by another table.
 */

import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import { contentOf } from "../maps/content.js";
import type { DenseMap } from "../maps/dense-map.js";
import type { Label, Unlabelled } from "../maps/label.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { pixelsOf } from "../maps/released.js";
import { runsOf } from "../maps/runs-of.js";

/**
 * A map to paint: what `decodeMask` returns for the target `"runs"`, or a `LabelMap`, or your own runs or pixels. Pixels
 * are read once to find their runs.
 */
export type PaintableMap = LabelRuns | DenseMap;

export interface Source {
  readonly runs: LabelRuns;
  /** What the values are: `"label"`, `"semantic"`, ...; `undefined` if the map does not say so. */
  readonly content: ReturnType<typeof contentOf>;
  /** The labels; `undefined` if the values are not labels, or if their names are not known. */
  readonly labels: readonly Label[] | undefined;
  readonly unlabelledCount: number;
  /** Each run's index in a table of values: the label plus 1, or the rank of its value in `distinct`. */
  readonly ranks: Int32Array;
  /** What is added to an element of `ranks` to give the index: 1 for labels, since -1 is unlabelled. */
  readonly rankOffset: 0 | 1;
  /** The values that occur, ascending; `undefined` if they are labels. */
  readonly distinct: Int32Array | undefined;
  /** Whether they were uploaded, and their memory on the GPU was freed. */
  isDestroyed?: true;
}

/** @param name what messages call the map. @throws {DecodeError} OPTION_INVALID: not a map, or a pixel has a label that the map lacks; OUT_OF_MEMORY; MAP_RECYCLED. */
export function sourceOf(map: unknown, name: string): Source {
  if (!isObject(map))
    throw invalid(`${name} is ${kindOf(map)}; give what decodeMask returns for the target "runs".`);
  // Says what is wrong with a map that was released, which has no pixels.
  if ("release" in map) pixelsOf(map as unknown as DenseMap);
  const runs = runsOf(map as unknown as PaintableMap);
  checkUsable({ runs }, name);
  const { labels, unlabelled } = map as {
    readonly labels?: readonly Label[];
    readonly unlabelled?: Unlabelled;
  };
  // In maps of unsigned labels the type's largest value is "unlabelled", so their values are taken as they are.
  const content = (map as { readonly map?: unknown }).map === "runs" ? "label" : contentOf(map);
  const { data } = map as Partial<DenseMap>;
  const areLabels =
    content === "label" && Array.isArray(labels) && (data === undefined || data.BYTES_PER_ELEMENT === 4);
  if (!areLabels) {
    const distinct = Int32Array.from(new Set(runs.values)).sort();
    const rankOf = new Map(Array.from(distinct, (value, rank) => [value, rank]));
    const ranks = runs.values.map((value) => rankOf.get(value)!);
    return {
      ...{ runs, content, labels: undefined, unlabelledCount: 0, ranks },
      ...{ rankOffset: 0, distinct },
    };
  }
  const { values } = runs;
  // By index, since the engine takes several times as long to iterate an array of this type.
  for (let run = 0; run < values.length; run++) {
    const label = values[run]!;
    if (label < -1 || label >= labels!.length)
      throw invalid(`${name} has a pixel with the label ${label}, but only ${labels!.length} labels.`);
  }
  return {
    ...{ runs, content, labels, unlabelledCount: unlabelled?.count ?? 0, ranks: values },
    ...{ rankOffset: 1, distinct: undefined },
  };
}

/**
 * A call checks this again once it has waited for the device.
 *
 * @throws {DecodeError} MAP_RECYCLED: the runs were destroyed, or their arrays transferred, which leaves them empty.
 */
export function checkUsable({ runs, isDestroyed }: Pick<Source, "runs" | "isDestroyed">, name: string): void {
  if (!isDestroyed && runs.values.length > 0) return;
  const message = `${name} was destroyed or transferred; keep it until the call is done.`;
  throw new DecodeError("MAP_RECYCLED", message);
}
