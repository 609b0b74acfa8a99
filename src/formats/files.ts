/** Files by path: a source and a sink in memory, the check that no path leaves its folder, and text and JSON of a source. */

import { isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { FormatError, LabelMapError } from "../errors.js";
import type { FileSink, FileSource } from "./set.js";
import { bytesOf } from "./shared/bytes.js";

/** What is used of a `Blob` or `File`, so that no types of the DOM or of Node are needed. */
export interface BlobContent {
  readonly size: number;
  slice(start: number, end: number): BlobContent;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A file in memory. A `Blob` or `File` is read when it is needed. */
export type FileContent = ArrayBuffer | ArrayBufferView | string | BlobContent;

/** Annotations of large sets are files of a few hundred megabytes. A string has at most 2^29 characters. */
const MOST_TEXT_BYTES = 2 ** 29;
const MOST_PATH_LENGTH = 4096;

/**
 * Checks that a path names a file inside a folder: no `..`, no absolute path, no backslash, no drive.
 *
 * @returns the path itself
 * @throws {FormatError} FORMAT_INVALID
 */
export function checkPath(path: string): string {
  const parts = typeof path === "string" ? path.split("/") : [];
  const isInside = parts.every((part) => part !== "" && part !== "." && part !== "..");
  // A backslash and a drive lead out of the folder on Windows. Control characters end or hide a name.
  if (
    isInside &&
    parts.length > 0 &&
    path.length <= MOST_PATH_LENGTH &&
    !/^[a-z]:|\\|[^ -\uffff]/i.test(path)
  ) {
    return path;
  }
  const found = typeof path === "string" ? quote(path) : kindOf(path);
  const remedy = "give a relative path with /, without .. and without a backslash or a drive";
  throw new FormatError("FORMAT_INVALID", "data set", `the path ${found} may leave the folder; ${remedy}.`);
}

/** Whether a file manager or an editor put the file there: `.DS_Store`, `__MACOSX/…`. */
export function isHiddenPath(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}

/**
 * Files in memory as a source, for files that are dropped on a page, and for tests.
 *
 * @param files paths and contents: an object, a `Map`, or pairs
 * @throws {FormatError} FORMAT_INVALID: a path may leave the folder.
 * @throws {DecodeError} OPTION_INVALID: the files are no object or pairs, or two files have the same path.
 */
export function filesInMemory(
  files: Readonly<Record<string, FileContent>> | Iterable<readonly [path: string, content: FileContent]>,
): FileSource {
  const isList = typeof (files as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === "function";
  if (!isList && !isObject(files)) throw invalid(`The files are ${kindOf(files)}; give paths and contents.`);
  const pairs = isList
    ? (files as Iterable<readonly [string, FileContent]>)
    : Object.entries(files as Readonly<Record<string, FileContent>>);
  const contents = new Map<string, FileContent>();
  for (const [path, content] of pairs) {
    if (contents.has(checkPath(path))) throw invalid(`Two files have the path ${quote(path)}.`);
    contents.set(path, content);
  }
  return {
    list: async () => [...contents.keys()].filter((path) => !isHiddenPath(path)),
    async read(path, first) {
      const content = contents.get(checkPath(path));
      if (content === undefined) throw missingFile(path);
      if (typeof content === "string") return new TextEncoder().encode(content).subarray(0, first);
      if (!isBlob(content)) return bytesOf(content, path).subarray(0, first);
      return new Uint8Array(await content.slice(0, first ?? content.size).arrayBuffer());
    },
  };
}

/** A file of a page may be of another realm, so this is no `instanceof`. */
function isBlob(content: FileContent): content is BlobContent {
  return typeof (content as Partial<BlobContent> | null)?.arrayBuffer === "function";
}

/** A sink in memory. `files` holds what was written, and `filesInMemory(sink.files)` reads it. */
export function memorySink(): FileSink & { readonly files: ReadonlyMap<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    async write(path, content) {
      if (files.has(checkPath(path))) throw fileExists(path);
      files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content.slice());
    },
  };
}

export function missingFile(path: string): LabelMapError {
  return new LabelMapError("SOURCE_MISSING", `${quote(path)} is missing.`);
}

export function fileExists(path: string): FormatError {
  const problem = `${quote(path)} is already there; write to an empty folder, and give each image a name of its own`;
  return new FormatError("FORMAT_INVALID", "data set", `${problem}.`);
}

/**
 * The text of a file, in UTF-8. A byte order mark is left out.
 * @throws {FormatError} FORMAT_INVALID: the file is not UTF-8. FORMAT_UNSUPPORTED: it is too large for a string.
 */
export async function readText(source: FileSource, path: string): Promise<string> {
  return textOf(await source.read(path), path);
}

/** `readText` for bytes that were read before. */
export function textOf(bytes: Uint8Array, path: string): string {
  if (bytes.length > MOST_TEXT_BYTES) {
    const problem = `the file has ${bytes.length} bytes, more than the ${MOST_TEXT_BYTES} of a text; split it`;
    throw new FormatError("FORMAT_UNSUPPORTED", path, `${problem}.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError("FORMAT_INVALID", path, "is not UTF-8; save it as UTF-8.", { cause });
  }
}

/** @throws {FormatError} FORMAT_INVALID: the file is not JSON. */
export async function readJson(source: FileSource, path: string): Promise<unknown> {
  const text = await readText(source, path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError("FORMAT_INVALID", path, "is not JSON.", { cause });
  }
}
