/**
 * Matches whose codes are so short that the decoder looks up length and distance at once, and those with a bit too many for
 * that. Every length symbol meets every distance symbol, with the least and the greatest extra bits.
 */
import { beforeAll, describe, it } from "vitest";
import { decodeMaskSync, init } from "../../src/all.js";
import { adler32, BitWriter, canonicalCodes, dynamicHead } from "../support/deflate-writer.mjs";
import { chunk } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { writeStream } from "../support/recode-png.mjs";

type Code = [number, number];

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const { below } = dice(mulberry32(seed));
const SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const LEGEND = { "#010101": "one", "#020202": "two", "#030303": "three" };
const GREYS = Uint8Array.from({ length: 32_767 }, () => below(5));

beforeAll(() => init());

/** RFC 1951, 3.2.5: for each symbol its base and its extra bits. */
const lengthSymbols = Array.from({ length: 29 }, (_, index) => {
  if (index === 28) return { base: 258, extra: 0 };
  const extra = Math.max((index >> 2) - 1, 0);
  return { base: index < 4 ? index + 3 : ((4 + (index & 3)) << extra) + 3, extra };
});
const distanceSymbols = Array.from({ length: 30 }, (_, symbol) => {
  const extra = Math.max((symbol >> 1) - 1, 0);
  return { base: symbol < 2 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1, extra };
});

/** A complete code in which `symbol` and `other` have `bits` bits; `shorter` symbols have the codes of 1 to `bits` - 1 bits. */
function codeLengths(
  count: number,
  bits: number,
  symbol: number,
  other: number,
  shorter: number[],
): number[] {
  const lengths = new Array<number>(count).fill(0);
  for (let length = 1; length < bits; length++) lengths[shorter[length - 1]!] = length;
  lengths[symbol] = bits;
  lengths[other] = bits;
  return lengths;
}

/** The file of one row of greys: the first `length` bytes in a stored block, and then `block`. */
function fileWith(raw: readonly number[], length: number, block: Uint8Array): Uint8Array {
  const stored = Buffer.of(0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(adler32(raw));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(raw.length - 1, 0);
  header.writeUInt32BE(1, 4);
  header[8] = 8;
  const stream = Buffer.concat([
    Buffer.of(0x78, 0x9c),
    stored,
    Buffer.from(raw.slice(0, length)),
    block,
    trailer,
  ]);
  return writeStream(Buffer.concat([SIGNATURE, chunk("IHDR", header)]), stream);
}

describe(`codes of few bits, with seed ${seed} (LABELMAP_SEED)`, () => {
  // With 9 bits together, one look-up is enough.
  const bits = [
    { lengthBits: 1, distanceBits: 1 },
    { lengthBits: 2, distanceBits: 6 },
    { lengthBits: 3, distanceBits: 6 },
    { lengthBits: 4, distanceBits: 6 },
    { lengthBits: 8, distanceBits: 1 },
    { lengthBits: 9, distanceBits: 1 },
    { lengthBits: 11, distanceBits: 1 },
  ];
  it.each(bits)("$lengthBits for a length, $distanceBits for a distance", ({ lengthBits, distanceBits }) => {
    for (const [index, length] of lengthSymbols.entries()) {
      const symbol = index + 257;
      const literals = codeLengths(286, lengthBits, symbol, 256, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const literalCodes = canonicalCodes(literals) as Code[];
      for (const [distanceSymbol, distance] of distanceSymbols.entries()) {
        const others = [...distanceSymbols.keys()].filter((other) => other !== distanceSymbol);
        const distances = codeLengths(30, distanceBits, distanceSymbol, others[0]!, others.slice(1));
        const distanceCodes = canonicalCodes(distances) as Code[];
        // What the longest distance reaches: filter type 0, then greys.
        const raw = [0, ...GREYS.subarray(0, distance.base + 2 ** distance.extra - 2)];
        const history = raw.length;
        const writer = dynamicHead(new BitWriter(), literals, distances);
        for (const isMost of [false, true]) {
          const lengthExtra = isMost ? 2 ** length.extra - 1 : 0;
          const distanceExtra = isMost ? 2 ** distance.extra - 1 : 0;
          writer
            .code(literalCodes[symbol] as Code)
            .bits(lengthExtra, length.extra)
            .code(distanceCodes[distanceSymbol] as Code)
            .bits(distanceExtra, distance.extra);
          const start = raw.length - distance.base - distanceExtra;
          for (let place = 0; place < length.base + lengthExtra; place++) raw.push(raw[start + place]!);
        }
        writer.code(literalCodes[256] as Code);
        const map = decodeMaskSync(fileWith(raw, history, writer.bytes()), LEGEND, { engine: "fused" });
        const labels = Int32Array.from(raw.slice(1), (grey) => (grey > 0 && grey < 4 ? grey - 1 : -1));
        expectEqual(map.data, labels, `LABELMAP_SEED=${seed}, length ${symbol}, distance ${distanceSymbol}`);
      }
    }
  });
});
