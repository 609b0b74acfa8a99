/**
 * Where the outputs go: a directory, or S3-compatible storage. A path has `/` between its parts on every system. What
 * is written is whole or not there: a reader never sees half a file under its name.
 */
import { invalid } from "../arguments.js";
import { DirectoryStorage } from "./directory-storage.js";

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

/**
 * Where outputs and records are kept: a directory or an S3-compatible bucket.
 *
 * @param place a directory's path, made by the first write where it is missing; or `s3://bucket/prefix`, with endpoint, region and
 *   credentials from the environment, as Amazon's client takes them.
 * @throws {DecodeError} OPTION_INVALID: another scheme, or no bucket's name.
 * @throws {BatchError} STORAGE_FAILED. PEER_MISSING: the package @aws-sdk/client-s3 is not installed.
 */
export async function openStorage(place: string): Promise<Storage> {
  const scheme = schemeOf(place);
  if (scheme === undefined) return new DirectoryStorage(place);
  if (scheme !== "s3") throw invalid(`${scheme}:// is not known; give a directory or s3://bucket/prefix.`);
  const { S3Storage } = await import("../cluster/s3-storage.js");
  return S3Storage.open(place);
}

/** What a place that is no directory begins with: the `s3` of `s3://bucket/prefix`. */
export function schemeOf(place: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1];
}
