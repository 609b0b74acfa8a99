/// <reference types="node" />
/** Lists the masks of a folder by name: each `name.png`, and its result `name.json` if that is beside it. */
import { readdir } from "node:fs/promises";
import { checkOptions } from "../checks/arguments.js";
import { checkSignal } from "../checks/signal.js";
import type { SignalOptions } from "../decode/input-types.js";
import { readingFolder } from "./reading-folder.js";

export interface MaskFile {
  /** The mask's file name, with its ending as it is written (`.png`, `.PNG`). */
  readonly file: string;
  /** The file name without the ending. */
  readonly id: string;
  /** The name of its result, `id.json` in the same folder, as that file writes it; `null` if there is none. */
  readonly result: string | null;
}

/**
 * The masks of a folder, in code-unit order, which is the same on every machine. Subfolders are not read. Hidden files
 * are ignored: systems and editors put them there (`._name.png`). Names are the same if they are canonically equivalent:
 * macOS may write an accent as a character of its own (NFD), and other tools write the letter with its accent (NFC).
 *
 * @throws {LabelMapError} SOURCE_MISSING: there is no such folder, or it is a file.
 * @throws Node's own error if the folder cannot be read for another reason; the reason of `signal`.
 */
export async function listMasks(folder: string, options: SignalOptions = {}): Promise<MaskFile[]> {
  const { signal } = checkOptions(options);
  checkSignal(signal);
  const entries = await readingFolder(folder, () => readdir(folder, { withFileTypes: true }));
  signal?.throwIfAborted();
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const results = new Map(files.map((file) => [file.normalize("NFC"), file]));
  // A file of exactly the same name comes first, if there are several.
  for (const file of files) results.set(file, file);
  return files
    .filter((file) => /^[^.].*\.png$/i.test(file))
    .sort()
    .map((file) => {
      const id = nameOfMask(file);
      const name = `${id}.json`;
      return { file, id, result: results.get(name) ?? results.get(name.normalize("NFC")) ?? null };
    });
}

/** A mask's path or name without `.png`. */
export function nameOfMask(file: string): string {
  return file.replace(/\.png$/i, "");
}
