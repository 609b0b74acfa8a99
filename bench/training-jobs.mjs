/** What bench/training.mjs measures: the jobs, the contenders for each, and the goals. */

import { OWN, REUSED } from "./contenders.mjs";
import { round } from "./measure.mjs";

/** The size to which masks are resized, a common input size of segmentation models. */
export const SIZE = { width: 512, height: 512 };

export const LABELS = "label map, int32";
export const SEMANTIC = "semantic map, uint8";
export const BOTH = "semantic uint8 and instance uint16 in one pass";
export const SMALL_LABELS = "label map, int32, at 512×512";
export const SMALL_SEMANTIC = "semantic map, uint8, at 512×512";
export const RUNS = "runs";
export const RLE = "COCO RLE of all labels";

export const VIA_LABELS = "labelmap, .semantic(), own";
export const VIA_REUSED_LABELS = "labelmap, .semantic(), reused";
export const THEN_RESIZE = "labelmap, then resize(), own";
export const THEN_RESIZE_REUSED = "labelmap, then resize(), reused";
export const FROM_PNG = "labelmap, decoded to runs";
export const FROM_RUNS = "labelmap, runs at hand";
export const FROM_LABELS = "labelmap, label map at hand";

export const PILLOW = "Pillow + NumPy";
export const RESIZED_FIRST = "Pillow + NumPy, resized first";
export const LOOKED_UP_FIRST = "Pillow + NumPy, looked up first";
export const NUMPY_FROM_LABELS = "NumPy, label map at hand";
export const PYCOCOTOOLS = "pycocotools, label map at hand";

/** Our contenders for each job; see training-contender.mjs. */
export const OURS = {
  [LABELS]: [OWN, REUSED],
  [SEMANTIC]: [OWN, REUSED, VIA_LABELS, VIA_REUSED_LABELS],
  [BOTH]: [OWN, REUSED],
  [SMALL_LABELS]: [OWN, REUSED, THEN_RESIZE, THEN_RESIZE_REUSED],
  [SMALL_SEMANTIC]: [OWN, REUSED, THEN_RESIZE, THEN_RESIZE_REUSED],
  [RUNS]: [FROM_PNG],
  [RLE]: [FROM_PNG, FROM_RUNS, FROM_LABELS],
};

/** For each job and contender: its name in bench/native/training.py, and the modules that it needs. */
export const PYTHON = {
  [LABELS]: { [PILLOW]: ["labels", "PIL"] },
  [SEMANTIC]: { [PILLOW]: ["semantic", "PIL"] },
  [BOTH]: { [PILLOW]: ["both", "PIL"] },
  [SMALL_LABELS]: {
    [RESIZED_FIRST]: ["labels-resized-first", "PIL"],
    [LOOKED_UP_FIRST]: ["labels-looked-up-first", "PIL"],
  },
  [SMALL_SEMANTIC]: {
    [RESIZED_FIRST]: ["semantic-resized-first", "PIL"],
    [LOOKED_UP_FIRST]: ["semantic-looked-up-first", "PIL"],
  },
  [RLE]: {
    [PILLOW]: ["rle", "PIL"],
    [NUMPY_FROM_LABELS]: ["rle-of-labels", "PIL"],
    [PYCOCOTOOLS]: ["rle-by-pycocotools", "PIL", "pycocotools.mask"],
  },
};

/** The key of a result in `ms`. */
export const keyOf = (job, contender) => `${job}: ${contender}`;

/**
 * The goals, as ratios: a cost is at most `atMost` times another, or Python takes at least `atLeast` times our time. If
 * Python can do a job in two orders, the faster one counts. RLE has no array of pixels, so own and reused are the same.
 * @returns {{ claim: string, atMost?: number, atLeast?: number, own: number, reused: number }[]} NaN if Python was
 *   left out
 */
export function goalsOf(ms) {
  const inBoth = (ratioWith) => ({ own: round(ratioWith(OWN)), reused: round(ratioWith(REUSED)) });
  const cost = (job, contender) => ms[keyOf(job, contender)];
  const python = (job) => {
    const times = [PILLOW, RESIZED_FIRST, LOOKED_UP_FIRST].map((name) => cost(job, name)).filter(Boolean);
    return times.length === 0 ? Number.NaN : Math.min(...times);
  };
  return [
    {
      claim: "semantic map, uint8, ÷ label map, int32",
      atMost: 0.6,
      ...inBoth((array) => cost(SEMANTIC, array) / cost(LABELS, array)),
    },
    {
      claim: "label map resized to 512×512 while decoding ÷ the whole label map",
      atMost: 0.8,
      ...inBoth((array) => cost(SMALL_LABELS, array) / cost(LABELS, array)),
    },
    {
      claim: "semantic map resized to 512×512 while decoding ÷ the whole semantic map",
      atMost: 0.8,
      ...inBoth((array) => cost(SMALL_SEMANTIC, array) / cost(SEMANTIC, array)),
    },
    {
      claim: "RLE of all labels, runs at hand ÷ label map, int32",
      atMost: 0.3,
      ...inBoth((array) => cost(RLE, FROM_RUNS) / cost(LABELS, array)),
    },
    ...[SEMANTIC, SMALL_LABELS, SMALL_SEMANTIC, RLE].map((job) => ({
      claim: `Pillow + NumPy ÷ ours, PNG to ${job}`,
      atLeast: 10,
      ...inBoth((array) => python(job) / cost(job, job === RLE ? FROM_PNG : array)),
    })),
  ];
}

/** Whether a ratio reaches its goal. */
export const isReached = ({ atMost, atLeast }, ratio) =>
  atMost === undefined ? ratio >= atLeast : ratio <= atMost;
