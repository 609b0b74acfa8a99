/** The state of the page, as signals, and the actions that change it. Plain data: nothing here touches the document. */
import { batch, computed, signal } from "@preact/signals";
import { classesOf, type Members, membersOf, NO_MEMBERS, shownName } from "./carried-labels.js";
import { recolored } from "./coloring.js";
import type { DecodedMask, ShownLabel } from "./decoding/protocol.js";
import type { MaskPair } from "./files/mask-pair.js";
import { paintPalette } from "./palette.js";
import type { Camera } from "./stage/camera.js";
import type { Target } from "./stage/fit-labels.js";
import { valueCountOf } from "./stage/label-image.js";
import type { RendererName } from "./stage/make-renderer.js";

export type View = "one" | "compare" | "dataset" | "evaluate";

/** The mask that is shown. */
export interface OpenMask {
  readonly pair: MaskPair;
  readonly png: Blob;
  /** The result's JSON text. */
  readonly result: string | null;
  readonly photo: ImageBitmap | null;
  readonly decoded: DecodedMask;
  /** Milliseconds that reading all files took. */
  readonly read: number;
  /** Milliseconds from the request to the worker's reply. */
  readonly answered: number;
}

/** The pixel under the pointer, and the index of its label; -1 if it has none. */
export interface Pointed {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

export type SortKey = "name" | "pixels";
export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export const view = signal<View>("one");
/** All masks that are open or served. */
export const pairs = signal<readonly MaskPair[]>([]);
export const opened = signal<OpenMask | null>(null);
/** Name of the mask that is being read or decoded. */
export const busyWith = signal<string | null>(null);
export const startMilliseconds = signal<number | null>(null);

export const pointed = signal<Pointed | null>(null);
/** The pixel that was clicked to isolate its label. */
export const picked = signal<Pointed | null>(null);
/** The label whose row of the list is under the pointer; -1 for none. */
export const hovered = signal(-1);
const NONE: ReadonlySet<number> = new Set();
export const hidden = signal(NONE);
/** If it is not empty, all other labels are dimmed. */
export const isolated = signal(NONE);
/** Hidden and isolated classes that the shown mask does not have. */
export const absentHidden = signal(NO_MEMBERS.absent);
export const absentIsolated = signal(NO_MEMBERS.absent);
/** Whether the user has asked the system for less motion. */
export const isMotionReduced = signal(false);
/** The label that is highlighted by a flash; -1 for none. */
export const flashed = signal(-1);
/** Where the stage will fly to, until it does. */
export const flight = signal<Target | null>(null);
/** The part of the mask that is shown, with the scale in CSS pixels; `null` if the whole mask is. */
export const camera = signal<Camera | null>(null);
/** What the stage will show next, without flying there; `null` once it does. */
export const nextCamera = signal<Camera | null>(null);
export const search = signal("");
export const sort = signal<Sort>({ key: "pixels", isDescending: true });

/** Of frames that were drawn whole, while something moved. */
export const drawMilliseconds = signal<readonly number[]>([]);
/** Of the last finely drawn picture at rest: the sum of its parts. */
export const restMilliseconds = signal<number | null>(null);
/** Until the whole mask could be drawn. */
export const uploadMilliseconds = signal<number | null>(null);
export const rendererName = signal<RendererName | null>(null);

export const labels = computed<readonly ShownLabel[]>(() => opened.value?.decoded.labels ?? []);

/** The same labels in the colours in which they are shown. */
export const shownLabels = computed<readonly ShownLabel[]>(() =>
  opened.value === null ? [] : recolored(opened.value.decoded),
);

/** The labels that every count of labels includes: those of the result that have pixels, without unknown colours. */
export function usedLabels(all: readonly ShownLabel[]): readonly ShownLabel[] {
  return all.filter(({ pixelCount, isUnknown }) => pixelCount > 0 && !isUnknown);
}

/** The labels that match the search, in the chosen order. */
export const listedLabels = computed(() => {
  const { key, isDescending } = sort.value;
  const found = labels.value.filter(matches(search.value));
  found.sort(key === "name" ? compareLabels : (a, b) => a.pixelCount - b.pixelCount);
  return isDescending ? found.reverse() : found;
});

export function isShown({ index }: ShownLabel): boolean {
  return !hidden.value.has(index) && (isolated.value.size === 0 || isolated.value.has(index));
}

export const palette = computed(() => {
  const values = opened.value === null ? 256 : valueCountOf(opened.value.decoded);
  return paintPalette(values, shownLabels.value, hidden.value, isolated.value, flashed.value);
});

/** The label that is described: the one under the pointer, on the image or in the list, or the only isolated one. */
export const describedLabel = computed<ShownLabel | null>(() => {
  const inList = hovered.value < 0 ? undefined : hovered.value;
  const place = pointed.value?.label ?? inList ?? (isolated.value.size === 1 ? [...isolated.value][0]! : -1);
  return labels.value[place] ?? null;
});

export const isolatedTarget = computed(() => targetOf([...isolated.value]));

export const outlined = computed(() => describedLabel.value?.index ?? -1);

/** The pixel whose coordinates are told: the one under the pointer, or the one that was clicked. */
export const describedPixel = computed(() => pointed.value ?? (hovered.value < 0 ? picked.value : null));

/** Tells a keyboard user which pixel is in the middle. */
export function describePixel(pixel: { readonly x: number; readonly y: number } | null): string {
  return pixel === null ? "" : `x ${pixel.x}, y ${pixel.y}`;
}

/** Classes stay hidden or isolated from mask to mask, and the search stays. */
export function showMask(mask: OpenMask): void {
  clearTimeout(flashes);
  const before = labels.value;
  const hiddenClasses = classesOf(before, { indexes: hidden.value, absent: absentHidden.value });
  const isolatedClasses = classesOf(before, { indexes: isolated.value, absent: absentIsolated.value });
  const { width, height } = mask.decoded;
  const last = opened.value?.decoded;
  batch(() => {
    opened.value = mask;
    pointed.value = null;
    picked.value = null;
    hovered.value = -1;
    hide(membersOf(mask.decoded.labels, hiddenClasses));
    isolateMembers(membersOf(mask.decoded.labels, isolatedClasses));
    flashed.value = -1;
    flight.value = null;
    if (width !== last?.width || height !== last.height) camera.value = null;
    drawMilliseconds.value = [];
    restMilliseconds.value = null;
    uploadMilliseconds.value = null;
  });
}

export function hide({ indexes, absent }: Members): void {
  hidden.value = indexes;
  absentHidden.value = absent;
}

export function isolateMembers({ indexes, absent }: Members): void {
  isolated.value = indexes;
  absentIsolated.value = absent;
}

/** @param label the value of the pixel; -1 outside the image. */
export function pointAt(x: number, y: number, label: number): void {
  pointed.value = label < 0 ? null : { x, y, label: labels.value[label] === undefined ? -1 : label };
}

export function toggleHidden(label: number): void {
  hidden.value = toggled(hidden.value, label);
}

export function hideListed(): void {
  hidden.value = new Set([...hidden.value, ...listedLabels.value.map(({ index }) => index)]);
}

/**
 * Isolates a label, and shows it if it is hidden. If it is the only isolated label already, none is isolated.
 *
 * @param isAdded whether other labels stay isolated.
 */
export function isolate(label: number, isAdded = false): void {
  const isOnlyOne = isolated.value.size === 1 && isolated.value.has(label);
  batch(() => {
    picked.value = null;
    if (!isAdded) absentIsolated.value = NO_MEMBERS.absent;
    if (labels.value[label] === undefined || (isOnlyOne && !isAdded)) isolated.value = NONE;
    else isolated.value = isAdded ? toggled(isolated.value, label) : new Set([label]);
    if (isolated.value.has(label) && hidden.value.has(label)) toggleHidden(label);
  });
}

/** Isolates the label of a pixel of the image. */
export function pick(label: number, x: number, y: number, isAdded: boolean): void {
  batch(() => {
    isolate(label, isAdded);
    if (isolated.value.size > 0) picked.value = { x, y, label };
  });
}

/** Isolates these labels, too, and shows those of them that are hidden. */
export function isolateAlso(some: readonly number[]): void {
  batch(() => {
    isolated.value = new Set([...isolated.value, ...some]);
    hidden.value = new Set([...hidden.value].filter((label) => !some.includes(label)));
  });
}

/** Hidden labels stay hidden. */
export function isolateNone(): void {
  isolateMembers(NO_MEMBERS);
}

export function showAll(): void {
  batch(() => {
    isolateMembers(NO_MEMBERS);
    hide(NO_MEMBERS);
  });
}

/** Shows where a label is: flies there and flashes it. */
export function find(label: number): void {
  const target = targetOf([label]);
  if (target === null) return;
  batch(() => {
    if (hidden.value.has(label)) toggleHidden(label);
    isolateMembers({ ...NO_MEMBERS, indexes: new Set([label]) });
    picked.value = null;
    flight.value = target;
    flash(label, isMotionReduced.value ? 0 : 6);
  });
}

/** `null` if none of the labels has pixels. */
function targetOf(values: readonly number[]): Target | null {
  const boxes = values.map((value) => labels.value[value]?.bbox ?? null).filter((bbox) => bbox !== null);
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map(([left]) => left));
  const y = Math.min(...boxes.map(([, top]) => top));
  const right = Math.max(...boxes.map(([left, , width]) => left + width));
  const bottom = Math.max(...boxes.map(([, top, , height]) => top + height));
  return { box: { x, y, width: right - x, height: bottom - y }, values };
}

/** Three flashes, at most three per second (Web Content Accessibility Guidelines, 2.3.1). */
const FLASH_MILLISECONDS = 200;
let flashes: ReturnType<typeof setTimeout> | undefined;

function flash(label: number, turns: number): void {
  clearTimeout(flashes);
  flashed.value = turns % 2 === 0 && turns > 0 ? label : -1;
  if (turns > 0) flashes = setTimeout(() => flash(label, turns - 1), FLASH_MILLISECONDS);
}

export function sortBy(key: SortKey): void {
  const { key: present, isDescending } = sort.value;
  sort.value = { key, isDescending: key === present ? !isDescending : key === "pixels" };
}

const KEPT_FRAMES = 60;

export function addFrame(milliseconds: number, isAtRest: boolean): void {
  if (isAtRest) restMilliseconds.value = milliseconds;
  else drawMilliseconds.value = [...drawMilliseconds.value, milliseconds].slice(-KEPT_FRAMES);
}

function matches(text: string): (label: ShownLabel) => boolean {
  const sought = text.trim().toLowerCase();
  return ({ name, className, classId, color }) =>
    [name, className, color].some((text) => text.toLowerCase().includes(sought)) ||
    String(classId ?? "") === sought;
}

/** By the shown name, then by number. */
function compareLabels(a: ShownLabel, b: ShownLabel): number {
  return compareNames(shownName(a), shownName(b)) || a.instanceNumber - b.instanceNumber;
}

/** `car2` before `car10`. */
export const { compare: compareNames } = new Intl.Collator("en", { numeric: true });

function toggled(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
