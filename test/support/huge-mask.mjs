/** Makes a mask that is too large for a test to draw pixel by pixel. */
import { deflateRawSync } from "node:zlib";
import { chunk, filterRows } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";
import { writeStream } from "./recode-png.mjs";

/**
 * An RGBA mask of `size`×`size` pixels that is cheap to make. `period` rows are compressed once, and their blocks are
 * written again and again. This works because the blocks end on a byte and refer to nothing before them.
 *
 * @param {number} size
 * @param {number} period
 * @param {number} [labelCount] at most 256
 * @returns {{ png: Uint8Array, legend: Record<string, string>, rowLabels: Int32Array[] }} `rowLabels`: the labels of
 *   the first `period` rows
 */
export function hugeMask(size, period, labelCount = 40) {
  const { below } = dice(mulberry32(size));
  const colors = Array.from({ length: labelCount }, (_, index) => [
    (index * 6) & 255,
    255 - index,
    (index * 91) & 255,
  ]);
  const rowLabels = [];
  const samples = new Uint8Array(size * period * 4);
  for (let y = 0; y < period; y++) {
    const labels = new Int32Array(size);
    let label = 0;
    for (let x = 0; x < size; x++) {
      if (y % 4 > 0) label = rowLabels[y - 1][x];
      else if (x === 0 || below(200) === 0) label = x === 0 ? y % labelCount : below(labelCount);
      labels[x] = label;
      samples.set([...colors[label], x & 255], (y * size + x) * 4);
    }
    rowLabels.push(labels);
  }
  // Every fourth row has a filter that does not use the row above. For the first row of a period, the row above belongs
  // to another period.
  const lines = filterRows(samples, size * 4, 4, (y) => (y % 4 === 0 ? 1 : 2));
  const Z_FULL_FLUSH = 3;
  const blocks = deflateRawSync(lines, { level: 6, finishFlush: Z_FULL_FLUSH });
  const repeats = size / period;
  const trailer = Buffer.alloc(6);
  // The stream ends with an empty last block with fixed codes, and the checksum.
  trailer.set([3, 0]);
  trailer.writeUInt32BE(adler32OfRepeated(lines, repeats), 2);
  const stream = Buffer.concat([
    Buffer.of(0x78, 0x9c),
    ...Array.from({ length: repeats }, () => blocks),
    trailer,
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const png = writeStream(Buffer.concat([signature, chunk("IHDR", header)]), stream, { idatSize: 65536 });
  const legend = Object.fromEntries(
    colors.map((color, index) => [`#${Buffer.from(color).toString("hex")}`, `class ${index}`]),
  );
  return { png, legend, rowLabels };
}

/** The Adler-32 (RFC 1950, 8.2) of `bytes` repeated `repeats` times. */
function adler32OfRepeated(bytes, repeats) {
  let [sum, weighted] = [0, 0];
  for (const byte of bytes) {
    sum = (sum + byte) % 65521;
    weighted = (weighted + sum) % 65521;
  }
  let [a, b] = [1, 0];
  for (let index = 0; index < repeats; index++) {
    b = (b + ((bytes.length * a) % 65521) + weighted) % 65521;
    a = (a + sum) % 65521;
  }
  return b * 65536 + a;
}
