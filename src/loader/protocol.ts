/** The messages between the loader and its workers. */

import type { DecodeOptions } from "../decode/decode-options.js";
import type { ResultInput } from "../decode/result-input.js";
import type { RunsMap, TargetMap } from "../decode/targets.js";
import type { PlainBatch } from "./lent-map.js";
import type { PlainError } from "./load-error.js";
import type { AnswerPort } from "./node-modules.js";
import { packLabels, unpackLabels, withLabels } from "./packed-labels.js";
import { isTransferable } from "./platform.js";
import type { ItemPlace, MapGeometry } from "./step-plan.js";
import type { Step } from "./steps.js";

/** A legend as a message can carry it. */
export interface SentResult {
  readonly value: ResultInput | null | undefined;
  /** Whether `parseResult` has checked it, so that it is taken as it is. */
  readonly isChecked: boolean;
}

/** What all jobs have in common. It is sent once to each worker, before its first job. */
export interface SentSettings {
  /** Targets whose class lists are JSON; `null`: label maps. */
  readonly targets: readonly object[] | null;
  readonly options: Omit<DecodeOptions, "into">;
  readonly result: SentResult;
  readonly isBatch: boolean;
  readonly steps: readonly Step[];
  readonly seed: number;
}

export interface JobItem {
  readonly name: string;
  readonly place: ItemPlace;
  /** The bytes, the URL of a file of this machine, or the reason why there are no bytes. */
  readonly png: Uint8Array<ArrayBuffer> | string | { readonly error: PlainError };
  /** `null`: the legend of the settings. */
  readonly result: SentResult | null;
}

/** One item, or the items of a batch. */
export interface Job {
  readonly items: readonly JobItem[];
  /** Memory of earlier maps, to be used for the maps of this job. */
  readonly spare: readonly ArrayBuffer[];
}

/** What became of a job. */
export interface JobAnswer {
  /** The maps of the targets, or the batch of each target. `null`: every item failed. */
  readonly maps: readonly (TargetMap | RunsMap | PlainBatch)[] | null;
  /** Of each item whose mask is in `maps`. */
  readonly geometries: readonly MapGeometry[];
  readonly failures: readonly { readonly index: number; readonly error: PlainError }[];
  /** Memory that was not used. */
  readonly spare: readonly ArrayBuffer[];
}

/** An answer as messages carry it: maps whose labels are packed. */
export interface SentAnswer extends Omit<JobAnswer, "maps"> {
  readonly maps: readonly object[] | null;
}

export function sendAnswer(answer: JobAnswer): SentAnswer {
  return { ...answer, maps: answer.maps && withLabels(answer.maps, packLabels) };
}

export function receiveAnswer(answer: SentAnswer): JobAnswer {
  return { ...answer, maps: answer.maps && (withLabels(answer.maps, unpackLabels) as JobAnswer["maps"]) };
}

/** A job's answer, on its way. */
export interface Answered {
  /** That of the job. */
  readonly id: number;
  readonly answer: SentAnswer;
  /** The memory in which the bytes of the PNGs came. */
  readonly pngs: readonly ArrayBuffer[];
}

export type ToWorker =
  /** `answers`: where the answers go; `null`: into the messages. */
  | { readonly kind: "settings"; readonly settings: SentSettings; readonly answers: AnswerPort | null }
  | { readonly kind: "job"; readonly id: number; readonly job: Job };

export type FromWorker =
  | { readonly kind: "ready" }
  /** The settings are invalid. */
  | { readonly kind: "refused"; readonly error: PlainError }
  /** `answered`: `null` if the answer has gone to the port for answers. */
  | { readonly kind: "done"; readonly id: number; readonly answered: Answered | null };

/** The memory of an answer that moves to the other thread with it. */
export function transferOf({ maps, spare }: JobAnswer): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>(spare);
  for (const map of maps ?? []) {
    const arrays =
      map.map === "runs"
        ? [map.bandTops, map.bandRuns, map.runEnds, map.values]
        : [map.data as ArrayBufferView];
    for (const { buffer } of arrays) if (isTransferable(buffer)) buffers.add(buffer);
  }
  return [...buffers];
}
