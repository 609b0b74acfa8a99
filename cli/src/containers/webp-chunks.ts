/**
 * Whether a WebP file is lossless, by the kinds of its chunks: `VP8L` holds lossless pixels, `VP8 ` lossy ones. In an
 * animation both lie in the frames, `ANMF` ("WebP Container Specification", developers.google.com/speed/webp).
 */

/** What the chunks say. */
export interface WebpChunks {
  readonly isLossy: boolean;
  readonly isLossless: boolean;
}

/** The bytes of ANMF before the chunks of the frame. */
const FRAME_HEADER_BYTES = 16;

/** Reads the chunks as far as they go. A file that is cut short has fewer. */
export function readWebpChunks(bytes: Uint8Array): WebpChunks {
  const kinds = new Set<string>();
  collect(bytes, 12, bytes.length, kinds);
  return { isLossy: kinds.has("VP8 "), isLossless: kinds.has("VP8L") };
}

function collect(bytes: Uint8Array, from: number, end: number, kinds: Set<string>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = from; start + 8 <= end; ) {
    const kind = String.fromCharCode(...bytes.subarray(start, start + 4));
    const length = view.getUint32(start + 4, true);
    kinds.add(kind);
    const content = start + 8;
    if (kind === "ANMF") {
      collect(bytes, content + FRAME_HEADER_BYTES, Math.min(content + length, end), kinds);
    }
    // Chunks start at even offsets.
    start = content + length + (length % 2);
  }
}
