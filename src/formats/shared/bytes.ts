/** What a caller gives as a file, as bytes: an `ArrayBuffer` or any view of one, of whatever realm. */
import { kindOf } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";

/** The bytes of a file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type FileInput = ArrayBuffer | ArrayBufferView;

/**
 * @param name what the file is called in the message
 * @throws {DecodeError} OPTION_INVALID: no bytes.
 */
export function bytesOf(file: FileInput, name: string): Uint8Array {
  try {
    if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    if (Object.prototype.toString.call(file) === "[object ArrayBuffer]") return new Uint8Array(file);
  } catch (cause) {
    throw new DecodeError("OPTION_INVALID", `${name}'s buffer is detached.`, { cause });
  }
  throw new DecodeError("OPTION_INVALID", `${name} is ${kindOf(file)}; give an ArrayBuffer or a Uint8Array.`);
}
