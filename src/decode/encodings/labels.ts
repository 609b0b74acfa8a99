/**
 * The different pixels of a mask of ids to labels: which class each is of, and which object. Pixels that mean the same
 * get the same label.
 */

import type { LegendEntry } from "../../legend/legend.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import { type Identity, identifyEntries } from "../../legend/result.js";
import type { Label, Unlabelled } from "../../maps/label.js";
import type { Box, Encoding, Meaning, Source } from "./encoding.js";

/** One of the different pixels of a mask. */
export interface FoundPixel {
  /** Its samples as one number. */
  readonly id: number;
  readonly samples: readonly number[];
  /** Its colour in the palette; `undefined` if the samples are no indices of one. */
  readonly color: string | undefined;
  readonly count: number;
  readonly box: Box;
}

/** The labels of a mask, and the label of each of its different pixels, -1 if nobody labelled it. */
export interface FoundLabels {
  readonly labels: readonly Label[];
  readonly labelOfPixel: Int32Array;
  readonly unlabelled: Unlabelled;
}

/** How many unknown ids are kept, as for unknown colours. */
const MOST_UNKNOWN = 16;

interface ClassOfId {
  /** Its place among the classes. */
  readonly place: number;
  readonly classId: number;
  readonly entry?: LegendEntry;
  readonly identity?: Identity;
}

/** A label that is being put together. */
interface Draft {
  readonly owner: ClassOfId;
  readonly meaning: Meaning;
  /** The object's number within its class, 0 for stuff. */
  readonly number: number;
  /** The lowest id, and all pixels. */
  id: number | null;
  color: string | undefined;
  count: number;
  box: Box | null;
}

/**
 * The labels are in the order of the legend and then of the objects; without a legend in the order of the class ids. Every
 * entry of the legend has a label, as in a mask of colours.
 *
 * @param source the legend, whose ids are class ids; `null` to take the numbers for names.
 */
export function labelsOfPixels(
  pixels: readonly FoundPixel[],
  encoding: Encoding,
  source: Source | null,
): FoundLabels {
  const classes = classesOf(source);
  const drafts = new Map<string, Draft>();
  const meanings = pixels.map(({ id, samples }) => encoding.meaning(id, samples));
  const withObjects = new Set(meanings.filter(({ object }) => object! > 0).map(({ classId }) => classId));
  const unknown: { id: number; count: number }[] = [];
  let unlabelled = 0;
  const draftOfPixel = pixels.map((pixel, place): Draft | null => {
    const meaning = meanings[place]!;
    const { classId } = meaning;
    const listed = classes.get(classId);
    const isVoid = listed === undefined && encoding.unlabelled.includes(classId);
    if (isVoid || (listed === undefined && source !== null)) {
      unlabelled += pixel.count;
      if (!isVoid) unknown.push({ id: pixel.id, count: pixel.count });
      return null;
    }
    const owner = listed ?? { place: classId, classId };
    const number = objectNumber(meaning, owner, encoding, withObjects.has(classId));
    const key = `${owner.place} ${number}`;
    const { color } = pixel;
    const draft = drafts.get(key) ?? { owner, meaning, number, id: null, color, count: 0, box: null };
    drafts.set(key, draft);
    draft.id = Math.min(draft.id ?? pixel.id, pixel.id);
    draft.count += pixel.count;
    draft.box = draft.box === null ? pixel.box : union(draft.box, pixel.box);
    return draft;
  });
  const used = new Set([...drafts.values()].map(({ owner }) => owner.place));
  for (const owner of classes.values()) {
    if (used.has(owner.place)) continue;
    const number = owner.identity!.instanceNumber;
    const meaning = { classId: owner.classId };
    const draft = { owner, meaning, number, id: null, color: undefined, count: 0, box: null };
    drafts.set(`${owner.place} ${number}`, draft);
  }
  const sorted = [...drafts.values()].sort((a, b) => a.owner.place - b.owner.place || a.number - b.number);
  const places = new Map(sorted.map((draft, place) => [draft, place]));
  return {
    labels: finish(sorted, withObjects),
    labelOfPixel: Int32Array.from(draftOfPixel, (draft) => (draft === null ? -1 : places.get(draft)!)),
    unlabelled: { count: unlabelled, colors: [], ids: unknown.slice(0, MOST_UNKNOWN) },
  };
}

function classesOf(source: Source | null): ReadonlyMap<number, ClassOfId> {
  const classes = new Map<number, ClassOfId>();
  if (source === null) return classes;
  const identities = identifyEntries(source);
  source.legend.entries.forEach((entry, place) => {
    const { id } = entry;
    if (id !== undefined && !classes.has(id)) {
      classes.set(id, { place, classId: id, entry, identity: identities[place]! });
    }
  });
  return classes;
}

function objectNumber(
  { object = 0 }: Meaning,
  { entry, identity }: ClassOfId,
  { objects }: Encoding,
  hasOthers: boolean,
): number {
  if (objects === "none") return identity?.instanceNumber ?? 0;
  if (entry?.isThing === false) return 0;
  if (objects === "number") return object;
  if (objects === "all" || entry?.isThing === true) return object + 1;
  return hasOthers ? object + 1 : 0;
}

/** @param withObjects the ids of classes that have an object with a number above 0. */
function finish(drafts: readonly Draft[], withObjects: ReadonlySet<number>): Label[] {
  const colors = new Set<string>();
  let objects = 0;
  return drafts.map(({ owner, meaning, number, id, color: ownColor, count, box }, index): Label => {
    const { entry, identity, classId } = owner;
    const className = identity?.className ?? String(classId);
    const isThing = entry?.isThing ?? (number > 0 || withObjects.has(classId));
    // Pixels of a thing without a number are a group that nobody told apart, if the encoding has numbers at all.
    const isGroup = isThing && number === 0 && meaning.object !== undefined;
    const isCrowd = meaning.isCrowd === true || isGroup;
    let color = entry !== undefined && entry.rgb >= 0 ? entry.color : (ownColor ?? vocColor(index + 1));
    for (let next = index + 1; colors.has(color); next++) color = vocColor(next);
    colors.add(color);
    return {
      index,
      color,
      name: number > 0 ? `${className} # ${number}` : className,
      className,
      classId,
      instanceId: number > 0 && !isCrowd ? ++objects : 0,
      instanceNumber: number,
      sourceId: id,
      isThing,
      isCrowd,
      supercategory: entry?.supercategory ?? null,
      attributes: meaning.attributes ?? [],
      pixelCount: count,
      bbox: box,
    };
  });
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a[0], b[0]);
  const y = Math.min(a[1], b[1]);
  const right = Math.max(a[0] + a[2], b[0] + b[2]);
  const bottom = Math.max(a[1] + a[3], b[1] + b[3]);
  return [x, y, right - x, bottom - y];
}
