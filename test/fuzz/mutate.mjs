/**
 * Changes a PNG on one of three levels: the container's bytes and chunks, the compressed stream, or the filtered
 * scanlines inside it. Checksums around the change are corrected (CRCs, Adler-32), so that the decoder reaches it.
 */
import { constants, crc32, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import { adler32 } from "../support/deflate-writer.mjs";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { dice } from "../support/random.mjs";
import { LEVELS } from "./oracle.mjs";

/** Inflated streams may not grow beyond this many bytes. */
const MOST_BYTES = 2 ** 17;
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS = { 0: [1, 2, 4, 8, 16], 2: [8, 8, 8, 16], 3: [1, 2, 4, 8], 4: [8, 8, 16], 6: [8, 8, 8, 16] };

/** A small image of runs, or of noise, in the colours of the legend. */
export function makeSeed(random) {
  const { below, chance, pick } = dice(random);
  const colourType = pick([0, 2, 3, 4, 6, 2, 6]);
  const bitDepth = pick(DEPTHS[colourType]);
  const [width, height] = [1 + below(pick([4, 20, 120])), 1 + below(8)];
  const length = pick([1, 10, 60]);
  const top = 2 ** bitDepth - 1;
  // Mostly 8-bit colours in 16 bits; others are refused.
  const widening = bitDepth === 16 ? pick([257, 257, 256, 1]) : 1;
  const transparent = pick([...LEVELS, 0, 0]) * widening;
  let pixel = [];
  const samples = Array.from({ length: width * height }, () => {
    if (pixel.length === 0 || below(length) === 0) {
      pixel = Array.from({ length: CHANNELS[colourType] }, () => Math.min(top, pick(LEVELS) * widening));
    }
    return pixel;
  }).flat();
  const palette = Uint8Array.from({ length: 3 * 2 ** Math.min(bitDepth, 8) }, () => pick(LEVELS));
  const entries = { 0: 1, 2: 3, 3: palette.length / 3 }[colourType] ?? 0;
  const transparency =
    entries === 0 || chance(0.5)
      ? undefined
      : colourType === 3
        ? Uint8Array.from({ length: 1 + below(entries) }, () => pick([0, 0, 1, 255]))
        : Uint8Array.from({ length: entries * 2 }, (_, place) =>
            place % 2 === 0 ? transparent >> 8 : transparent & 255,
          );
  const zlib = { level: below(10), strategy: below(5), windowBits: 9 + below(7) };
  const image = {
    colourType,
    bitDepth,
    width,
    height,
    samples,
    palette,
    transparency,
    interlace: chance(0.3),
    zlib,
  };
  return encodePng({
    ...image,
    filter: pick([0, 1, 2, 3, 4, "random"]),
    rng: random,
    idatSize: pick([9, 2 ** 31]),
  });
}

/**
 * @param {Uint8Array} png
 * @param {Uint8Array} other another file to take pieces from
 * @returns {Uint8Array}
 */
export function mutate(png, other, random) {
  const { below, chance, pick } = dice(random);
  // Only one level is changed at a time, since nothing inside a broken container would be reached.
  const level = chance(0.15)
    ? [changeBytes, changeChunks, changeHeader]
    : chance(0.4)
      ? [changeStream]
      : [changeLines];
  let bytes = png;
  for (let count = 1 + below(3); count > 0; count--) bytes = pick(level)(bytes, other, dice(random));
  return bytes;
}

/** Container: any byte changes, with or without a correct CRC. */
function changeBytes(png, _other, { below, chance }) {
  const out = edit(png, png, { below, chance });
  return chance(0.5) ? out : mendCrcs(out);
}

/** Container: a chunk is removed, doubled, moved, emptied, renamed, or taken from another file. */
function changeChunks(png, other, { below, pick }) {
  const chunks = split(png);
  const place = below(chunks.length);
  const taken = pick(split(other));
  if (taken === undefined || chunks.length === 0) return png;
  const changes = [
    () => chunks.splice(place, 1),
    () => chunks.splice(below(chunks.length + 1), 0, chunks[place]),
    () => chunks.splice(below(chunks.length + 1), 0, ...chunks.splice(place, 1)),
    () => chunks.splice(place, 1, { ...chunks[place], content: new Uint8Array(0) }),
    () =>
      chunks.splice(place, 0, {
        type: pick(["tEXt", "IDAT", "PLTE", "gAMA", "ABCD", "IEND"]),
        content: taken.content,
      }),
    () => chunks.splice(below(chunks.length + 1), 0, taken),
  ];
  pick(changes)();
  return join(png, chunks);
}

/** Container: another size or kind. */
function changeHeader(png, _other, { below, pick }) {
  const chunks = split(png);
  const header = chunks.find(({ type, content }) => type === "IHDR" && content.length === 13);
  if (header === undefined) return png;
  const content = header.content.slice();
  const place = pick([3, 7, 8, 9, 12, below(13)]);
  content[place] = pick([content[place] + 1, content[place] - 1, below(256), below(17)]);
  header.content = content;
  return join(png, chunks);
}

/** Inflate: the compressed bytes change. If the stream can still be read, the Adler-32 is corrected. */
function changeStream(png, other, { below, chance, pick }) {
  const stream = streamOf(png);
  if (stream.length === 0) return png;
  // The head of a block, which holds its codes, is short, but the most happens there.
  const head = chance(0.5) ? Math.min(60, stream.length) : stream.length;
  const changed = Buffer.concat([
    edit(stream.subarray(0, head), streamOf(other), { below, chance }),
    stream.subarray(head),
  ]);
  if (chance(0.8)) mendAdler32(changed);
  return withStream(png, changed, pick([1, 7, 2 ** 31, 2 ** 31]), chance(0.1));
}

/** The whole decoder: the filtered scanlines change and are compressed again. */
function changeLines(png, other, { below, chance, pick }) {
  const lines = inflated(png);
  if (lines === null) return png;
  const changed = edit(lines, inflated(other) ?? lines, { below, chance });
  if (chance(0.95)) mendFilterTypes(png, changed);
  // Nearly always restores the length.
  const same = Buffer.alloc(lines.length);
  changed.copy(same);
  const zlib = { level: below(10), strategy: below(5), windowBits: 9 + below(7), memLevel: 1 + below(9) };
  return withStream(png, deflateSync(chance(0.97) ? same : changed, zlib), pick([5, 2 ** 31]), chance(0.1));
}

/**
 * Makes the first byte of each scanline a valid filter type. In an interlaced image these are other bytes, which does
 * no harm.
 */
function mendFilterTypes(png, lines) {
  const header = Buffer.from(png.subarray(16, 26));
  const [width, bitDepth, channels] = [header.readUInt32BE(0), header[8], CHANNELS[header[9]] ?? 1];
  const stride = 1 + Math.ceil((width * bitDepth * channels) / 8);
  for (let start = 0; start < lines.length; start += stride) lines[start] %= 5;
}

/** Changes, removes, inserts or repeats a few bytes, sets them to zero, or takes them from another file. */
function edit(bytes, other, { below, chance }) {
  let out = Buffer.from(bytes);
  for (let count = 1 + below(chance(0.7) ? 2 : 12); count > 0; count--) {
    const start = below(out.length + 1);
    const length = chance(0.7) ? 1 + below(4) : 1 + below(150);
    const end = Math.min(out.length, start + length);
    const from = below(other.length + 1);
    switch (below(8)) {
      case 0:
      case 1:
        if (start < out.length) out[start] ^= 1 << below(8);
        break;
      case 2:
        if (start < out.length) out[start] = chance(0.5) ? below(256) : LEVELS[below(LEVELS.length)];
        break;
      case 3:
        out.fill(chance(0.6) ? 0 : below(256), start, end);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, start), out.subarray(end)]);
        break;
      case 5:
        out = Buffer.concat([out.subarray(0, end), out.subarray(start)]);
        break;
      case 6:
        out.copyWithin(below(out.length + 1), start, end);
        break;
      default:
        Buffer.from(other.subarray(from, from + length)).copy(out, start);
    }
  }
  return out.length > MOST_BYTES ? Buffer.from(bytes) : out;
}

function split(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks = [];
  for (let offset = 8; offset + 12 <= png.length; ) {
    const length = Math.min(view.getUint32(offset), png.length - offset - 12);
    const type = Buffer.from(png.subarray(offset + 4, offset + 8)).toString("latin1");
    chunks.push({ type, content: png.subarray(offset + 8, offset + 8 + length) });
    offset += 12 + length;
  }
  return chunks;
}

const join = (png, chunks) =>
  new Uint8Array(
    Buffer.concat([png.subarray(0, 8), ...chunks.map(({ type, content }) => chunk(type, content))]),
  );

function mendCrcs(png) {
  const out = Buffer.from(png);
  for (let offset = 8; offset + 12 <= out.length; ) {
    const end = offset + 8 + out.readUInt32BE(offset);
    if (end + 4 > out.length) break;
    out.writeUInt32BE(crc32(out.subarray(offset + 4, end)), end);
    offset = end + 4;
  }
  return new Uint8Array(out);
}

const streamOf = (png) =>
  Buffer.concat(
    split(png)
      .filter(({ type }) => type === "IDAT")
      .map(({ content }) => content),
  );

function withStream(png, stream, idatSize, hasEmpty) {
  const chunks = split(png);
  const first = chunks.findIndex(({ type }) => type === "IDAT");
  if (first < 0) return png;
  const idats = hasEmpty ? [{ type: "IDAT", content: new Uint8Array(0) }] : [];
  for (let start = 0; start < stream.length; start += idatSize) {
    idats.push({ type: "IDAT", content: stream.subarray(start, start + idatSize) });
  }
  const rest = chunks.slice(first).filter(({ type }) => type !== "IDAT");
  return join(png, [...chunks.slice(0, first), ...idats, ...rest]);
}

function inflated(png) {
  try {
    return inflateSync(streamOf(png), { maxOutputLength: MOST_BYTES });
  } catch {
    return null;
  }
}

/** Writes the right checksum behind the deflated bytes if they can be inflated. Inflating also finds where they end. */
function mendAdler32(stream) {
  try {
    const options = { info: true, maxOutputLength: MOST_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
    const { buffer, engine } = inflateRawSync(stream.subarray(2), options);
    const end = 2 + engine.bytesWritten;
    if (end + 4 <= stream.length) stream.writeUInt32BE(adler32(buffer), end);
  } catch {
    // The stream is malformed, which is what the fuzzer is looking for.
  }
}
