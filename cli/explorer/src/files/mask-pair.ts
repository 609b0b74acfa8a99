/** A mask and what belongs to it, not read yet: files of the user's, or of the server that serves the page. */
export interface MaskPair {
  readonly name: string;
  readonly mask: Source;
  readonly result: Source | null;
  readonly photo: Source | null;
}

export interface Source {
  /** As messages call it. */
  readonly name: string;
  readonly isServed: boolean;
  /** @throws where it cannot be read: moved, changed, no answer. */
  load(): Promise<Blob>;
}

export function sourceOfFile(name: string, file: File): Source {
  return { name, isServed: false, load: async () => file };
}
