/** The file that a caller gives, as bytes. The buffer may come from another realm, such as an iframe. */
import { kindOf } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";

/** The bytes of a file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type FileInput = ArrayBuffer | ArrayBufferView;

/**
 * @param name what messages call the file
 * @throws {DecodeError} OPTION_INVALID: the file is not bytes, or its buffer is detached.
 */
export function bytesOf(file: FileInput, name: string): Uint8Array {
  try {
    if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    if (Object.prototype.toString.call(file) === "[object ArrayBuffer]") return new Uint8Array(file);
  } catch (cause) {
    throw new DecodeError(
      "OPTION_INVALID",
      `${name} has a detached buffer; give the bytes before you transfer them.`,
      { cause },
    );
  }
  throw new DecodeError("OPTION_INVALID", `${name} is ${kindOf(file)}; give an ArrayBuffer or a Uint8Array.`);
}
