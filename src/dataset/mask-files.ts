/// <reference types="node" />
/** The masks of a folder by their names: `name.png`, each with its result `name.json` beside it, or without. */
import { readdir } from "node:fs/promises";

export interface MaskFile {
  /** The file's name: that of the mask with its ending, however that is written. */
  readonly file: string;
  /** The name without the ending. */
  readonly id: string;
  readonly hasResult: boolean;
}

/**
 * In code-unit order, which is the same everywhere. Subfolders are not read, and hidden files are none of the user's
 * masks: systems and editors put them there (`._name.png`).
 *
 * @throws the system's error
 */
export async function listMasks(folder: string): Promise<MaskFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  return [...files]
    .filter((file) => /^[^.].*\.png$/i.test(file))
    .sort()
    .map((file) => {
      const id = nameOfMask(file);
      return { file, id, hasResult: files.has(`${id}.json`) };
    });
}

/** A mask's path or name without its ending. */
export function nameOfMask(file: string): string {
  return file.replace(/\.png$/i, "");
}
