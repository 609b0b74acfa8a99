/** The bytes of an item's PNG, whatever form the item gives them in. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { type PngInput, toBytes } from "../decode/png-input.js";
import { LabelMapError } from "../errors.js";
import type { PngSource } from "./items.js";
import { nodeModule } from "./node-modules.js";
import { type BytesSource, isBytesSource, isUrl, type Signal, type UrlSource } from "./platform.js";

/**
 * Reads everything but files of this machine, which are opened where they are decoded.
 *
 * @returns bytes that may be the caller's own, or the URL of a file.
 * @throws {LabelMapError} SOURCE_MISSING, SOURCE_UNREADABLE, PNG_TOO_LARGE; OPTION_INVALID: not a source.
 */
export async function readSource(
  png: PngSource,
  maxBytes: number,
  signal: Signal,
): Promise<Uint8Array | UrlSource> {
  if (isUrl(png)) {
    return png.protocol === "file:" && nodeModule("node:fs/promises") !== undefined
      ? png
      : fetchBytes(png, maxBytes, signal);
  }
  if (typeof png !== "function") return bytesOf(png, maxBytes);
  let given: PngInput | BytesSource;
  try {
    given = await png({ signal });
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : kindOf(cause);
    throw unreadable(`the function that reads its png failed (${reason})`, cause);
  }
  return bytesOf(given, maxBytes);
}

async function bytesOf(png: PngInput | BytesSource, maxBytes: number): Promise<Uint8Array> {
  if (!isBytesSource(png)) return toBytes(png);
  if (png.ok === false) throw refused(png.status, "the Response of its function");
  if (png.size !== undefined && png.size > maxBytes) throw tooLarge(png.size, maxBytes);
  try {
    return new Uint8Array(await png.arrayBuffer());
  } catch (cause) {
    throw unreadable(
      "its Blob, File or Response cannot be read; was the file changed, or the Response read before?",
      cause,
    );
  }
}

/** @throws {LabelMapError} SOURCE_MISSING, SOURCE_UNREADABLE, PNG_TOO_LARGE */
export async function readFileBytes(file: UrlSource, maxBytes: number): Promise<Uint8Array> {
  const { open } = nodeModule("node:fs/promises")!;
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    const { code } = cause as { code?: string };
    if (code === "ENOENT")
      throw new LabelMapError("SOURCE_MISSING", `there is no file ${describe(file)}`, { cause });
    throw unreadable(`the file ${describe(file)} cannot be read (${code ?? cause})`, cause);
  }
}

async function fetchBytes(url: UrlSource, maxBytes: number, signal: Signal): Promise<Uint8Array> {
  try {
    const response = await fetch(url.href, { signal: signal as AbortSignal });
    if (!response.ok) throw refused(response.status, describe(url));
    return await bodyOf(response, maxBytes);
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    throw unreadable(
      `${describe(url)} cannot be fetched; is the host reachable, and does it allow CORS?`,
      cause,
    );
  }
}

/** Stops at the limit, since a server can send more than it announces. */
async function bodyOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw tooLarge(`more than ${maxBytes}`, maxBytes);
    }
    pieces.push(value);
  }
  const all = new Uint8Array(bytes);
  let start = 0;
  for (const piece of pieces) {
    all.set(piece, start);
    start += piece.length;
  }
  return all;
}

/** A URL without its query, which may hold a key. */
function describe({ protocol, host, pathname }: UrlSource): string {
  if (protocol === "file:") return decodeURIComponent(pathname);
  return /^https?:$/.test(protocol) ? `${protocol}//${host}${pathname}` : `the ${protocol} URL`;
}

function refused(status: number | undefined, what: string): LabelMapError {
  const code = status === 404 || status === 410 ? "SOURCE_MISSING" : "SOURCE_UNREADABLE";
  return new LabelMapError(code, `the server answered ${status} for ${what}`);
}

function unreadable(message: string, cause: unknown): LabelMapError {
  return new LabelMapError("SOURCE_UNREADABLE", message, { cause });
}

function tooLarge(bytes: number | string, maxBytes: number): LabelMapError {
  return new LabelMapError("PNG_TOO_LARGE", `the PNG has ${bytes} bytes; maxBytes allows ${maxBytes}`);
}

/** A copy of the bytes that may be transferred to another thread: the caller's own stay as they are. */
export function ownCopy(bytes: Uint8Array): ArrayBuffer {
  try {
    return new Uint8Array(bytes).buffer;
  } catch (cause) {
    throw invalid("the PNG's buffer is detached or has shrunk", { cause });
  }
}
