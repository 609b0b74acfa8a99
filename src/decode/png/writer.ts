/**
 * Scanlines to a PNG file, with pako's deflate and upng-js's CRC.
 *
 * `UPNG.encode` of upng-js 2.1 takes only RGBA pixels. It writes neither grey nor 16-bit PNGs, and it numbers a palette's
 * colours in the order in which they turn up, so an index would not be the id that it stands for. For RGB it deflates the
 * image once for each filter that it tries.
 *
 * A row of a map is almost equal to the row above. So all rows get the filter Up, which leaves zeros except for a few
 * bytes, and deflate looks only for runs of one byte. The segment ids of the benchmark's 4K street take a quarter of
 * `UPNG.encode`'s time and two thirds of its bytes. Section numbers refer to the PNG specification, third edition.
 */
import pako from "pako";
import UPNG from "upng-js";
import { joinBytes } from "../../checks/join-bytes.js";
import { type PngHeader, scanlineBytes } from "./container.js";

/** Each byte less the one above it (9.2). */
const UP = 2;
/** zlib's Z_RLE: only matches at distance 1. */
const RUNS_ONLY = 3;
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Writes a PNG that is not interlaced.
 *
 * @param rows the scanlines without filter types: `height * scanlineBytes` bytes; samples of 16 bits are big-endian
 * @param palette PLTE: three bytes per entry
 */
export function writePng(
  header: Omit<PngHeader, "interlaced">,
  rows: Uint8Array,
  palette?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { width, height, bitDepth, colorType } = header;
  const rowBytes = scanlineBytes(header, width);
  const filtered = new Uint8Array(height * (1 + rowBytes));
  filtered[0] = UP;
  filtered.set(rows.subarray(0, rowBytes), 1);
  for (let y = 1; y < height; y++) {
    const row = y * rowBytes;
    const target = y * (1 + rowBytes);
    filtered[target] = UP;
    for (let index = 0; index < rowBytes; index++) {
      filtered[target + 1 + index] = rows[row + index]! - rows[row - rowBytes + index]!;
    }
  }
  const ihdr = new Uint8Array(13);
  const view = new DataView(ihdr.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  ihdr.set([bitDepth, colorType], 8);
  return joinBytes([
    SIGNATURE,
    makeChunk("IHDR", ihdr),
    ...(palette === undefined ? [] : [makeChunk("PLTE", palette)]),
    makeChunk("IDAT", pako.deflate(filtered, { strategy: RUNS_ONLY })),
    makeChunk("IEND", new Uint8Array(0)),
  ]);
}

/** Length, type, content, CRC over type and content (5.3). */
function makeChunk(type: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(content.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  for (let index = 0; index < 4; index++) chunk[4 + index] = type.charCodeAt(index);
  chunk.set(content, 8);
  view.setInt32(content.length + 8, UPNG.crc.crc(chunk, 4, content.length + 4));
  return chunk;
}
