/** A mask too large to be drawn pixel by pixel in a test. */
import { deflateRawSync } from "node:zlib";
import { chunk, filterRows } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";
import { writeStream } from "./recode-png.mjs";

/**
 * An RGBA mask of `size`×`size`, cheap to make: `period` rows are compressed once, and their blocks, which end at a
 * byte's border and reach back to nothing before them, are written again and again.
 *
 * @param {number} size
 * @param {number} period
 * @returns {{ png: Uint8Array, legend: Record<string, string>, rowLabels: Int32Array[] }} `rowLabels`: of the first
 *   `period` rows
 */
export function hugeMask(size, period) {
  const { below } = dice(mulberry32(size));
  const colors = Array.from({ length: 40 }, (_, index) => [index * 6, 255 - index, (index * 91) & 255]);
  const rowLabels = [];
  const samples = new Uint8Array(size * period * 4);
  for (let y = 0; y < period; y++) {
    const labels = new Int32Array(size);
    let label = 0;
    for (let x = 0; x < size; x++) {
      if (y % 4 > 0) label = rowLabels[y - 1][x];
      else if (x === 0 || below(200) === 0) label = x === 0 ? y % 40 : below(40);
      labels[x] = label;
      samples.set([...colors[label], x & 255], (y * size + x) * 4);
    }
    rowLabels.push(labels);
  }
  // Each fourth row does without the one above, which for the first of a period is the last of another.
  const lines = filterRows(samples, size * 4, 4, (y) => (y % 4 === 0 ? 1 : 2));
  const Z_FULL_FLUSH = 3;
  const blocks = deflateRawSync(lines, { level: 6, finishFlush: Z_FULL_FLUSH });
  const repeats = size / period;
  const trailer = Buffer.alloc(6);
  // An empty last block with fixed codes, and the checksum.
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

/** The Adler-32 (RFC 1950, 8.2) of `bytes`, `repeats` times in a row. */
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
