/**
 * The place of the outputs: a directory, or S3-compatible storage. A path has `/` between its parts on every system. A file
 * is complete or missing: a reader never sees half of it.
 */

/** The content of a file, piece by piece. */
export type Pieces = readonly Uint8Array[] | AsyncIterable<Uint8Array>;

export interface Storage {
  /** The name in messages: the directory, or `s3://bucket/prefix`. */
  readonly name: string;
  /**
   * Writes a file, or replaces it.
   * @param pieces the content, piece by piece.
   * @throws {BatchError} STORAGE_FAILED; what the pieces throw
   */
  write(path: string, pieces: Pieces): Promise<void>;
  /**
   * Reads a whole file; `undefined` if there is none.
   * @throws {BatchError} STORAGE_FAILED
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * The size of a file in bytes; `undefined` if there is none.
   * @throws {BatchError} STORAGE_FAILED
   */
  size(path: string): Promise<number | undefined>;
  /**
   * The paths of the files in a folder and its subfolders, in no particular order.
   * @throws {BatchError} STORAGE_FAILED
   */
  list(folder: string): AsyncIterable<string>;
  /**
   * Removes a file, if it exists.
   * @throws {BatchError} STORAGE_FAILED
   */
  remove(path: string): Promise<void>;
  /**
   * Makes sure that the files at these paths, and their names, survive a power cut.
   * @throws {BatchError} STORAGE_FAILED
   */
  settle(paths: Iterable<string>): Promise<void>;
}

/** A storage whose files can be read, and that writes and removes nothing: for a dry run. */
export function readOnly(storage: Storage): Storage {
  const nothing = async () => {};
  return {
    name: storage.name,
    read: (path) => storage.read(path),
    size: (path) => storage.size(path),
    list: (folder) => storage.list(folder),
    ...{ write: nothing, remove: nothing, settle: nothing },
  };
}

/** Writes a text as UTF-8. @throws {BatchError} STORAGE_FAILED */
export function writeText(storage: Storage, path: string, text: string): Promise<void> {
  return storage.write(path, [new TextEncoder().encode(text)]);
}

/** Writes a value as indented JSON, for people and programs to read. @throws {BatchError} STORAGE_FAILED */
export function writeJson(storage: Storage, path: string, value: unknown): Promise<void> {
  return writeText(storage, path, `${JSON.stringify(value, null, 2)}\n`);
}
