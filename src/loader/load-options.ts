/** The options of the loader, and their checks. */

import { isCount } from "../checks/arguments.js";
import { checkKeys, isObject, isSize, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkDecodeOptions, type DecodeOptions } from "../decode/decode-options.js";
import { DEFAULT_LIMITS } from "../decode/limits.js";
import { partOf } from "../decode/parts.js";
import type { ResultInput } from "../decode/result-input.js";
import type { RunsTarget, Target } from "../decode/targets.js";
import { checkArea } from "../geometry/area.js";
import type { ItemOrder } from "./item-order.js";
import { checkLegendForm } from "./items.js";
import type { PhotoContext, PhotoDecoder } from "./photos.js";
import type { Signal } from "./platform.js";
import { checkFunctions, checkSteps, type Step } from "./steps.js";
import { LABELS } from "./targets.js";
import { canStartWorkers, type LoaderWorker, parallelism } from "./worker-handle.js";

/** Options of `loadMasks`. Those of `decodeMask` apply to all masks; only the memory is the loader's own, so no `into`. */
export interface LoadOptions extends Omit<DecodeOptions, "into"> {
  /** The legend of items without a `result`, as `decodeMaskSync` takes it. */
  readonly result?: ResultInput | null | undefined;
  /** What each map shows, as in `decodeMask`: one target, or an array of up to eight. Default: a `LabelMap`. */
  readonly target?: Target | readonly Target[] | undefined;
  /**
   * How many workers decode: Web Workers in pages, worker threads in Node. 0 decodes on the calling thread, when you ask for
   * the next map. Default: one less than the machine has cores, 1 to 8; 0 if the runtime has no workers.
   */
  readonly workers?: number | undefined;
  /**
   * How many maps (or batches) there may be besides one for each worker: the one that you have, and those that are ready. 0 is
   * like 1. Default: as many as `workers`, at least 1.
   */
  readonly prefetch?: number | undefined;
  /** Whether maps come in the order of the items. If not, the first that is ready comes first. Default true. */
  readonly ordered?: boolean | undefined;
  /** An integer, the seed: items come in a random order, another one in each round. Default: the order of the items. */
  readonly shuffle?: number | undefined;
  /** How many items are read ahead, of which the next one is chosen. Default 1000. */
  readonly shuffleBuffer?: number | undefined;
  /** How often all items are loaded; `Infinity`: until you leave the loop. Default 1. */
  readonly repeat?: number | undefined;
  /** `[i, n]`: only the items i, i + n, i + 2n, … So n programs share the items. Default: all items. */
  readonly shard?: readonly [index: number, count: number] | undefined;
  /**
   * How many masks come together, in one array `[n, H, W]`. They must have the same size; `resize` makes it so. The last
   * batch may have fewer. Default: each mask alone.
   */
  readonly batch?: number | undefined;
  /**
   * What is done with each map, in this order, where it is decoded: crop, resize, mirror, also at random; new values; functions
   * of yours. `crop` and `resize` of the options come first. Counts and boxes of labels remain those of the whole mask.
   */
  readonly steps?: readonly Step[] | undefined;
  /**
   * An integer, the seed of random steps. They also depend on the item's place in the source and on the round, but not on the
   * workers. Default 0.
   */
  readonly seed?: number | undefined;
  /**
   * Decodes the `photo` of each item, with `createImageBitmap`, sharp or what you like. It is called ahead, on this thread, so it
   * should decode in the background. What it returns, or its promise is fulfilled with, comes as `photo` beside the map.
   */
  decodePhoto?(photo: unknown, context: PhotoContext): unknown;
  /** Stops everything when it is aborted. The loop then throws its reason. */
  readonly signal?: Signal | undefined;
  /** What to do if an item fails: `throw` its error, which ends the loop, or `yield` `{ name, item, error }`. Default `throw`. */
  readonly errors?: "throw" | "yield" | undefined;
  /**
   * Starts a worker, for set-ups in which the loader does not find its own. The worker's module must import
   * `labelmap/loader/worker`.
   */
  readonly worker?: (() => LoaderWorker) | undefined;
}

/** What the decoding of all masks has in common. */
export interface DecodeSettings {
  /** `null`: a `LabelMap`. */
  readonly targets: readonly Target[] | null;
  readonly isList: boolean;
  readonly options: Omit<DecodeOptions, "into">;
  readonly result: ResultInput | null | undefined;
  readonly steps: readonly Step[];
  readonly seed: number;
}

export interface CheckedLoadOptions {
  readonly decode: DecodeSettings;
  readonly order: ItemOrder;
  readonly workers: number;
  readonly prefetch: number;
  readonly isOrdered: boolean;
  /** `null`: each mask alone. */
  readonly batch: number | null;
  readonly signal: Signal | null;
  readonly areErrorsYielded: boolean;
  readonly startWorker: (() => LoaderWorker) | null;
  /** `null`: photos are not read. */
  readonly decodePhoto: PhotoDecoder | null;
}

const DECODE_KEYS = "crop resize snap encoding engine strict classBy transparent maxPixels maxBytes verify";
const OWN_KEYS =
  "result target workers prefetch ordered shuffle shuffleBuffer repeat shard batch steps seed decodePhoto signal errors worker";
const DEFAULT_SHUFFLE_BUFFER = 1000;
/** More are rarely faster: one thread must take all their maps. */
const MOST_DEFAULT_WORKERS = 8;

/** @throws {DecodeError} OPTION_INVALID; PART_MISSING, ENGINE_UNAVAILABLE: without workers, this thread lacks a part */
export function checkLoadOptions(given: LoadOptions): CheckedLoadOptions {
  if (!isObject(given as unknown)) throw invalid(`the options are ${kindOf(given)}; give an object`);
  checkKeys(given, `${OWN_KEYS} ${DECODE_KEYS}`, "the options");
  const { workers = defaultWorkers(), ordered = true, batch, signal, errors = "throw", worker } = given;
  const { prefetch = Math.max(1, workers) } = given;
  if (!isCount(workers)) throw invalid("workers must be an integer of at least 0");
  if (!isCount(prefetch)) throw invalid("prefetch must be an integer of at least 0");
  if (typeof ordered !== "boolean") throw invalid("ordered must be true or false");
  if (batch !== undefined && !isSize(batch)) throw invalid("batch must be an integer of at least 1");
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw invalid(`signal is ${kindOf(signal)}; give an AbortSignal`);
  }
  if (errors !== "throw" && errors !== "yield") throw invalid('errors must be "throw" or "yield"');
  if (worker !== undefined && typeof worker !== "function") {
    throw invalid(`worker is ${kindOf(worker)}; give a function that returns a Worker`);
  }
  if (given.decodePhoto !== undefined && typeof given.decodePhoto !== "function") {
    throw invalid(
      `decodePhoto is ${kindOf(given.decodePhoto)}; give a function that decodes an item's photo`,
    );
  }
  const decode = checkDecode(given, workers);
  if (batch !== undefined && decode.targets?.some(({ map }) => map === "runs")) {
    throw invalid("runs cannot be in a batch; leave out batch or the target of runs");
  }
  return {
    decode,
    order: checkOrder(given),
    workers,
    prefetch,
    isOrdered: ordered,
    batch: batch ?? null,
    signal: signal ?? null,
    areErrorsYielded: errors === "yield",
    startWorker: worker ?? null,
    decodePhoto: given.decodePhoto?.bind(given) ?? null,
  };
}

function checkOrder({
  shuffle,
  shuffleBuffer,
  repeat = 1,
  shard,
}: Pick<LoadOptions, "shuffle" | "shuffleBuffer" | "repeat" | "shard">): ItemOrder {
  if (shuffle !== undefined && !Number.isSafeInteger(shuffle)) {
    throw invalid("shuffle must be an integer, the seed of the order");
  }
  if (shuffleBuffer !== undefined && (shuffle === undefined || !isSize(shuffleBuffer))) {
    throw invalid("shuffleBuffer must be an integer of at least 1, beside the seed `shuffle`");
  }
  if (repeat !== Number.POSITIVE_INFINITY && !isSize(repeat)) {
    throw invalid("repeat must be an integer of at least 1, or Infinity");
  }
  if (shard !== undefined) {
    const [index, count, ...rest]: readonly unknown[] = Array.isArray(shard) ? shard : [];
    if (!isCount(index) || !isSize(count) || index >= count || rest.length > 0) {
      throw invalid("shard must be [i, n] with an integer i from 0 to n - 1");
    }
  }
  return {
    shard: shard === undefined ? null : [shard[0], shard[1]],
    seed: shuffle ?? null,
    shuffleBuffer: shuffleBuffer ?? DEFAULT_SHUFFLE_BUFFER,
    rounds: repeat,
  };
}

/**
 * Workers have every part of the decoder, but a page may lack those for `snap`, `encoding` and the engine `upng`. So workers
 * check these, before their first mask.
 */
function checkDecode(given: LoadOptions, workers: number): DecodeSettings {
  const { target, result, seed = 0 } = given;
  if (!Number.isSafeInteger(seed)) throw invalid("seed must be an integer, the seed of random steps");
  const picked = DECODE_KEYS.split(" ").flatMap((key) => {
    const value = given[key as keyof DecodeOptions & keyof LoadOptions];
    return value === undefined ? [] : [[key, value]];
  });
  const options: Omit<DecodeOptions, "into"> = Object.fromEntries(picked);
  const { snap, encoding, ...local } = options;
  checkDecodeOptions({ ...(workers === 0 ? options : local), target });
  const mostPixels = options.maxPixels ?? DEFAULT_LIMITS.maxPixels;
  checkArea(options, mostPixels);
  checkLegendForm(result, "result");
  if (workers === 0) {
    if (encoding !== undefined && encoding !== "colors") partOf("ids").encodingOf(encoding);
    if (options.engine === "upng") partOf("upng");
  }
  const targets: readonly Target[] =
    target === undefined ? LABELS : Array.isArray(target) ? [...target] : [target as Target];
  const steps = given.steps === undefined ? [] : checkSteps(given.steps, targets, mostPixels);
  if (workers === 0) checkFunctions(steps);
  if (targets.some((each) => (each as Exclude<Target, RunsTarget>).into !== undefined)) {
    throw invalid(
      "a target's `into` cannot be used here, since the loader has memory of its own; leave it out",
    );
  }
  return {
    targets: target === undefined ? null : targets,
    isList: Array.isArray(target),
    options,
    result,
    steps,
    seed,
  };
}

function defaultWorkers(): number {
  if (!canStartWorkers()) return 0;
  return Math.max(1, Math.min(MOST_DEFAULT_WORKERS, parallelism() - 1));
}
