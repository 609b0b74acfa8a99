/** The forms in which callers pass a PNG's bytes, to a `Uint8Array`. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { tagOf } from "../checks/tag-of.js";
import { withoutSecrets } from "../checks/without-secrets.js";
import { DecodeError, LabelMapError } from "../errors.js";

/** The bytes of a PNG file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type PngInput = ArrayBuffer | ArrayBufferView;

/** The bytes; `undefined` if this is no binary data. @throws {DecodeError} OPTION_INVALID */
export function bytesIn(given: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    // Not instanceof, which fails for an ArrayBuffer of another realm (an iframe, a test runner's context).
    return tagOf(given) === "ArrayBuffer" ? new Uint8Array(given as ArrayBuffer) : undefined;
  } catch (cause) {
    throw invalid("the PNG's buffer is detached or has shrunk", { cause });
  }
}

/** @throws {DecodeError} OPTION_INVALID */
export function toBytes(png: unknown): Uint8Array {
  const bytes = bytesIn(png);
  if (bytes !== undefined) return bytes;
  throw invalid(
    `the PNG is ${kindOf(png)}; give its bytes, a Blob, a Response, a ReadableStream or \`new URL(…)\`; for a path, \`fromFile\` of labelmap/node`,
  );
}

/** @throws {DecodeError} OPTION_INVALID: what was given as the legend is a PNG. */
export function checkOrder(result: unknown): void {
  const bytes = bytesIn(result);
  if (bytes?.[0] === 0x89 && bytes[1] === 0x50) {
    throw invalid("the second argument is a PNG; the mask comes first, then its legend");
  }
}

/**
 * @param input 0 for the mask, 1 for its legend.
 * @throws {DecodeError} INPUT_FAILED; an error of the library's own as it is
 */
export function failed(cause: unknown, input?: number): never {
  if (cause instanceof LabelMapError) throw cause;
  throw new DecodeError(
    "INPUT_FAILED",
    `${["the mask", "the legend"][input ?? 0]} cannot be read to its end; see \`cause\``,
    { cause },
  );
}

/** @throws {DecodeError} INPUT_FAILED: the status of a Response is not ok. The message has the URL without its query. */
export function checkStatus({ ok, status, url }: { ok?: boolean; status: number; url: string }): void {
  if (ok !== false) return;
  const place = withoutSecrets(url);
  throw new DecodeError("INPUT_FAILED", `the server answered ${status}${place && ` for ${place}`}`);
}
