/** From files to a mask that is shown, or to a message that says why not; then what was shown before stays. */
import { batch } from "@preact/signals";
import { pairFiles } from "labelmap/dataset";
import { addCompared, replacePairs } from "./compare/compare-state.js";
import { Decoder, ReportedError } from "./decoding/decoder.js";
import { errorAdvice } from "./decoding/error-advice.js";
import type { DecodedMask, ShownIssue } from "./decoding/protocol.js";
import type { PathFile } from "./files/dropped-files.js";
import { type MaskPair, type Source, sourceOfFile } from "./files/mask-pair.js";
import { servedPairs } from "./files/served-files.js";
import { counted } from "./format.js";
import { NamedError } from "./named-error.js";
import {
  busyWith,
  type Notice,
  notice,
  type OpenMask,
  opened,
  pairs,
  showMask,
  startMilliseconds,
  usedLabels,
  view,
} from "./state.js";

export const decoder = new Decoder();

/** Loads what the worker needs before it is needed, so that from now on no server is. */
export async function startWorker(): Promise<void> {
  try {
    startMilliseconds.value = await decoder.ask("start", null);
  } catch (error) {
    if (!isAbort(error)) report(error, "labelmap");
  }
}

export async function openFiles(files: readonly PathFile[]): Promise<void> {
  const fileOf = new Map(files.map(({ path, file }) => [path, file]));
  const sourceOf = (path: string | null) => (path === null ? null : sourceOfFile(path, fileOf.get(path)!));
  const { pairs: found, withoutMask, ignored } = pairFiles([...fileOf.keys()]);
  if (found.length === 0) {
    const newest = completed(pairs.value, withoutMask, (path) => sourceOfFile(path, fileOf.get(path)!));
    if (newest.size > 0) await openCompleted(newest);
    else notice.value = { kind: "error", ...nothingToShow(withoutMask, ignored) };
    return;
  }
  const masks = found.map(({ name, mask, result, photo }) => ({
    name,
    mask: sourceOf(mask)!,
    result: sourceOf(result),
    photo: sourceOf(photo),
  }));
  if (view.value === "compare" && pairs.value.length > 0) addCompared(masks);
  else await openPairs(masks, withoutMask.length);
}

export async function openServed(listUrl: string): Promise<void> {
  try {
    await openPairs(await servedPairs(listUrl));
  } catch (error) {
    report(error, listUrl);
  }
}

async function openPairs(masks: readonly MaskPair[], withoutMask = 0): Promise<void> {
  const [first] = masks;
  if (first === undefined) {
    notice.value = { kind: "error", text: "The list has no masks.", advice: "Drop a mask instead." };
    return;
  }
  let outcome = await openMask(first);
  // Of several, one that is broken does not keep the others from being opened: the first that is not is shown.
  const failure = outcome === "failed" ? notice.value : null;
  if (outcome === "shown" || (outcome === "failed" && masks.length > 1)) pairs.value = masks;
  for (let place = 1; outcome === "failed" && place < masks.length; place++) {
    outcome = await openMask(masks[place]!);
  }
  if (outcome !== "superseded" && failure !== null) notice.value = failure;
  if (outcome === "shown" && withoutMask > 0) {
    const files = counted(withoutMask, "file");
    const text = `${files} left out: of no mask. ${ALIKE}`;
    notice.value = { kind: "info", text };
  }
}

/**
 * Masks that are open, with results and photos that were dropped alone: those of the same name. A single mask takes them
 * whatever their names are.
 */
function completed(
  masks: readonly MaskPair[],
  paths: readonly string[],
  sourceOf: (path: string) => Source,
): Map<MaskPair, MaskPair> {
  const maskOf = new Map(masks.map((pair) => [`${pair.name}.png`, pair]));
  const newest = new Map<MaskPair, MaskPair>();
  for (const { mask, result, photo } of pairFiles([...maskOf.keys(), ...paths]).pairs) {
    const pair = maskOf.get(mask)!;
    if (result === null && photo === null) continue;
    newest.set(pair, {
      ...pair,
      result: result === null ? pair.result : sourceOf(result),
      photo: photo === null ? pair.photo : sourceOf(photo),
    });
  }
  return newest;
}

async function openCompleted(newest: ReadonlyMap<MaskPair, MaskPair>): Promise<void> {
  const shown = newest.get(opened.value?.pair as MaskPair);
  if (view.value !== "one") {
    replacePairs(newest);
    if (shown !== undefined) await openMask(shown, { isInView: false });
  } else if ((await openMask(shown ?? [...newest.values()][0]!)) !== "failed") {
    replacePairs(newest);
  }
}

const ALIKE = "Names must be alike, as street.png and street.json.";

function nothingToShow(withoutMask: readonly string[], ignored: readonly string[]) {
  if (pairs.value.length > 0 && withoutMask.length > 0) {
    const [first] = withoutMask;
    const what = withoutMask.length === 1 ? `${first} belongs` : `${first} and what came with it belong`;
    return { text: `${what} to no mask that is open.`, advice: ALIKE };
  }
  const [name] = [...withoutMask, ...ignored];
  const count = withoutMask.length + ignored.length;
  const what =
    name === undefined
      ? "Nothing that was dropped is a file."
      : count === 1
        ? `${name} is no PNG, so it is no mask.`
        : `None of the ${count} files (${name}, …) is a PNG, so there is no mask.`;
  return { text: what, advice: "Drop a mask, street.png, together with its result, street.json." };
}

let lastTurn = 0;

/** Ends all that the worker does, and has the next one ready. */
export function startOver(): void {
  decoder.cancel();
  startWorker();
}

/** @param isInView whether it is gone to; else it is there when the user comes back to it. */
export async function openMask(
  pair: MaskPair,
  { isInView = true } = {},
): Promise<"shown" | "failed" | "superseded"> {
  const turn = ++lastTurn;
  const isSuperseded = () => turn !== lastTurn;
  // A large mask, or two that are compared, may take seconds; the one that is opened need not wait for that.
  if (decoder.isBusy) startOver();
  busyWith.value = pair.name;
  try {
    const { mask, photoFailure } = await readMask(pair, isSuperseded);
    if (isSuperseded()) {
      mask.photo?.close();
      return "superseded";
    }
    batch(() => {
      showMask(mask);
      if (isInView) view.value = "one";
      notice.value = photoFailure ?? { kind: "info", text: describe(mask) };
    });
    return "shown";
  } catch (error) {
    if (isSuperseded()) return "superseded";
    report(error, pair.name);
    return "failed";
  } finally {
    if (turn === lastTurn) busyWith.value = null;
  }
}

interface ReadMask {
  readonly mask: OpenMask;
  /** Why the mask is shown without its photo. */
  readonly photoFailure: Notice | null;
}

async function readMask(pair: MaskPair, isSuperseded: () => boolean): Promise<ReadMask> {
  const started = performance.now();
  const [png, result, { photo, failure: photoFailure }] = await Promise.all([
    load(pair.mask),
    pair.result === null ? null : load(pair.result).then((blob) => blob.text()),
    readPhoto(pair.photo),
  ]);
  const bytes = new Uint8Array(await png.arrayBuffer());
  const read = performance.now() - started;
  const asked = performance.now();
  try {
    if (isSuperseded()) throw new DOMException("Another mask was opened meanwhile.", "AbortError");
    const decoded = await decoder.ask("decode", { name: pair.name, png: bytes, result }, [bytes.buffer]);
    const answered = performance.now() - asked;
    const issues = [...decoded.issues, ...photoIssues(pair, photo, decoded)];
    const mask = { pair, png, result, photo, decoded: { ...decoded, issues }, read, answered };
    return { mask, photoFailure };
  } catch (error) {
    photo?.close();
    if (!(error instanceof ReportedError)) throw error;
    throw new NamedError(fileAtFault(pair, error.code), error.message, error.code);
  }
}

function fileAtFault({ mask, result }: MaskPair, code: string): string {
  return result !== null && /^(RESULT|LEGEND)_/.test(code) ? result.name : mask.name;
}

export async function load(source: Source): Promise<Blob> {
  try {
    const blob = await source.load();
    // Reading a file that has changed or gone since it was dropped fails only here.
    await blob.slice(0, 1).arrayBuffer();
    return blob;
  } catch (error) {
    if (error instanceof NamedError) throw error;
    throw new NamedError(source.name, "it cannot be read, or has changed since it was dropped.");
  }
}

/** One that is broken keeps no mask from being shown. */
async function readPhoto(
  source: Source | null,
): Promise<{ readonly photo: ImageBitmap | null; readonly failure: Notice | null }> {
  if (source === null) return { photo: null, failure: null };
  try {
    const blob = await load(source);
    const photo = await createImageBitmap(blob).catch(() => {
      throw new NamedError(source.name, "this is no picture that the browser can show.", "PHOTO_INVALID");
    });
    return { photo, failure: null };
  } catch (error) {
    const { text, ...failure } = failureNotice(error, source.name);
    return { photo: null, failure: { ...failure, text: `${text} The mask is shown without it.` } };
  }
}

/** A photo may have another size than its mask, but for rounding no other shape. */
function photoIssues(
  pair: MaskPair,
  photo: ImageBitmap | null,
  { width, height }: DecodedMask,
): readonly ShownIssue[] {
  if (photo === null) return [];
  const offOfPhoto = Math.abs((photo.width * height) / width - photo.height);
  const offOfMask = Math.abs((width * photo.height) / photo.width - height);
  if (Math.min(offOfPhoto, offOfMask) <= 1) return [];
  const sizes = `${photo.width} × ${photo.height} pixels, the mask ${width} × ${height}`;
  const message = `The photo ${pair.photo!.name} has ${sizes}: another shape, so it is shown stretched.`;
  return [{ code: "photo-shape", message, label: null }];
}

function describe({ pair, decoded }: OpenMask): string {
  const { width, height, labels } = decoded;
  const unknown = labels.filter(({ isUnknown }) => isUnknown).length;
  const defects = unknown === 0 ? "" : `, ${counted(unknown, "colour")} that the legend lacks`;
  return `${pair.name}: ${width} × ${height} pixels, ${counted(usedLabels(labels).length, "label")} with pixels${defects}.`;
}

/** Does it anew, once nothing is being opened any more, where a mask that was opened meanwhile has ended it. */
export async function untilDone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    await untilOpened();
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isAbort(error) || signal?.aborted) throw error;
    }
  }
}

const WAIT_MILLISECONDS = 50;

async function untilOpened(): Promise<void> {
  while (busyWith.value !== null) await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function report(error: unknown, name: string): void {
  notice.value = failureNotice(error, name);
}

/** @param name what the error is about, where it does not say so itself. */
export function failureNotice(error: unknown, name: string): Notice {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof NamedError ? message : `${name}: ${message}`;
  const code = error instanceof NamedError || error instanceof ReportedError ? error.code : null;
  return { kind: "error", text, ...(code === null ? {} : { code, advice: errorAdvice(code) }) };
}
