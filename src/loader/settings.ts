/** The settings of all jobs: as messages carry them, and as the decoder takes them. */

import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { IssueList } from "../checks/issue-list.js";
import type { DecodeOptions } from "../decode/decode-options.js";
import type { MaskInfo } from "../decode/described.js";
import type { ResultInput } from "../decode/result-input.js";
import type { Target } from "../decode/targets.js";
import { ClassList } from "../legend/class-list.js";
import type { Legend } from "../legend/legend.js";
import { asChecked, parseResult, type SegmentationResult } from "../legend/result.js";
import type { DecodeSettings } from "./load-options.js";
import type { SentResult, SentSettings } from "./protocol.js";
import type { Step } from "./steps.js";
import { LABELS } from "./targets.js";

/** @throws {DecodeError} OPTION_INVALID: a class list that has no `toJSON`, so that no message can carry it. */
export function sendSettings(
  { targets, options, result, steps, seed }: DecodeSettings,
  isBatch: boolean,
): SentSettings {
  return {
    steps,
    seed,
    targets: targets?.map(sendTarget) ?? null,
    options,
    result: sendResult(result),
    isBatch,
  };
}

function sendTarget(target: Target): object {
  if (!("classes" in target) || target.classes === undefined) return target;
  const { toJSON } = target.classes as Partial<ClassList>;
  if (typeof toJSON !== "function") {
    throw invalid(`a target's classes are ${kindOf(target.classes)} without toJSON; give a ClassList`);
  }
  return { ...target, classes: target.classes.toJSON() };
}

/** A legend as a message can carry it: the functions that some checked legends have stay behind. */
export function sendResult(result: ResultInput | null | undefined): SentResult {
  if (!isObject(result) || result instanceof Map) return { value: result, isChecked: false };
  if (typeof result.check === "function") return { value: { ...result, check: undefined }, isChecked: false };
  const { legend } = result as Partial<SegmentationResult>;
  if (!isObject(legend) || !Array.isArray(legend.entries)) return { value: result, isChecked: false };
  return {
    value: { ...result, legend: { ...legend, check: undefined } },
    isChecked: isCheckedResult(result),
  };
}

/** `parseResult` returns what it has checked before as it is. */
function isCheckedResult(result: object): boolean {
  try {
    return parseResult(result) === result;
  } catch {
    return false; // The decoder will say what is wrong.
  }
}

/**
 * What a legend says about a mask with these labels, where its check did not come to the worker: added to the issues, as the
 * decoder would have added it.
 */
export function withLegendCheck<T extends MaskInfo>(map: T, result: ResultInput | null | undefined): T {
  const { legend, check = legend?.check } = Object(result) as Partial<SegmentationResult & Legend>;
  if (typeof check !== "function") return map;
  return { ...map, issues: new IssueList(...map.issues, ...check(map.labels)).toArray() };
}

/** What a worker, or the calling thread, decodes with. */
export interface JobSettings {
  readonly targets: readonly Target[];
  readonly options: Omit<DecodeOptions, "into">;
  readonly result: ResultInput | null | undefined;
  readonly isBatch: boolean;
  readonly steps: readonly Step[];
  readonly seed: number;
}

export function receiveSettings({
  targets,
  options,
  result,
  isBatch,
  steps,
  seed,
}: SentSettings): JobSettings {
  return {
    steps,
    seed,
    targets: targets === null ? LABELS : (targets.map(receiveTarget) as Target[]),
    options,
    result: receiveResult(result),
    isBatch,
  };
}

function receiveTarget(target: object): object {
  return "classes" in target && target.classes !== undefined
    ? { ...target, classes: ClassList.fromJSON(target.classes) }
    : target;
}

export function receiveResult({ value, isChecked }: SentResult): ResultInput | null | undefined {
  return isChecked ? asChecked(value as SegmentationResult) : value;
}
