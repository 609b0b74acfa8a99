/** A source that remembers which masks were read, so that a command can look at the files behind a label map. */

import type { FileSource } from "labelmap/formats";

/** A file of an image, as it is on disk. */
export interface MaskFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export class WatchedSource implements FileSource {
  readonly #source: FileSource;
  #paths: Promise<readonly string[]> | undefined;
  #masks: MaskFile[] = [];

  constructor(source: FileSource) {
    this.#source = source;
  }

  /** The folder is listed once. */
  list(): Promise<readonly string[]> {
    this.#paths ??= this.#source.list();
    return this.#paths;
  }

  async read(path: string, first?: number): Promise<Uint8Array> {
    const bytes = await this.#source.read(path, first);
    if (first === undefined && /\.png$/i.test(path)) this.#masks.push({ path, bytes });
    return bytes;
  }

  /** The PNGs that were read as a whole since the last call. */
  take(): readonly MaskFile[] {
    const taken = this.#masks;
    this.#masks = [];
    return taken;
  }
}
