/** A mask and the files that belong to it, not read yet: the user's files, or files of the page's server. */
export interface MaskPair {
  readonly name: string;
  readonly mask: Source;
  readonly result: Source | null;
  readonly photo: Source | null;
}

export interface Source {
  /** The name in messages. */
  readonly name: string;
  readonly isServed: boolean;
  /** @throws if it cannot be read: the file was moved or changed, or the server does not answer. */
  load(): Promise<Blob>;
}

export function sourceOfFile(name: string, file: File): Source {
  return { name, isServed: false, load: async () => file };
}
