/**
 * Exports many masks, one file each. Workers of its own decode them, so that the page's worker stays free. A mask that cannot
 * be exported is listed with the reason, and the others go on.
 */
import type { ClassListJSON } from "labelmap";
import { Decoder, ReportedError } from "../../decoding/decoder.js";
import { endingOf } from "../../decoding/export-name.js";
import type { ExportKind, MissingClasses } from "../../decoding/protocol.js";
import type { MaskPair } from "../../files/mask-pair.js";
import { readMaskFiles } from "../../files/read-mask-files.js";
import { NamedError } from "../../named-error.js";
import { isAbort } from "../../open-mask.js";
import { FileNames } from "./file-names.js";
import type { Sink } from "./sinks.js";

export interface SetExport {
  readonly kind: ExportKind;
  /** `null`: the kind needs none. */
  readonly classes: ClassListJSON | null;
  readonly missing: MissingClasses;
}

/** A mask that is not among the files, and why. */
export interface Failure {
  readonly mask: string;
  readonly code: string;
  readonly message: string;
}

export interface ExportOutcome {
  readonly saved: number;
  readonly failures: readonly Failure[];
}

interface Progress {
  readonly signal: AbortSignal;
  /** @param done how many masks are exported or have failed */
  onProgress(done: number): void;
}

/** The files that say what the others are. */
export const MASKS = "masks.txt";
export const CLASSES = "classes.json";
const FAILED = "failed.json";
const NAMES = "names.json";

/** More would compete with the page for memory and processors. */
const MOST_WORKERS = 3;

const NO_CLASSES: ClassListJSON = {
  version: 1,
  classes: [],
  voidId: 255,
  ignoreId: 255,
  void: [],
  ignore: [],
};

/**
 * The files are added in the order of the masks. Besides those that are being decoded, only one is in memory.
 *
 * @throws {DOMException} AbortError; what the sink throws.
 */
export async function exportMasks(
  masks: readonly MaskPair[],
  about: SetExport,
  sink: Sink,
  { signal, onProgress }: Progress,
): Promise<ExportOutcome> {
  const count = Math.min(MOST_WORKERS, masks.length, Math.max(1, navigator.hardwareConcurrency >> 1));
  const workers = Array.from({ length: count }, () => new Decoder());
  const end = () => {
    for (const worker of workers) worker.cancel();
  };
  signal.addEventListener("abort", end);
  const names = new FileNames([MASKS, CLASSES, FAILED, NAMES]);
  const failures: Failure[] = [];
  const renamed: Record<string, string> = {};
  const saved: string[] = [];
  try {
    const running: Promise<Uint8Array<ArrayBuffer> | Failure>[] = [];
    let next = 0;
    const startNext = () => {
      const place = next++;
      if (place >= masks.length) return;
      const result = exportOne(masks[place]!, about, workers[place % count]!);
      // It is awaited later, or never if an earlier one ends the export.
      result.catch(() => {});
      running.push(result);
    };
    for (let started = 0; started < count; started++) startNext();
    for (const [place, { name, mask }] of masks.entries()) {
      const result = await running.shift()!;
      signal.throwIfAborted();
      if (result instanceof Uint8Array) {
        const path = names.next(name, endingOf(about.kind));
        if (await sink.add(path, result)) {
          saved.push(mask.name);
          if (path !== `${name}${endingOf(about.kind)}`) renamed[path] = name;
        } else {
          failures.push({ mask: name, ...FULL });
        }
      } else {
        failures.push(result);
      }
      onProgress(place + 1);
      startNext();
    }
    // While the last file was added.
    signal.throwIfAborted();
    await addNotes(sink, { about, saved, failures, renamed });
    return { saved: saved.length, failures };
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

const FULL = {
  code: "ZIP_FULL",
  message: "The zip file has no more room. Save to a folder, or filter for fewer masks.",
};

async function exportOne(
  pair: MaskPair,
  { kind, classes, missing }: SetExport,
  worker: Decoder,
): Promise<Uint8Array<ArrayBuffer> | Failure> {
  try {
    const files = await readMaskFiles(pair);
    const ask = { ...files, kind, classes: classes ?? NO_CLASSES, missing, kept: null };
    return await worker.ask("export", ask, [files.png.buffer]);
  } catch (error) {
    if (isAbort(error)) throw error;
    const hasCode = error instanceof ReportedError || error instanceof NamedError;
    return {
      mask: pair.name,
      code: (hasCode ? error.code : "INTERNAL") ?? "NOT_READABLE",
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

interface Notes {
  readonly about: SetExport;
  readonly saved: readonly string[];
  readonly failures: readonly Failure[];
  readonly renamed: Readonly<Record<string, string>>;
}

async function addNotes(sink: Sink, { about, saved, failures, renamed }: Notes): Promise<void> {
  const add = (path: string, text: string) => sink.add(path, new TextEncoder().encode(text));
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await add(MASKS, saved.map((path) => `${path}\n`).join(""));
  if (about.classes !== null) await add(CLASSES, json(about.classes));
  if (failures.length > 0) await add(FAILED, json(failures));
  if (Object.keys(renamed).length > 0) await add(NAMES, json(renamed));
}
