/// <reference types="node" />
/** Lists the masks of a folder by name: each `name.png`, and whether its result `name.json` is beside it. */
import { readdir } from "node:fs/promises";

export interface MaskFile {
  /** The mask's file name, with its ending as it is written (`.png`, `.PNG`). */
  readonly file: string;
  /** The file name without the ending. */
  readonly id: string;
  /** Whether `id.json` is in the same folder. */
  readonly hasResult: boolean;
}

/**
 * The masks of a folder, in code-unit order, which is the same on every machine. Subfolders are not read. Hidden files
 * are ignored: systems and editors put them there (`._name.png`).
 *
 * @throws Node's own error if the folder cannot be read.
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

/** A mask's path or name without `.png`. */
export function nameOfMask(file: string): string {
  return file.replace(/\.png$/i, "");
}
