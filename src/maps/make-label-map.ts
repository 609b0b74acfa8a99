/**
 * Makes a `LabelMap` of pixels that hold label indices, and of what a source says about each label. Names, numbers and
 * colours are made here, so that maps of all sources have the same form; counts and boxes are measured.
 */

import { IssueList } from "../checks/issue-list.js";
import type { Issue } from "../errors.js";
import { parseColor } from "../legend/legend.js";
import { vocColor } from "../legend/palettes/pascal-voc.js";
import type { DenseMap } from "./dense-map.js";
import type { Label, Snapped } from "./label.js";
import { LabelMap } from "./label-map.js";

/** What a source says about a label. */
export interface LabelFacts {
  readonly className: string;
  /** An integer of at least 0. */
  readonly classId: number;
  /** Whether its pixels are one object. If not, they are stuff, or a group of objects. */
  readonly isInstance: boolean;
  /** Its number within the class, at least 1. Default: objects count from 1 within their class. */
  readonly instanceNumber?: number;
  /** Its number within the image, at least 1. Default: objects count from 1. */
  readonly instanceId?: number;
  readonly isThing: boolean;
  readonly isCrowd?: boolean;
  readonly supercategory?: string | null;
  readonly sourceId?: number | string | null;
  /** Its colour `#rrggbb`, unless a label before it has the colour. Default: a colour of the Pascal VOC colour map. */
  readonly color?: string | undefined;
}

/**
 * @param map the index of each pixel's label, or -1. The label map keeps this array.
 * @param facts what is known about each label, in the order of the indices.
 */
export function makeLabelMap(
  map: DenseMap<Int32Array>,
  facts: readonly LabelFacts[],
  issues: readonly Issue[] = [],
): LabelMap {
  const colors = chooseColors(facts);
  const numberOfClass = new Map<string, number>();
  let objects = 0;
  const labels = facts.map((label, index): Uncounted => {
    const { className, classId, isInstance, isThing, isCrowd = false } = label;
    const number = isInstance ? (label.instanceNumber ?? (numberOfClass.get(className) ?? 0) + 1) : 0;
    if (isInstance) numberOfClass.set(className, number);
    return {
      index,
      color: colors[index]!,
      name: isInstance ? `${className} # ${number}` : className,
      className,
      classId,
      instanceId: isInstance ? (label.instanceId ?? ++objects) : 0,
      instanceNumber: number,
      sourceId: label.sourceId ?? null,
      isThing,
      isCrowd,
      supercategory: label.supercategory ?? null,
      attributes: [],
    };
  });
  return measureLabels(map, labels, { issues: new IssueList(...issues).toArray() });
}

/** A label whose pixels are not counted yet. */
export type Uncounted = Omit<Label, "pixelCount" | "bbox">;

/**
 * A label map with the counts and boxes of its pixels. Each run of equal pixels in a row is measured at once.
 *
 * @param map indices of labels, or -1. The label map keeps this array.
 */
export function measureLabels(
  { width, height, data }: DenseMap<Int32Array>,
  labels: readonly Uncounted[],
  about: { readonly issues: readonly Issue[]; readonly snapped?: Snapped },
): LabelMap {
  // Unlabelled pixels are measured too, at place 0.
  const counts = new Float64Array(labels.length + 1);
  const lefts = new Int32Array(labels.length + 1).fill(width);
  const rights = new Int32Array(labels.length + 1);
  const tops = new Int32Array(labels.length + 1);
  const bottoms = new Int32Array(labels.length + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; ) {
      const start = x;
      const label = data[row + start]!;
      do x++;
      while (x < width && data[row + x] === label);
      const place = label + 1;
      if (counts[place] === 0) tops[place] = y;
      counts[place]! += x - start;
      if (start < lefts[place]!) lefts[place] = start;
      if (x > rights[place]!) rights[place] = x;
      bottoms[place] = y + 1;
    }
  }
  return new LabelMap({
    width,
    height,
    data,
    labels: labels.map((label, index): Label => {
      const place = index + 1;
      const [left, top] = [lefts[place]!, tops[place]!];
      const isEmpty = counts[place] === 0;
      return {
        ...label,
        pixelCount: counts[place]!,
        bbox: isEmpty ? null : [left, top, rights[place]! - left, bottoms[place]! - top],
      };
    }),
    unlabelled: { count: counts[0]!, colors: [] },
    ...about,
  });
}

/** The Pascal VOC colour map has this many colours. */
const MOST_COLORS = 2 ** 24;

/**
 * A colour for each label, no two of them equal. Labels without a number get a colour that depends on their class id
 * alone, so that a class has the same colour in each image. Black is left to what has no label.
 */
function chooseColors(facts: readonly LabelFacts[]): string[] {
  const taken = new Set<string>();
  const take = (color: string | undefined): string | undefined => {
    if (color === undefined || taken.has(color)) return undefined;
    taken.add(color);
    return color;
  };
  const colors = facts.map(({ color, classId, isInstance }) => {
    if (color !== undefined && parseColor(color) >= 0) return take(color);
    return isInstance || classId + 1 >= MOST_COLORS ? undefined : take(vocColor(classId + 1));
  });
  let next = 1;
  return colors.map((color) => {
    let found = color;
    while (found === undefined) found = take(vocColor(next++));
    return found;
  });
}
