/**
 * The edits of legends, as long as the page is open. An edited mask is a mask whose result is the text of the edited legend,
 * so all that the page does with it (counts, comparison, export, pictures) is what the saved file would give.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import type { EncodingName } from "labelmap/ids";
import { ownColors } from "../coloring.js";
import { replacePairs } from "../compare/compare-state.js";
import { legendName } from "../decoding/export-name.js";
import type { ShownLabel } from "../decoding/protocol.js";
import type { MaskPair, Source } from "../files/mask-pair.js";
import { load } from "../files/read-source.js";
import { nameInText } from "../format.js";
import { post } from "../notices.js";
import { decoder, openMask, report, untilDone } from "../open-mask.js";
import {
  absentHidden,
  absentIsolated,
  hidden,
  hide,
  isolated,
  isolateMembers,
  labels,
  type OpenMask,
  opened,
  pairs,
} from "../state.js";
import { add, begin, type History, lastStep, nextStep, present, redone, undone } from "./history.js";
import { labelKey } from "./label-key.js";
import { emptyDocument, type LegendDocument, setNames, textOf } from "./legend-document.js";

export interface EditState {
  readonly document: LegendDocument;
  /** Colours that suggestions have added. No colour is near a label only because it is near one of these. */
  readonly blended: ReadonlySet<string>;
  /** The colours of classes that were chosen here, by their names; `undefined` for one that had none. */
  readonly classColors: Readonly<Record<string, string | undefined>>;
}

interface Session {
  /** The result and the reading before all edits. */
  readonly original: Pick<MaskPair, "result" | "reading">;
  /** How the mask is read, whatever its legend becomes. */
  readonly encoding: EncodingName;
  readonly history: History<EditState>;
  /** The result that the mask has now. */
  readonly result: Source | null;
  readonly saved: LegendDocument;
}

/** By the mask's file, which stays the same when its result changes. */
const sessions = signal<ReadonlyMap<Source, Session>>(new Map());

/** The edits of a mask; `null` if it has none, or another result has taken the place of the edited one. */
function sessionOf({ mask, result }: MaskPair): Session | null {
  const session = sessions.value.get(mask);
  return session?.result === result ? session : null;
}

const shownSession = computed(() => (opened.value === null ? null : sessionOf(opened.value.pair)));

/** What undoing takes back, and what redoing brings back; `undefined` if there is nothing. */
export const undoTitle = computed(() => shownSession.value && lastStep(shownSession.value.history)?.title);
export const redoTitle = computed(() => shownSession.value && nextStep(shownSession.value.history)?.title);

/** Whether the legend of the shown mask has edits that are not saved. */
export const isUnsaved = computed(() => shownSession.value !== null && hasUnsaved(shownSession.value));
/** All masks whose legends have edits that are not saved. */
export const unsavedPairs = computed(() =>
  pairs.value.filter((pair) => {
    const session = sessionOf(pair);
    return session !== null && hasUnsaved(session);
  }),
);
/** The legend of the shown mask, if it was edited. */
export const editedDocument = computed(() =>
  shownSession.value === null ? null : present(shownSession.value.history).document,
);

function hasUnsaved({ history, saved }: Session): boolean {
  return present(history).document !== saved;
}

/** How masks are read whose numbers stand for a class each. In all other masks of ids, a number is a class and an object. */
const OF_CLASSES: readonly EncodingName[] = [
  "colors",
  "grey",
  "palette-index",
  "rgb-id",
  "rgba-id",
  "segments-ai",
];

/** Legends of colours and those of plain ids can be edited. */
export function isEditable({ decoded }: OpenMask): boolean {
  return OF_CLASSES.includes(decoded.encoding);
}

/** Edits follow each other, so that each begins with what the one before has made. */
let turn: Promise<void> = Promise.resolve();

function inTurn(work: (pair: MaskPair, encoding: EncodingName) => Promise<void>): Promise<void> {
  const before = opened.value;
  if (before === null || !isEditable(before)) return Promise.resolve();
  const { mask, name } = before.pair;
  const { encoding } = before.decoded;
  turn = turn.then(async () => {
    const pair = pairs.value.find((other) => other.mask === mask);
    if (pair === undefined) return;
    try {
      await work(pair, encoding);
    } catch (error) {
      report("editing", error, name);
    }
  });
  return turn;
}

/**
 * Edits the legend of the shown mask, and decodes the mask with it.
 *
 * @param change returns `null` if the edit is not possible.
 */
export function edit(title: string, change: (state: EditState) => EditState | null): Promise<void> {
  return inTurn(async (pair, encoding) => {
    const session = sessionOf(pair) ?? (await newSession(pair, encoding));
    const before = present(session.history);
    const after = change(before);
    if (after === null) return;
    const history = add(session.history, title, after);
    if (history === session.history) return;
    await apply(pair, { ...session, history }, `${title}.`);
  });
}

export function editDocument(
  title: string,
  change: (document: LegendDocument) => LegendDocument | null,
): Promise<void> {
  return edit(title, (state) => {
    const document = change(state.document);
    return document === null || document === state.document ? null : { ...state, document };
  });
}

/** Adds each of these colours to the label of a name. */
export function addBlended(title: string, names: ReadonlyMap<string, string>): Promise<void> {
  return edit(title, (state) => ({
    ...state,
    document: setNames(state.document, names),
    blended: new Set([...state.blended, ...names.keys()]),
  }));
}

const NONE: ReadonlySet<string> = new Set();

/** Of the shown mask. */
export const blendedColors = computed(() =>
  shownSession.value === null ? NONE : present(shownSession.value.history).blended,
);

export function undo(): Promise<void> {
  return inTurn((pair) => move(pair, undone, "Undone", lastStep));
}

export function redo(): Promise<void> {
  return inTurn((pair) => move(pair, redone, "Redone", nextStep));
}

async function move(
  pair: MaskPair,
  moved: typeof undone,
  verb: string,
  stepOf: (history: History<EditState>) => { readonly title: string } | undefined,
): Promise<void> {
  const session = sessionOf(pair);
  const step = session === null ? undefined : stepOf(session.history);
  if (session === null || step === undefined) return;
  await apply(pair, { ...session, history: moved(session.history) }, `${verb}: ${step.title}.`);
}

/**
 * Gives the edited legend of the shown mask to `save`, unless it has no edits.
 *
 * @param save returns whether its edits are saved now.
 */
export function withDocument(
  save: (document: LegendDocument, pair: MaskPair, encoding: EncodingName) => Promise<boolean>,
): Promise<void> {
  return inTurn(async (pair, encoding) => {
    const session = sessionOf(pair);
    if (session === null) return;
    const { document } = present(session.history);
    if (await save(document, pair, encoding)) setSession(pair, { ...session, saved: document });
  });
}

function setSession({ mask }: MaskPair, session: Session): void {
  sessions.value = new Map(sessions.value).set(mask, session);
}

async function newSession(pair: MaskPair, encoding: EncodingName): Promise<Session> {
  const document = await readDocument(pair, encoding);
  const { result, reading } = pair;
  const original = { result, ...(reading !== undefined && { reading }) };
  const history = begin({ document, blended: NONE, classColors: {} });
  return { original, encoding, history, result, saved: document };
}

/** Of a mask without a result, the legend is empty. */
async function readDocument({ result, reading }: MaskPair, encoding: EncodingName): Promise<LegendDocument> {
  if (result === null) return emptyDocument(encoding !== "colors");
  const text = await (await load(result)).text();
  const ask = { text, name: result.name, form: reading?.form, encoding };
  return untilDone(() => decoder.ask("legend", ask));
}

async function apply(pair: MaskPair, session: Session, told: string): Promise<void> {
  const earlier = sessionOf(pair);
  const after = present(session.history);
  const before = earlier === null ? session.history.first : present(earlier.history);
  const isSameLegend = before.document === after.document;
  const edited = isSameLegend ? pair : editedPair(pair, session, after.document);
  const keep = () => {
    setSession(pair, { ...session, result: edited.result });
    replacePairs(new Map([[pair, edited]]));
    showClassColors(before, after);
  };
  if (isSameLegend || opened.value?.pair !== pair) batch(keep);
  else if (!(await reopen(edited, keep))) return;
  // The panel shows it.
  post("editing", { kind: "info", text: told, isOnlySpoken: true });
}

/** @returns whether the mask could be decoded with the edited legend. If not, a message says why. */
async function reopen(edited: MaskPair, keep: () => void): Promise<boolean> {
  const marked = {
    hidden: { keys: keysOf(hidden.value), absent: absentHidden.value },
    isolated: { keys: keysOf(isolated.value), absent: absentIsolated.value },
  };
  const outcome = await openMask(edited, { isInView: false, onShown: keep });
  // Another mask was opened in the meantime. The edit counts all the same.
  if (outcome === "superseded") batch(keep);
  if (outcome === "shown") {
    batch(() => {
      hide({ indexes: indexesOf(marked.hidden.keys), absent: marked.hidden.absent });
      isolateMembers({ indexes: indexesOf(marked.isolated.keys), absent: marked.isolated.absent });
    });
  }
  return outcome !== "failed";
}

function keysOf(indexes: ReadonlySet<number>): ReadonlySet<string> {
  const marked = [...indexes].map((index) => labels.value[index]).filter((label) => label !== undefined);
  return new Set(marked.map(labelKey));
}

function indexesOf(keys: ReadonlySet<string>): ReadonlySet<number> {
  if (keys.size === 0) return new Set();
  return new Set(labels.value.filter((label) => keys.has(labelKey(label))).map(({ index }) => index));
}

function editedPair(
  pair: MaskPair,
  { original, encoding, history }: Session,
  document: LegendDocument,
): MaskPair {
  const { reading: _, ...files } = pair;
  if (document === history.first.document) return { ...files, ...original };
  const blob = new Blob([textOf(document)], { type: "application/json" });
  const result = { name: legendName(pair.name), isServed: false, load: async () => blob };
  // A legend of colours and ids could be read by either.
  return { ...files, result, reading: { encoding } };
}

function showClassColors({ classColors: before }: EditState, { classColors: after }: EditState): void {
  if (before === after) return;
  const colors: Record<string, string> = { ...ownColors.value };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const color = after[name] ?? firstColors.get(name);
    if (color === undefined) delete colors[name];
    else colors[name] = color;
  }
  ownColors.value = colors;
}

/** The colours that classes had before they were first changed here. */
const firstColors = new Map<string, string | undefined>();

/** Shows a class in another colour, here and in all masks. The mask and its legend stay as they are. */
export function showClassAs(className: string, color: string): Promise<void> {
  if (!firstColors.has(className)) firstColors.set(className, ownColors.value[className]);
  return edit(`Show ${nameInText(className)} as ${color}`, (state) => ({
    ...state,
    classColors: { ...state.classColors, [className]: color },
  }));
}

/** Whether the legend has the label. Without a legend, the labels are the colours of the mask. */
export function isInLegend({ isUnknown }: ShownLabel): boolean {
  return !isUnknown && opened.value?.decoded.kind === "labels";
}

/** The names that a legend has, each once. */
export const knownNames = computed<readonly string[]>(() => [
  ...new Set(labels.value.filter(isInLegend).map(({ name }) => name)),
]);

/** Asks before the page is left with unsaved edits, and says it if files that were dropped have replaced them. */
export function guardEdits(): void {
  window.addEventListener("beforeunload", (event) => {
    if (unsavedPairs.value.length > 0) event.preventDefault();
  });
  let before: readonly MaskPair[] = [];
  effect(() => {
    const now = new Set(unsavedPairs.value.map(({ mask }) => mask));
    for (const { mask, name } of before) {
      const session = sessions.peek().get(mask);
      if (now.has(mask) || session === undefined || !hasUnsaved(session)) continue;
      const text = `The unsaved edits of ${nameInText(name)} are gone: the dropped files have replaced its files.`;
      post("editing", { kind: "info", text });
    }
    before = unsavedPairs.value;
  });
}
