/** From files to a mask that is shown, or to a message that says why not; then what was shown before stays. */
import { batch } from "@preact/signals";
import { pairFiles } from "labelmap/dataset";
import { addCompared } from "./compare/compare-state.js";
import { Decoder, ReportedError } from "./decoding/decoder.js";
import { errorAdvice } from "./decoding/error-advice.js";
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
    const added = opened.value === null ? null : completed(opened.value.pair, withoutMask, sourceOf);
    if (added !== null) {
      const before = opened.value?.pair;
      if (await openMask(added)) pairs.value = pairs.value.map((pair) => (pair === before ? added : pair));
      return;
    }
    notice.value = { kind: "error", ...nothingToShow(withoutMask, ignored) };
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
  const isShown = await openMask(first);
  // Of several, one that is broken does not keep the others from being opened.
  if (isShown || masks.length > 1) pairs.value = masks;
  if (isShown && withoutMask > 0) {
    const files = counted(withoutMask, "file");
    const text = `${files} left out: of no mask. Names must be alike, as street.png and street.json.`;
    notice.value = { kind: "info", text };
  }
}

/** The mask that is shown, with a result or a photo that was dropped alone. */
function completed(
  pair: MaskPair,
  paths: readonly string[],
  sourceOf: (path: string) => Source | null,
): MaskPair | null {
  const result = paths.filter((path) => /\.json$/i.test(path));
  const photo = paths.filter((path) => !result.includes(path));
  if (result.length > 1 || photo.length > 1 || paths.length === 0) return null;
  return {
    ...pair,
    result: result[0] === undefined ? pair.result : sourceOf(result[0]),
    photo: photo[0] === undefined ? pair.photo : sourceOf(photo[0]),
  };
}

function nothingToShow(withoutMask: readonly string[], ignored: readonly string[]) {
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

/** @returns whether it is shown. */
export async function openMask(pair: MaskPair): Promise<boolean> {
  const turn = ++lastTurn;
  // A large mask may take seconds; nobody waits for one that is not wanted any more.
  if (busyWith.value !== null) {
    decoder.cancel();
    startWorker();
  }
  busyWith.value = pair.name;
  try {
    const mask = await readMask(pair);
    if (turn !== lastTurn) return false;
    batch(() => {
      showMask(mask);
      view.value = "one";
      notice.value = { kind: "info", text: describe(mask) };
    });
    return true;
  } catch (error) {
    if (turn === lastTurn && !isAbort(error)) report(error, pair.name);
    return false;
  } finally {
    if (turn === lastTurn) busyWith.value = null;
  }
}

async function readMask(pair: MaskPair): Promise<OpenMask> {
  const started = performance.now();
  const [png, result, photo] = await Promise.all([
    load(pair.mask),
    pair.result === null ? null : load(pair.result).then((blob) => blob.text()),
    pair.photo === null ? null : readPhoto(pair.photo),
  ]);
  const bytes = new Uint8Array(await png.arrayBuffer());
  const read = performance.now() - started;
  const asked = performance.now();
  try {
    const decoded = await decoder.ask("decode", { name: pair.name, png: bytes, result }, [bytes.buffer]);
    return { pair, png, result, photo, decoded, read, answered: performance.now() - asked };
  } catch (error) {
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

async function readPhoto(source: Source): Promise<ImageBitmap> {
  const blob = await load(source);
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new NamedError(source.name, "this is no picture that the browser can show.");
  }
}

function describe({ pair, decoded }: OpenMask): string {
  const { width, height, labels } = decoded;
  const unknown = labels.filter(({ isUnknown }) => isUnknown).length;
  const defects = unknown === 0 ? "" : `, ${counted(unknown, "colour")} that the legend lacks`;
  return `${pair.name}: ${width} × ${height} pixels, ${counted(usedLabels(labels).length, "label")} with pixels${defects}.`;
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
