/** The state of an evaluation: which folders are compared, and what is known of each pair and of all pairs. */
import { computed, signal } from "@preact/signals";
import type { Paired } from "../../../src/compare/pair-by-name.js";
import { colorsOfClasses } from "../coloring.js";
import type { PairScores, SetScores } from "../decoding/protocol.js";
import type { MaskPair } from "../files/mask-pair.js";
import { pairs } from "../state.js";
import { type Folders, foldersOf, type InFolder, pairFolders, suggestFolders } from "./folder-pairs.js";
import { chosenFolders } from "./load-evaluation.js";

export interface EvaluatedPair extends PairScores {
  /** The name of the image: that of the reference, inside its folder. */
  readonly name: string;
  readonly reference: MaskPair;
  readonly other: MaskPair;
}

export interface FailedPair extends Pick<EvaluatedPair, "name" | "reference" | "other"> {
  readonly message: string;
  readonly code: string;
}

export interface Evaluation {
  readonly of: Paired<InFolder>;
  readonly isRunning: boolean;
  readonly rows: readonly EvaluatedPair[];
  readonly failures: readonly FailedPair[];
  /** `null` until a pair is compared. */
  readonly set: SetScores | null;
}

export const allFolders = computed(() => foldersOf(pairs.value));

const suggested = computed(() => suggestFolders(pairs.value));

let lastFolders: Folders | null = null;

/** The chosen folders, or otherwise those that share most names. The same folders are the same object. */
export const folders = computed<Folders | null>(() => {
  const known = (folder: string | null) => (allFolders.value.includes(folder!) ? folder : null);
  const reference = known(chosenFolders.value.reference) ?? suggested.value?.reference;
  const other = known(chosenFolders.value.other) ?? suggested.value?.other;
  if (reference === undefined || other === undefined) return null;
  if (lastFolders?.reference !== reference || lastFolders.other !== other) lastFolders = { reference, other };
  return lastFolders;
});

/** The masks of both folders. */
export const paired = computed(() =>
  folders.value === null ? null : pairFolders(folders.value, pairs.value),
);

export const lastEvaluation = signal<Evaluation | null>(null);

/** The evaluation of the masks that are paired now. */
export const evaluation = computed(() =>
  lastEvaluation.value?.of === paired.value ? lastEvaluation.value : null,
);

/** The colours in which the classes of the evaluation are shown, by their names. */
export const evaluatedColors = computed<ReadonlyMap<string, string>>(() => {
  const set = evaluation.value?.set ?? null;
  if (set === null) return new Map();
  const colors = colorsOfClasses(set, set.classes);
  return new Map(set.classes.map(({ name }, place) => [name, colors[place]!]));
});

/** @param side gets this folder; if it is that of the other side, they change places. */
export function chooseFolder(side: keyof Folders, folder: string): void {
  const present = folders.value!;
  const isSwapped = folder === present[side === "reference" ? "other" : "reference"];
  chosenFolders.value = isSwapped
    ? { reference: present.other, other: present.reference }
    : { ...present, [side]: folder };
}
