/** The bytes of an item's PNG, whatever form the item gives them in. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { joinBytes } from "../checks/join-bytes.js";
import { withMemoryFor } from "../checks/memory.js";
import { reasonOf } from "../checks/reason-of.js";
import { tagOf } from "../checks/tag-of.js";
import { withoutSecrets } from "../checks/without-secrets.js";
import { bytesIn, type PngInput } from "../decode/png-input.js";
import { LabelMapError } from "../errors.js";
import { type ItemPng, isPromise } from "./items.js";
import { nodeModule } from "./node-modules.js";
import {
  type ByteStream,
  type BytesSource,
  type ItemUrl,
  isBytesSource,
  isStream,
  isUrl,
  type Signal,
} from "./platform.js";
import type { SpareMemory } from "./spare-memory.js";

/**
 * Reads everything but files of this machine, which are opened where they are decoded.
 *
 * @returns bytes that may be the caller's own, or the URL of a file.
 * @throws {LabelMapError} SOURCE_MISSING, SOURCE_UNREADABLE, PNG_TOO_LARGE; OPTION_INVALID: not a source.
 */
export async function readSource(
  png: ItemPng,
  maxBytes: number,
  signal: Signal,
): Promise<Uint8Array | ItemUrl> {
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
    throw unreadable(`the function that reads its png failed (${reasonOf(cause)})`, cause);
  }
  return bytesOf(given, maxBytes);
}

async function bytesOf(png: PngInput | BytesSource, maxBytes: number): Promise<Uint8Array> {
  if (tagOf(png) === "Request") throw notBytes("a Request");
  if (!isBytesSource(png)) {
    const bytes = bytesIn(png);
    if (bytes !== undefined) return bytes;
    throw notBytes(isStream(png) ? "a stream" : isPromise(png) ? "a promise" : kindOf(png));
  }
  const { body, bodyUsed } = png;
  if (png.ok === false) {
    abandon(body);
    throw refused(png.status, "the Response of its function");
  }
  if (png.size !== undefined && png.size > maxBytes) throw tooLarge(png.size, maxBytes);
  try {
    if (isStream(body) && bodyUsed !== true) return await bodyOf(body, maxBytes);
    const bytes = new Uint8Array(await png.arrayBuffer());
    if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
    return bytes;
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    throw unreadable(
      "its Blob, File or Response cannot be read; was the file changed, or the Response read before?",
      cause,
    );
  }
}

/** @throws {LabelMapError} SOURCE_MISSING, SOURCE_UNREADABLE, PNG_TOO_LARGE */
export async function readFileBytes(file: ItemUrl, maxBytes: number): Promise<Uint8Array> {
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
    throw unreadable(
      `the file ${describe(file)} cannot be read (${code ?? withoutSecrets(String(cause))})`,
      cause,
    );
  }
}

async function fetchBytes(url: ItemUrl, maxBytes: number, signal: Signal): Promise<Uint8Array> {
  try {
    const response = await fetch(url.href, { signal: signal as AbortSignal });
    const { ok, status, body } = response;
    if (!ok) {
      abandon(body);
      throw refused(status, describe(url));
    }
    return body === null ? new Uint8Array(0) : await bodyOf(body, maxBytes);
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    throw unreadable(
      `${describe(url)} cannot be fetched; is the host reachable, and does it allow CORS?`,
      cause,
    );
  }
}

/** Stops at the limit, since a server can send more than it announces. */
async function bodyOf(body: ByteStream, maxBytes: number): Promise<Uint8Array> {
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const piece = bytesIn(value);
    if (piece === undefined) throw new TypeError("the body of the Response is not a stream of bytes");
    bytes += piece.length;
    if (bytes > maxBytes) {
      // Not awaited, since a source may never answer.
      reader.cancel().catch(() => {});
      throw tooLarge(`more than ${maxBytes}`, maxBytes);
    }
    pieces.push(piece);
  }
  return joinBytes(pieces);
}

/** Ends a transfer that nobody reads. Otherwise its connection stays open. */
function abandon(body: unknown): void {
  if (isStream(body)) body.cancel().catch(() => {});
}

function notBytes(what: string): LabelMapError {
  const remedy = "give its bytes, a Blob, a URL, or a function that returns bytes, a Blob or a Response";
  return invalid(`the PNG is ${what}; ${remedy}`);
}

/** A URL without its query, which may hold a key. */
function describe({ protocol, host, pathname }: ItemUrl): string {
  if (protocol === "file:") return decodedPath(pathname);
  return /^https?:$/.test(protocol) ? `${protocol}//${host}${pathname}` : `the ${protocol} URL`;
}

function decodedPath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname; // It has a % that begins no byte.
  }
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

/**
 * A copy of the bytes that may be transferred to another thread: the caller's own stay as they are.
 *
 * @param spare receives the copy if it is large enough. Fresh memory is a quarter larger, so that later PNGs fit.
 * @throws {DecodeError} OUT_OF_MEMORY; OPTION_INVALID: the caller has taken the memory away.
 */
export function ownCopy(bytes: Uint8Array, spare: SpareMemory): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  spare.note(length);
  try {
    return withMemoryFor("a copy of the PNG", () => {
      const [memory = new ArrayBuffer(Math.ceil(length * 1.25))] = spare.take([length], 1);
      const copy = new Uint8Array(memory, 0, length);
      copy.set(bytes);
      return copy;
    });
  } catch (cause) {
    if (cause instanceof LabelMapError) throw cause;
    throw invalid("the PNG's buffer is detached or has shrunk", { cause });
  }
}
