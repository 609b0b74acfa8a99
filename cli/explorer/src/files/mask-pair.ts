import type { EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";

/** A mask and the files that belong to it, not read yet: the user's files, or files of the page's server. */
export interface MaskPair {
  readonly name: string;
  readonly mask: Source;
  /** The result, or a legend in any form. */
  readonly result: Source | null;
  readonly photo: Source | null;
  /** Its entry in the server's list. Another text for the same mask says that its files have changed. */
  readonly entry?: string;
  /** How the mask and its legend are read, if that is given: by the command that serves the page. */
  readonly reading?: Reading;
}

export interface Reading {
  /** The name of an encoding of `labelmap/ids`. */
  readonly encoding?: EncodingName;
  /** The name of a form of `labelmap/legend`. */
  readonly form?: LegendForm;
}

export interface Source {
  /** The name in messages. */
  readonly name: string;
  readonly isServed: boolean;
  /** @throws if it cannot be read: the file was moved or changed, or the server does not answer. */
  load(): Promise<Blob>;
  /** Only this many of the first bytes, at least, if that takes less time than all. */
  loadStart?(bytes: number): Promise<Uint8Array>;
}

/** A palette: its name is a legend like the text of a file. */
export function sourceOfPalette(name: string): Source {
  return sourceOfBlob(name, new Blob([name]), true);
}

export function sourceOfFile(name: string, file: File): Source {
  return sourceOfBlob(name, file, false);
}

function sourceOfBlob(name: string, blob: Blob, isServed: boolean): Source {
  return { name, isServed, load: async () => blob };
}
