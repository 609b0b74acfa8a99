/** The forms in which callers pass a PNG's bytes, to a `Uint8Array`. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";

/** The bytes of a PNG file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type PngInput = ArrayBuffer | ArrayBufferView;

/** @throws {DecodeError} OPTION_INVALID */
export function toBytes(png: PngInput): Uint8Array {
  try {
    if (ArrayBuffer.isView(png)) return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
    // Not instanceof, which fails for an ArrayBuffer of another realm (an iframe, a test runner's context).
    if (Object.prototype.toString.call(png) === "[object ArrayBuffer]") return new Uint8Array(png);
  } catch (cause) {
    throw invalid("the PNG's buffer is detached or has shrunk", { cause });
  }
  throw invalid(
    `the PNG is ${kindOf(png)}; give its bytes: \`await readFile(path)\` of a file, \`await response.arrayBuffer()\` of a Response or Blob`,
  );
}
