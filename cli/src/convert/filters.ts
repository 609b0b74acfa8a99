/**
 * `--filter`: which images and which labels are converted.
 *
 *   image:val/**        images whose name matches the pattern
 *   class:car,truck     labels of these classes; the pixels of all others become unlabelled
 *   area:100..          labels of at least 100 pixels of the source; 100..5000 of at most 5000 too
 *   labelled            images that have a label after the other filters
 */

import { InvalidArgumentError } from "commander";
import type { ClassList, LabelMap } from "labelmap";
import { relabel } from "labelmap/maps";
import picomatch from "picomatch";
import { joinNames, parseNames } from "../options.js";
import { UsageError } from "../usage-error.js";

export interface Filters {
  readonly images: readonly string[];
  readonly classes: readonly string[];
  readonly area: { readonly least: number; readonly most: number };
  readonly isLabelled: boolean;
}

export const NO_FILTERS: Filters = {
  images: [],
  classes: [],
  area: { least: 0, most: Number.POSITIVE_INFINITY },
  isLabelled: false,
};

/** For commander: a filter, added to those before it. */
export function parseFilter(text: string, before: Filters = NO_FILTERS): Filters {
  const [kind, value] = text.includes(":")
    ? [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)]
    : [text, undefined];
  if (kind === "labelled" && value === undefined) return { ...before, isLabelled: true };
  if (kind === "image" && value) return { ...before, images: [...before.images, value] };
  if (kind === "class" && value) return { ...before, classes: [...before.classes, ...parseNames(value)] };
  const [, least, most] = /^(\d*)\.\.(\d*)$/.exec(kind === "area" ? (value ?? "") : "") ?? [];
  if (least || most) {
    const area = { least: Number(least), most: most === "" ? Number.POSITIVE_INFINITY : Number(most) };
    if (area.least <= area.most) return { ...before, area };
  }
  throw new InvalidArgumentError(
    "It must be image:PATTERN, class:NAMES, area:LEAST..MOST with one number or both, or labelled.",
  );
}

/** Whether an image is converted, by its name. */
export function imageFilter({ images }: Filters): (name: string) => boolean {
  if (images.length === 0) return () => true;
  const matches = images.map((pattern) => picomatch(pattern, { dot: true }));
  return (name) => matches.some((match) => match(name));
}

/** The names of classes, with those that have commas put together. @throws {UsageError}: a name is no class */
export function checkFilters(filters: Filters, classes: ClassList): Filters {
  const known = new Set(classes.classes.map(({ name }) => name));
  const names = joinNames(filters.classes, known);
  for (const name of names) {
    if (classes.idOf(name) !== undefined) continue;
    throw new UsageError(
      `--filter class:${name}: there is no such class; the classes are ${[...known].join(", ")}`,
    );
  }
  return { ...filters, classes: names };
}

/**
 * The map with the labels that pass. A label passes by its class, so its name may be an alias of the list.
 *
 * @param classes the list after `--map-classes`
 */
export function filterLabels(map: LabelMap, { classes: names, area }: Filters, classes: ClassList): LabelMap {
  const ids = new Set(names.map((name) => classes.idOf(name)));
  const isKept = ({ className, pixelCount }: LabelMap["labels"][number]) =>
    (names.length === 0 ||
      names.includes(className) ||
      (classes.idOf(className) !== undefined && ids.has(classes.idOf(className)))) &&
    pixelCount >= area.least &&
    pixelCount <= area.most;
  const isWhole = map.labels.every((label) => label.pixelCount === 0 || isKept(label));
  return isWhole ? map : relabel(map, (label) => (isKept(label) ? {} : null));
}

/** Whether a map has a label, if only such maps are converted. */
export function isConverted({ labels }: LabelMap, { isLabelled }: Filters): boolean {
  return !isLabelled || labels.some(({ pixelCount }) => pixelCount > 0);
}
