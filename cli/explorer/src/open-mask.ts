/** Opens a mask. If that fails, a message says why, and the page goes on showing the previous mask. */
import { batch } from "@preact/signals";
import { addClasses } from "./coloring.js";
import { Decoder, ReportedError } from "./decoding/decoder.js";
import { errorAdvice } from "./decoding/error-advice.js";
import type { DecodedMask, ShownIssue } from "./decoding/protocol.js";
import type { MaskPair, Source } from "./files/mask-pair.js";
import { bytesOf, load } from "./files/read-source.js";
import { counted } from "./format.js";
import { NamedError } from "./named-error.js";
import { type Notice, post, type Subject } from "./notices.js";
import { busyWith, type OpenMask, showMask, startMilliseconds, usedLabels, view } from "./state.js";

export const decoder = new Decoder();

/** Loads all that the worker needs in advance, so that the page can go on without its server. */
export async function startWorker(): Promise<void> {
  try {
    startMilliseconds.value = await decoder.ask("start", null);
  } catch (error) {
    if (!isAbort(error)) report("worker", error, "labelmap");
  }
}

let lastTurn = 0;

/** Ends all that the worker does, and starts a new worker. */
export function startOver(): void {
  decoder.cancel();
  startWorker();
}

export type Outcome = "shown" | "failed" | "superseded";

interface OpenOptions {
  /** Whether the page goes to the mask, unless the user has gone elsewhere in the meantime. */
  readonly isInView?: boolean;
  /** Makes changes that must happen together with the change of the shown mask. */
  onShown?(): void;
  /** Why an earlier mask could not be shown. This message stays, whatever happens to this mask. */
  readonly earlierFailure?: Notice | null;
}

export async function openMask(
  pair: MaskPair,
  { isInView = true, onShown = () => {}, earlierFailure = null }: OpenOptions = {},
): Promise<Outcome> {
  const turn = ++lastTurn;
  const from = view.value;
  const isSuperseded = () => turn !== lastTurn;
  // A large mask or a comparison may take seconds. The mask that is opened now does not wait for it.
  if (decoder.isBusy) startOver();
  busyWith.value = pair.name;
  try {
    const { mask, photoFailure } = await readMask(pair, isSuperseded);
    if (isSuperseded()) {
      mask.photo?.close();
      return "superseded";
    }
    batch(() => {
      onShown();
      addClasses([mask.decoded]);
      showMask(mask);
      if (isInView && view.value === from) view.value = "one";
      post(
        "opening",
        photoFailure ??
          earlierFailure ?? {
            kind: "info",
            text: describe(mask),
            // The panel beside the image says it.
            isOnlySpoken: true,
          },
      );
    });
    return "shown";
  } catch (error) {
    if (isSuperseded()) return "superseded";
    post("opening", earlierFailure ?? failureNotice(error, pair.name));
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
  const bytes = await bytesOf(png, pair.mask);
  const read = performance.now() - started;
  const decodeStarted = performance.now();
  try {
    if (isSuperseded()) throw new DOMException("Another mask was opened in the meantime.", "AbortError");
    const { name, reading = {} } = pair;
    const asked = { name, png: bytes, result, resultName: pair.result?.name ?? null, reading };
    const decoded = await decoder.ask("decode", asked, [bytes.buffer]);
    const answered = performance.now() - decodeStarted;
    const issues = [...photoIssues(pair, photo, decoded), ...decoded.issues];
    const mask = { pair, png, result, photo, decoded: { ...decoded, issues }, read, answered };
    return { mask, photoFailure };
  } catch (error) {
    photo?.close();
    if (!(error instanceof ReportedError)) throw error;
    throw new NamedError(fileAtFault(pair, error.code), error.message, error.code);
  }
}

function fileAtFault({ mask, result }: MaskPair, code: string): string {
  return result !== null && /^(RESULT|LEGEND|FORMAT)_/.test(code) ? result.name : mask.name;
}

/** A broken photo does not keep its mask from being shown. */
async function readPhoto(
  source: Source | null,
): Promise<{ readonly photo: ImageBitmap | null; readonly failure: Notice | null }> {
  if (source === null) return { photo: null, failure: null };
  try {
    const blob = await load(source);
    const photo = await createImageBitmap(blob).catch(() => {
      throw new NamedError(source.name, "the browser cannot display this picture.", "PHOTO_INVALID");
    });
    return { photo, failure: null };
  } catch (error) {
    const { text, ...failure } = failureNotice(error, source.name);
    return { photo: null, failure: { ...failure, text: `${text} The mask is shown without it.` } };
  }
}

/** A photo may differ from its mask in size, but, apart from rounding, not in shape. */
function photoIssues(
  pair: MaskPair,
  photo: ImageBitmap | null,
  { width, height }: DecodedMask,
): readonly ShownIssue[] {
  if (photo === null) return [];
  const offOfPhoto = Math.abs((photo.width * height) / width - photo.height);
  const offOfMask = Math.abs((width * photo.height) / photo.width - height);
  if (Math.min(offOfPhoto, offOfMask) <= 1) return [];
  const sizes = `${photo.width} × ${photo.height} pixels and the mask ${width} × ${height}`;
  const message = `The photo ${pair.photo!.name} has ${sizes}. Their shapes differ, so the photo is stretched.`;
  return [{ code: "photo-shape", message, label: null }];
}

function describe({ pair, decoded }: OpenMask): string {
  const { width, height, labels } = decoded;
  const unknown = labels.filter(({ isUnknown }) => isUnknown).length;
  const noun = decoded.encoding === "colors" ? "colour" : "id";
  const defects = unknown === 0 ? "" : `, ${counted(unknown, noun)} missing from the legend`;
  return `${pair.name}: ${width} × ${height} pixels, ${counted(usedLabels(labels).length, "label")} with pixels${defects}.`;
}

/** If a mask that is opened in the meantime ends the work, retries it once that mask is open. */
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

export function report(subject: Subject, error: unknown, name: string): void {
  post(subject, failureNotice(error, name));
}

/** @param name what the error is about, if the error does not say so itself. */
export function failureNotice(error: unknown, name: string): Notice {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof NamedError ? message : `${name}: ${message}`;
  const code = error instanceof NamedError || error instanceof ReportedError ? error.code : null;
  return { kind: "error", text, ...(code === null ? {} : { code, advice: errorAdvice(code) }) };
}
