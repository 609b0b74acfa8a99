/**
 * The option `steps`: what is done with each map after it is decoded, where it is decoded. Workers get the steps as data, so a
 * step is an object. Functions cannot be sent to workers; `addStep` makes one known inside a worker.
 */

import { isCount } from "../checks/arguments.js";
import { checkKeys, isObject, isSize, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { Target } from "../decode/targets.js";
import { SAMPLINGS, type Sampling } from "../geometry/sampling.js";
import { ARRAYS } from "../maps/allocate.js";
import type { DenseMap } from "../maps/dense-map.js";

/** Cuts a part out. Without x or y, its middle is the middle of the map, rounded to the left and to the top. */
export interface CropStep {
  readonly step: "crop";
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
}

/** Cuts a part of this size out. Each place is equally likely. */
export interface RandomCropStep {
  readonly step: "randomCrop";
  readonly width: number;
  readonly height: number;
}

/** Makes the map as large as this, by nearest neighbour. */
export interface ResizeStep {
  readonly step: "resize";
  readonly width: number;
  readonly height: number;
  /** Default `"nearest-exact"`: the pixel under the centre. */
  readonly sampling?: Sampling | undefined;
}

/** Mirrors the map: `horizontal` swaps left and right. */
export interface FlipStep {
  readonly step: "flip";
  readonly direction: "horizontal" | "vertical";
}

/** Mirrors some of the maps. */
export interface RandomFlipStep {
  readonly step: "randomFlip";
  /** Default `horizontal`. */
  readonly direction?: "horizontal" | "vertical" | undefined;
  /** From 0 to 1. Default 0.5. */
  readonly probability?: number | undefined;
}

/** Gives values of a target's map new values, such as class ids. */
export interface RemapStep {
  readonly step: "remap";
  /** The new value for each old one: `{ 7: 0, 8: 1 }`. */
  readonly values: Readonly<Record<number, number>>;
  /** The new value for all others. Default: they stay as they are. */
  readonly others?: number | undefined;
  /** With several targets: which one, by its place in `target`. */
  readonly target?: number | undefined;
}

/** Calls a function that `addStep` has made known in the worker. */
export interface CallStep {
  readonly step: "call";
  readonly name: string;
  /** What the function gets as `context.options`: anything that can be sent to a worker. */
  readonly options?: unknown;
  /** With several targets: which one, by its place in `target`. Default: the function is called for each. */
  readonly target?: number | undefined;
}

/** One thing to do with each map. Steps with `random` depend on `seed` and on the item's place, not on the worker. */
export type Step = CropStep | RandomCropStep | ResizeStep | FlipStep | RandomFlipStep | RemapStep | CallStep;

/** What a function of yours gets besides the map. */
export interface StepContext {
  /** The item's name. */
  readonly name: string;
  /** The step's own options. */
  readonly options: unknown;
  /** The place of the target, 0 if there is only one. */
  readonly target: number;
  /** A number from 0 up to, but not including, 1. The numbers depend only on `seed`, the round, the item's place and the step's. */
  random(): number;
}

/** Changes the values of `map.data` in place. The size stays. */
export type StepFunction = (map: DenseMap, context: StepContext) => void;

const functions = new Map<string, StepFunction>();

/**
 * Makes a function known for the step `{ step: "call", name }`. Call it at the top of the worker's module, below its import of
 * `labelmap/loader/worker`; with `workers: 0`, anywhere before `loadMasks`.
 *
 * @throws {DecodeError} OPTION_INVALID
 */
export function addStep(name: string, change: StepFunction): void {
  if (typeof name !== "string") throw invalid(`the name of a step is ${kindOf(name)}; make it a string.`);
  if (typeof change !== "function") {
    throw invalid(`the step ${quote(name)} is ${kindOf(change)}; give a function.`);
  }
  functions.set(name, change);
}

/** @throws {DecodeError} OPTION_INVALID: this thread does not know the function. */
export function functionOf(name: string): StepFunction {
  const found = functions.get(name);
  if (found !== undefined) return found;
  const remedy = `call addStep(${quote(name)}, …) in the module that the option \`worker\` starts, or before loadMasks with workers: 0`;
  throw invalid(`there is no step ${quote(name)} where masks are decoded; ${remedy}.`);
}

/** @throws {DecodeError} OPTION_INVALID: this thread does not know a function of the steps. */
export function checkFunctions(steps: readonly Step[]): void {
  for (const step of steps) if (step.step === "call") functionOf(step.name);
}

const KEYS: { readonly [Name in Step["step"]]: string } = {
  crop: "step x y width height",
  randomCrop: "step width height",
  resize: "step width height sampling",
  flip: "step direction",
  randomFlip: "step direction probability",
  remap: "step values others target",
  call: "step name options target",
};

/** A copy of the steps, checked as far as possible without a mask. @throws {DecodeError} OPTION_INVALID */
export function checkSteps(given: unknown, targets: readonly Target[], maxPixels: number): readonly Step[] {
  if (!Array.isArray(given)) throw invalid(`steps is ${kindOf(given)}; give an array of steps.`);
  if (given.length > 0 && targets.some(({ map }) => map === "runs")) {
    throw invalid("steps change pixels, but the target `runs` has none; leave out steps or the target.");
  }
  return given.map((step: unknown, place) => {
    const where = `steps[${place}]`;
    const { step: name }: { step?: unknown } = isObject(step) ? step : {};
    if (!isObject(step) || typeof name !== "string" || !Object.hasOwn(KEYS, name)) {
      const found = isObject(step)
        ? `its step is ${typeof name === "string" ? quote(name) : kindOf(name)}`
        : kindOf(step);
      throw invalid(`${where}: ${found}; the steps are ${Object.keys(KEYS).join(", ")}.`);
    }
    checkKeys(step, KEYS[name as Step["step"]], where);
    checkStep(step as unknown as Step, where, targets);
    const { width = 0, height = 0 } = step as { width?: number; height?: number };
    if (width * height > maxPixels) {
      const size = `${width}×${height}`;
      throw invalid(
        `${where}: ${size} pixels are more than ${maxPixels}; give a smaller size, or \`maxPixels\`.`,
      );
    }
    return { ...step } as unknown as Step;
  });
}

function checkStep(step: Step, where: string, targets: readonly Target[]): void {
  if ("width" in step && !(isSize(step.width) && isSize(step.height))) {
    throw invalid(`${where}: width and height must be integers of at least 1.`);
  }
  if (step.step === "crop" && ![step.x ?? 0, step.y ?? 0].every(isCount)) {
    throw invalid(`${where}: x and y must be integers of at least 0.`);
  }
  if (step.step === "resize" && step.sampling !== undefined && !SAMPLINGS.includes(step.sampling)) {
    throw invalid(`${where}: sampling must be one of ${SAMPLINGS.join(", ")}.`);
  }
  if (step.step === "flip" || step.step === "randomFlip") {
    const { direction = step.step === "flip" ? undefined : "horizontal" } = step;
    if (direction !== "horizontal" && direction !== "vertical") {
      throw invalid(`${where}: direction must be "horizontal" or "vertical".`);
    }
  }
  if (step.step === "randomFlip") {
    const { probability = 0.5 } = step;
    if (typeof probability !== "number" || !(probability >= 0 && probability <= 1))
      throw invalid(`${where}: probability must be from 0 to 1.`);
  }
  if (step.step === "remap" || step.step === "call") checkTarget(step, where, targets);
  if (step.step === "remap") checkRemap(step, where, targets);
  if (step.step === "call" && typeof step.name !== "string") {
    throw invalid(`${where}: name is ${kindOf(step.name)}; give the name that addStep has.`);
  }
}

function checkTarget(
  { step, target }: RemapStep | CallStep,
  where: string,
  targets: readonly Target[],
): void {
  if (target !== undefined && !(isCount(target) && target < targets.length)) {
    throw invalid(`${where}: target must be the place of a target, from 0 to ${targets.length - 1}.`);
  }
  if (step === "remap" && target === undefined && targets.length > 1) {
    throw invalid(
      `${where}: there are ${targets.length} targets; say which one is meant, such as target: 0.`,
    );
  }
}

function checkRemap(
  { values, others, target = 0 }: RemapStep,
  where: string,
  targets: readonly Target[],
): void {
  const { map, dtype = "int32" } = targets[target] as { map: string; dtype?: keyof typeof ARRAYS };
  if (map === "label") {
    throw invalid(
      `${where}: a label map holds indices of its labels; give a target such as { map: "semantic", classes }.`,
    );
  }
  if (!isObject(values))
    throw invalid(`${where}: values is ${kindOf(values)}; give an object such as { 7: 0 }.`);
  const isFit = (value: unknown) =>
    Number.isInteger(value) && new ARRAYS[dtype]([value as number])[0] === value;
  for (const [from, to] of [
    ...Object.entries(values),
    ...(others === undefined ? [] : [["others", others]]),
  ]) {
    if ((from === "others" || isFit(Number(from))) && isFit(to)) continue;
    throw invalid(
      `${where}: ${quote(String(from))} to ${String(to)} is no pair of integers that fit ${dtype}.`,
    );
  }
}
