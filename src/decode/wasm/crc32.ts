/** Bytes to their CRC-32, computed in the module piece by piece. */
import { getModule } from "./module.js";

/**
 * The CRC-32 of `bytes` (PNG specification, annex D), as an unsigned 32-bit number.
 * @param crc that of the bytes before
 * @throws DecodeError NOT_INITIALISED
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const module = getModule();
  const pieceBytes = module.INPUT_BYTES.value;
  const piece = new Uint8Array(module.memory.buffer, module.inputPointer.value, pieceBytes);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    // Most chunks need no view of a part.
    const part = bytes.length > pieceBytes ? bytes.subarray(start, start + pieceBytes) : bytes;
    piece.set(part);
    crc = module.crc32(crc, part.length);
  }
  return crc >>> 0;
}
