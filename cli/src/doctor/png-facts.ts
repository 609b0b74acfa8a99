/** What the chunks before the pixels of a PNG say (PNG specification, third edition, 5.3, 11.2.1 and 11.2.2). */

export interface PngFacts {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  readonly colourType: number;
  /** 0xRRGGBB of each index; `null` if it is no palette image. */
  readonly palette: readonly number[] | null;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length, type and CRC of a chunk. */
const FRAME_BYTES = 12;

/** @returns `null` if the bytes do not start like a PNG */
export function pngFacts(bytes: Uint8Array): PngFacts | null {
  if (bytes.length < 33 || SIGNATURE.some((byte, place) => bytes[place] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const colourType = bytes[25]!;
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitDepth: bytes[24]!,
    colourType,
    palette: colourType === 3 ? paletteIn(bytes, view) : null,
  };
}

function paletteIn(bytes: Uint8Array, view: DataView): readonly number[] | null {
  for (let start = 8; start + FRAME_BYTES <= bytes.length; ) {
    const length = view.getUint32(start);
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    if (type === "PLTE" && start + FRAME_BYTES + length <= bytes.length) {
      return Array.from({ length: Math.floor(length / 3) }, (_, index) => {
        const at = start + 8 + index * 3;
        return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      });
    }
    // The palette comes before the pixels.
    if (type === "IDAT") return null;
    start += FRAME_BYTES + length;
  }
  return null;
}
