/**
 * Where the outputs go: a directory, or S3-compatible storage. A path has `/` between its parts on every system. What
 * is written is whole or not there: a reader never sees half a file under its name.
 */

/** The content of a file, piece by piece. */
export type Pieces = readonly Uint8Array[] | AsyncIterable<Uint8Array>;

export interface Storage {
  /** For messages: the directory, or `s3://bucket/prefix`. */
  readonly name: string;
  /**
   * Writes a file, or replaces it.
   * @param pieces the content, piece by piece.
   * @throws {BatchError} STORAGE_FAILED; what the pieces throw
   */
  write(path: string, pieces: Pieces): Promise<void>;
  /**
   * The whole file; `undefined` where there is none.
   * @throws {BatchError} STORAGE_FAILED
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * The file's bytes, counted; `undefined` where there is none.
   * @throws {BatchError} STORAGE_FAILED
   */
  size(path: string): Promise<number | undefined>;
  /**
   * The paths of the files in a folder and its subfolders, in no order.
   * @throws {BatchError} STORAGE_FAILED
   */
  list(folder: string): AsyncIterable<string>;
  /**
   * Takes a file away, if it is there.
   * @throws {BatchError} STORAGE_FAILED
   */
  remove(path: string): Promise<void>;
  /**
   * Makes sure that the files of these paths outlast a power cut, names and all.
   * @throws {BatchError} STORAGE_FAILED
   */
  settle(paths: Iterable<string>): Promise<void>;
}

/** Writes a text as UTF-8. @throws {BatchError} STORAGE_FAILED */
export function writeText(storage: Storage, path: string, text: string): Promise<void> {
  return storage.write(path, [new TextEncoder().encode(text)]);
}

/** Writes a value as JSON for people and programs to read. @throws {BatchError} STORAGE_FAILED */
export function writeJson(storage: Storage, path: string, value: unknown): Promise<void> {
  return writeText(storage, path, `${JSON.stringify(value, null, 2)}\n`);
}
