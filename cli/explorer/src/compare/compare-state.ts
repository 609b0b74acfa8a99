/** The state of a comparison. Plain data: nothing here touches the document or the worker. */
import { batch, computed, signal } from "@preact/signals";
import { colorsOfClasses } from "../coloring.js";
import type { ComparedCell, ComparedMasks } from "../decoding/protocol.js";
import type { MaskPair } from "../files/mask-pair.js";
import type { Notice } from "../notices.js";
import type { Target } from "../stage/fit-labels.js";
import { opened, pairs, view } from "../state.js";
import { type Painted, paintCells } from "./cell-palette.js";
import { suggestOther } from "./suggest-other.js";

const chosenReference = signal<MaskPair | null>(null);
const chosenOther = signal<MaskPair | null>(null);

/** The chosen mask, or otherwise the mask that was shown last. */
export const reference = computed<MaskPair | null>(
  () => [chosenReference.value, opened.value?.pair, pairs.value[0]].find(isLoaded) ?? null,
);

/** Another mask of the reference's image, if there is one: see suggest-other.ts. */
const suggestion = signal<{ readonly reference: MaskPair; readonly other: MaskPair | null } | null>(null);

/** The chosen mask, or otherwise the suggested one. */
export const other = computed<MaskPair | null>(() => {
  const suggested = suggestion.value?.reference === reference.value ? suggestion.value?.other : null;
  const candidates = [chosenOther.value, suggested];
  return candidates.find((pair) => isLoaded(pair) && pair !== reference.value) ?? null;
});

/** Whether another mask is being looked for. */
export const isSeeking = computed(
  () => other.value === null && pairs.value.length > 1 && suggestion.value?.reference !== reference.value,
);

/** Looks for another mask of the reference's image, unless one is chosen. */
export async function seekOther(from: MaskPair | null): Promise<void> {
  if (from === null || other.value !== null) return;
  const found = await suggestOther(from, pairs.value);
  suggestion.value = { reference: from, other: found };
}

/** The names of the masks that were chosen, for the page's address; `null` for each that was not. */
export const chosenNames = computed(() => ({
  reference: isLoaded(chosenReference.value) ? chosenReference.value.name : null,
  other: isLoaded(chosenOther.value) ? chosenOther.value.name : null,
}));

export function chooseByName(names: { readonly reference: string | null; readonly other: string | null }) {
  const named = (name: string | null) => pairs.value.find((pair) => pair.name === name) ?? null;
  batch(() => {
    chosenReference.value = named(names.reference);
    chosenOther.value = named(names.other);
  });
}

/** The last comparison, and its masks. */
export const lastCompared = signal<{
  readonly reference: MaskPair;
  readonly other: MaskPair;
  readonly masks: ComparedMasks;
} | null>(null);
/** The comparison of the two masks that are chosen now. */
export const comparison = computed<ComparedMasks | null>(() => {
  const last = lastCompared.value;
  return last?.reference === reference.value && last?.other === other.value ? (last?.masks ?? null) : null;
});
export const comparisonFailure = signal<Notice | null>(null);

/** What the stage shows: one picture, both of them beside a divider, or both in turn. */
export type Shown = Painted | "swipe" | "blink";

export const shown = signal<Shown>("difference");
/** Of a blinking stage: the mask that it shows now. */
export const blinked = signal<"reference" | "other">("reference");
/** Whether both masks are shown in turn without a key. */
export const isBlinking = signal(true);
/** The divider's distance from the left edge of the stage, 0 to 100 % of its width. */
export const divider = signal(50);
/** Index of the only cell whose pixels are shown; -1: all are shown. */
export const isolatedCell = signal(-1);
/** Where the stage will fly to, until it does. */
export const cellFlight = signal<Target | null>(null);
export const pointedPixel = signal<{ readonly x: number; readonly y: number; readonly cell: number } | null>(
  null,
);

/** The colours in which the classes of the comparison are shown, in their order. */
export const comparedColors = computed<readonly string[]>(() =>
  comparison.value === null ? [] : colorsOfClasses(comparison.value, comparison.value.classes),
);

const paletteOf = (painted: Painted) =>
  paintCells(comparison.value, comparedColors.value, painted, isolatedCell.value);

export const cellPalette = computed(() => {
  if (shown.value === "swipe") return paletteOf("reference");
  return paletteOf(shown.value === "blink" ? blinked.value : shown.value);
});
/** What is right of the divider. */
export const swipedPalette = computed(() => paletteOf("other"));

/** The cell that is described: the one under the pointer, or otherwise the isolated one. */
export const describedCell = computed<ComparedCell | null>(
  () => comparison.value?.cells[pointedPixel.value?.cell ?? isolatedCell.value] ?? null,
);

export function chooseReference(pair: MaskPair): void {
  if (pair === other.value) swap();
  else chosenReference.value = pair;
}

export function chooseOther(pair: MaskPair): void {
  if (pair === reference.value) swap();
  else chosenOther.value = pair;
}

export function choosePair(first: MaskPair, second: MaskPair): void {
  batch(() => {
    chosenReference.value = first;
    chosenOther.value = second;
  });
}

export function swap(): void {
  const [before, after] = [reference.value, other.value];
  chosenReference.value = after;
  chosenOther.value = before;
}

/** Adds masks that were dropped on a comparison. The first of them is compared with the reference. */
export function addCompared(masks: readonly MaskPair[]): void {
  const names = new Set(pairs.value.map(({ name }) => name));
  const added = masks.map((mask) => ({ ...mask, name: freeName(mask.name, names) }));
  chosenReference.value = reference.value;
  chosenOther.value = added[0]!;
  pairs.value = [...pairs.value, ...added];
}

/** Replaces masks by the same masks with a result or a photo. */
export function replacePairs(newest: ReadonlyMap<MaskPair, MaskPair>): void {
  const newer = (pair: MaskPair | null) => (pair === null ? null : (newest.get(pair) ?? pair));
  batch(() => {
    if (view.value === "compare") {
      // Choices that follow from the opened mask must not change while it is reopened.
      const [first, second] = [reference.value, other.value];
      chosenReference.value = first;
      chosenOther.value = second;
    }
    chosenReference.value = newer(chosenReference.value);
    chosenOther.value = newer(chosenOther.value);
    pairs.value = pairs.value.map((pair) => newer(pair)!);
  });
}

/** If the cell is isolated already, shows all cells again. */
export function isolateCell(cell: number): void {
  isolatedCell.value = isolatedCell.value === cell ? -1 : cell;
}

/** Shows where a cell's pixels are, however few they are. */
export function findCell(cell: number): void {
  const target = cellTarget(cell);
  if (target === null) return;
  isolatedCell.value = cell;
  cellFlight.value = target;
}

export function cellTarget(cell: number): Target | null {
  const box = comparison.value?.cells[cell]?.box;
  return box === undefined ? null : { box, values: [cell] };
}

function isLoaded(pair: MaskPair | null | undefined): pair is MaskPair {
  return pair != null && pairs.value.includes(pair);
}

/** The files of two annotators often have the same name. */
function freeName(name: string, names: Set<string>): string {
  let free = name;
  for (let count = 2; names.has(free); count++) free = `${name} (${count})`;
  names.add(free);
  return free;
}
