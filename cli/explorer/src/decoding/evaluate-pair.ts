/**
 * Adds pairs of masks to one `Comparison`, for as long as the worker lives. Which classes there are is known only after the
 * last pair, but a `Comparison` has a list of them from the beginning. So its classes are places, and each class gets the
 * next free place when it is first seen.
 */
import { ClassList, LabelRuns, type RunsMap } from "labelmap";
import { Comparison } from "labelmap/compare";
import { CodedError } from "./coded-error.js";
import { type Decoded, decodeBoth } from "./compare-masks.js";
import type { EvaluatedClass, Requests, SetScores } from "./protocol.js";

const MOST_CLASSES = 255;

let comparison: Comparison | undefined;
/** The classes in the order of their places. */
let classes: readonly Pick<EvaluatedClass, "name" | "color">[] = [];

export async function evaluatePair(
  files: Requests["evaluate"]["ask"],
): Promise<Requests["evaluate"]["reply"]> {
  const [{ map: reference, reading }, { map: other }] = await decodeBoth(files);
  const next = withClasses([...reference.labels, ...other.labels]);
  comparison ??= new Comparison(
    ClassList.fromNames(
      Array.from({ length: MOST_CLASSES }, (_, place) => placeName(place)),
      {
        voidId: MOST_CLASSES,
        ignoreId: MOST_CLASSES,
      },
    ),
    { boundary: true },
  );
  const placeOf = new Map(next.map(({ name }, place) => [name, place]));
  const scores = comparison.add(inPlaces(reference, placeOf), inPlaces(other, placeOf));
  // A pair that is refused leaves no classes behind.
  classes = next;
  let lowest: (typeof scores.classes)[number] | null = null;
  for (const entry of scores.classes)
    if (entry.iou < (lowest?.iou ?? Number.POSITIVE_INFINITY)) lowest = entry;
  return {
    pair: {
      meanIoU: scores.meanIoU,
      pixelAccuracy: scores.pixelAccuracy,
      meanBoundaryIoU: scores.meanBoundaryIoU!,
      pq: scores.panoptic.all.pq,
      lowest: lowest === null ? null : { name: classes[lowest.id]!.name, iou: lowest.iou },
    },
    set: setScores(comparison, reading),
  };
}

function setScores(all: Comparison, { kind, encoding }: Decoded["reading"]): SetScores {
  const { meanIoU, pixelAccuracy, meanBoundaryIoU, panoptic, classes: scores } = all.result();
  return {
    kind,
    encoding,
    meanIoU,
    pixelAccuracy,
    meanBoundaryIoU: meanBoundaryIoU!,
    pq: panoptic.all.pq,
    classes: classes.map(({ name, color }, place) => {
      const { iou, pq, boundaryIoU, referencePixels } = scores[place]!;
      return { name, color, iou, pq, boundaryIoU: boundaryIoU!, referencePixels };
    }),
  };
}

function withClasses(labels: RunsMap["labels"]): typeof classes {
  const colors = new Map(classes.map(({ name, color }) => [name, color]));
  for (const { className, color, pixelCount } of labels) {
    if (pixelCount > 0 && !colors.has(className)) colors.set(className, color);
  }
  if (colors.size > MOST_CLASSES) {
    const message = `With this pair there are ${colors.size} classes; this page compares up to ${MOST_CLASSES}.`;
    throw new CodedError("TOO_MANY_CLASSES", message);
  }
  return [...colors].map(([name, color]) => ({ name, color }));
}

/** The same map, whose classes have the names of their places. */
function inPlaces(map: RunsMap, placeOf: ReadonlyMap<string, number>): RunsMap {
  const labels = map.labels.map((label) => {
    const place = placeOf.get(label.className);
    return place === undefined ? label : { ...label, className: placeName(place) };
  });
  return Object.assign(new LabelRuns(map), map, { labels });
}

function placeName(place: number): string {
  return `place ${place}`;
}
