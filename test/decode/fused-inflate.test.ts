/**
 * The fused engine's inflate on streams that are written bit by bit: each defect has its own message and a place in the
 * file, and just those streams are accepted that zlib accepts.
 */
import { constants, deflateRawSync, deflateSync, inflateSync, type ZlibOptions } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { type DecodeOptions, decodeMaskSync, init, LabelMapError, type PngError } from "../../src/all.js";
import {
  adler32,
  BitWriter,
  canonicalCodes,
  codeLengthCode,
  dynamicHead,
  FIXED_DISTANCE_LENGTHS,
  FIXED_LITERAL_LENGTHS,
  zlibStream,
} from "../support/deflate-writer.mjs";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { recodePng, writeStream } from "../support/recode-png.mjs";
import { decodeReference } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** The pixels' one row, unless a test says otherwise: filter type 0 and four greys. */
const RAW = [0, 1, 2, 3, 4];
const LEGEND = { "#010101": "one", "#020202": "two", "#030303": "three" };

beforeAll(() => init());

/** A file of 8-bit greys, or palette indices, around a zlib stream; its IDAT's content starts at `start`. */
function fileOf(
  stream: Uint8Array,
  {
    width = 4,
    height = 1,
    palette,
  }: { width?: number; height?: number; palette?: number[] | undefined } = {},
) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, palette ? 3 : 0, 0, 0, 0], 8);
  const head = [SIGNATURE, chunk("IHDR", header)];
  if (palette) head.push(chunk("PLTE", Uint8Array.from(palette)));
  const start = Buffer.concat(head).length + 8;
  return { png: writeStream(Buffer.concat(head), stream), start };
}

function failure(png: Uint8Array, options: DecodeOptions = {}): PngError | null {
  try {
    decodeMaskSync(png, LEGEND, { engine: "fused", ...options });
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(LabelMapError);
    return error as PngError;
  }
}

const isAcceptedByZlib = (stream: Uint8Array) => {
  try {
    inflateSync(stream);
    return true;
  } catch {
    return false;
  }
};

const fixedLiterals = canonicalCodes(FIXED_LITERAL_LENGTHS);
const fixedDistances = canonicalCodes(FIXED_DISTANCE_LENGTHS);
type Code = [number, number];

/** A fixed block, the last one, of these literals, and whatever `rest` writes before its end. */
function fixedBlock(literals: number[], rest?: (writer: BitWriter) => void, hasEnd = true): Uint8Array {
  const writer = new BitWriter().bits(1, 1).bits(1, 2);
  for (const literal of literals) writer.code(fixedLiterals[literal] as Code);
  rest?.(writer);
  if (hasEnd) writer.code(fixedLiterals[256] as Code);
  return writer.bytes();
}

/** Code lengths by symbol: `{ 0: 2, 256: 2 }` and so on, the others 0. */
function lengthsOf(count: number, lengths: Record<number, number>): number[] {
  return Array.from({ length: count }, (_, symbol) => lengths[symbol] ?? 0);
}
/** Literals 0 to 4, the end, a length of 3 and one more: a complete code of 8 codes of 3 bits. */
const LITERALS = lengthsOf(258, { 0: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 256: 3, 257: 3 });

function dynamicBlock(
  literalLengths: number[],
  distanceLengths: number[],
  symbols: number[],
  lies?: Parameters<typeof dynamicHead>[3],
  rest?: (writer: BitWriter) => void,
): Uint8Array {
  const writer = new BitWriter();
  dynamicHead(writer, literalLengths, distanceLengths, lies);
  const codes = canonicalCodes(literalLengths);
  for (const symbol of symbols) writer.code((codes[symbol] ?? [0, 1]) as Code);
  rest?.(writer);
  return writer.bytes();
}

/** A dynamic head whose code lengths are written by `write` instead of one by one. */
function dynamicHeadOf(write: (writer: BitWriter) => void): Uint8Array {
  const writer = new BitWriter();
  dynamicHead(writer, [], [], { hlit: 1, hdist: 0 });
  write(writer);
  return writer.bits(0, 64).bytes();
}

const stored = (raw: number[], complement = raw.length ^ 0xffff) =>
  Uint8Array.from([1, raw.length & 255, raw.length >> 8, complement & 255, complement >> 8, ...raw]);
const zlibHeader = (cmf: number, flags: number) => [cmf, flags + ((31 - (((cmf << 8) | flags) % 31)) % 31)];

/** A stored block, not the last one, of the whole image, and then what `write` writes. */
function afterStored(write: (writer: BitWriter) => void): Uint8Array {
  const writer = new BitWriter();
  write(writer);
  return Uint8Array.from([...stored(RAW).with(0, 0), ...writer.bytes()]);
}
const writeEmptyFixed = (writer: BitWriter) => writer.bits(1, 1).bits(1, 2).bits(0, 7);

const OVER = "is over-subscribed or incomplete";
const streams: readonly (readonly [name: string, stream: Uint8Array, message: string | null])[] = [
  ["a stored block", zlibStream(stored(RAW), { raw: RAW }), null],
  ["a fixed block", zlibStream(fixedBlock(RAW), { raw: RAW }), null],
  [
    "a dynamic block without a distance code",
    zlibStream(dynamicBlock(LITERALS, [0], [...RAW, 256]), { raw: RAW }),
    null,
  ],
  [
    "a dynamic block with a distance code of one bit",
    zlibStream(
      dynamicBlock(LITERALS, [1], [0, 1], undefined, (writer) => {
        // Three times the byte before: length 3, distance 1.
        writer.code(canonicalCodes(LITERALS)[257] as Code).code([0, 1]);
        writer.code(canonicalCodes(LITERALS)[256] as Code);
      }),
      { raw: [0, 1, 1, 1, 1] },
    ),
    null,
  ],
  ["a window of 256 bytes", zlibStream(fixedBlock(RAW), { raw: RAW, header: zlibHeader(0x08, 0) }), null],
  ["an empty block after all pixels", zlibStream(afterStored(writeEmptyFixed), { raw: RAW }), null],
  [
    "block type 3 after all pixels, and a good block behind it",
    zlibStream(
      afterStored((writer) => writeEmptyFixed(writer.bits(6, 3))),
      { raw: RAW },
    ),
    "a block has type 3, which does not exist",
  ],
  [
    "a stored length whose complement is wrong after all pixels, and a good block behind it",
    zlibStream(
      afterStored((writer) => writeEmptyFixed(writer.bits(0, 8).bits(0, 32))),
      { raw: RAW },
    ),
    "a stored block's length and its complement do not match",
  ],

  [
    "a wrong zlib header check",
    zlibStream(fixedBlock(RAW), { raw: RAW, header: [0x78, 0x9d] }),
    "they do not start with a zlib header",
  ],
  [
    "a window of 64 KiB",
    zlibStream(fixedBlock(RAW), { raw: RAW, header: zlibHeader(0x88, 0) }),
    "they do not start with a zlib header",
  ],
  [
    "compression method 7",
    zlibStream(fixedBlock(RAW), { raw: RAW, header: zlibHeader(0x77, 0) }),
    "they do not start with a zlib header",
  ],
  [
    "a preset dictionary",
    zlibStream([0, 0, 0, 1, ...fixedBlock(RAW)], { raw: RAW, header: zlibHeader(0x78, 32) }),
    "they need a preset dictionary",
  ],
  ["a wrong Adler-32", zlibStream(fixedBlock(RAW), { adler: adler32(RAW) ^ 1 }), "the Adler-32 checksum"],
  [
    "block type 3",
    zlibStream(new BitWriter().bits(7, 3).bits(0, 60).bytes()),
    "a block has type 3, which does not exist",
  ],
  [
    "a stored length whose complement is wrong",
    zlibStream(stored(RAW, (RAW.length ^ 0xffff) - 1), { raw: RAW }),
    "a stored block's length and its complement do not match",
  ],
  ...[30, 31].flatMap((count): [string, Uint8Array, string][] => [
    [
      `HLIT ${count}`,
      zlibStream(dynamicBlock([...LITERALS, ...new Array(count - 1).fill(0)], [0], [...RAW, 256]), {
        raw: RAW,
      }),
      "more literal or distance codes than exist",
    ],
    [
      `HDIST ${count}`,
      zlibStream(dynamicBlock(LITERALS, new Array(count + 1).fill(0), [...RAW, 256]), { raw: RAW }),
      "more literal or distance codes than exist",
    ],
  ]),
  [
    "an over-subscribed code of the code lengths",
    zlibStream(
      dynamicBlock(LITERALS, [0], [...RAW, 256], { codeLengthLengths: lengthsOf(19, { 0: 1, 1: 1, 2: 1 }) }),
    ),
    `a block's code-length code ${OVER}`,
  ],
  [
    "an incomplete code of the code lengths",
    zlibStream(
      dynamicBlock(LITERALS, [0], [...RAW, 256], { codeLengthLengths: lengthsOf(19, { 0: 1, 1: 2 }) }),
    ),
    `a block's code-length code ${OVER}`,
  ],
  [
    "one code of the code lengths",
    zlibStream(dynamicBlock(LITERALS, [0], [...RAW, 256], { codeLengthLengths: lengthsOf(19, { 0: 1 }) })),
    `a block's code-length code ${OVER}`,
  ],
  [
    "no code of the code lengths",
    zlibStream(dynamicBlock(LITERALS, [0], [...RAW, 256], { codeLengthLengths: lengthsOf(19, {}) })),
    `a block's code-length code ${OVER}`,
  ],
  [
    "a repeat of the length before the first",
    zlibStream(dynamicHeadOf((writer) => writer.code(codeLengthCode(16) as Code).bits(0, 2))),
    "a code length is repeated before the first or after the last",
  ],
  [
    "a repeat of zero beyond the last",
    zlibStream(
      dynamicHeadOf((writer) => {
        for (let index = 0; index < 2; index++) writer.code(codeLengthCode(18) as Code).bits(127, 7);
      }),
    ),
    "a code length is repeated before the first or after the last",
  ],
  [
    "a repeat of the length before beyond the last",
    zlibStream(
      dynamicHeadOf((writer) => {
        writer.code(codeLengthCode(18) as Code).bits(127, 7);
        writer.code(codeLengthCode(18) as Code).bits(119 - 11, 7);
        writer.code(codeLengthCode(1) as Code);
        writer.code(codeLengthCode(16) as Code).bits(3, 2);
      }),
    ),
    "a code length is repeated before the first or after the last",
  ],
  [
    "no code for the end of the block",
    zlibStream(dynamicBlock(lengthsOf(258, { 0: 1, 1: 1 }), [0], RAW)),
    "a block has no code for its end",
  ],
  [
    "an over-subscribed literal code",
    zlibStream(dynamicBlock(lengthsOf(258, { 0: 1, 1: 1, 256: 1 }), [0], RAW)),
    `a block's literal code ${OVER}`,
  ],
  [
    "an incomplete literal code",
    zlibStream(dynamicBlock(lengthsOf(258, { 0: 2, 256: 2 }), [0], RAW)),
    `a block's literal code ${OVER}`,
  ],
  [
    "an over-subscribed distance code",
    zlibStream(dynamicBlock(LITERALS, [1, 1, 1], [...RAW, 256]), { raw: RAW }),
    `a block's distance code ${OVER}`,
  ],
  [
    "an incomplete distance code",
    zlibStream(dynamicBlock(LITERALS, [2, 2, 2], [...RAW, 256]), { raw: RAW }),
    `a block's distance code ${OVER}`,
  ],
  [
    "a single distance code of two bits",
    zlibStream(dynamicBlock(LITERALS, [2], [...RAW, 256]), { raw: RAW }),
    `a block's distance code ${OVER}`,
  ],
  [
    "a match in a block without distance codes",
    zlibStream(dynamicBlock(LITERALS, [0], [0, 1, 257], undefined, (writer) => writer.bits(0, 20))),
    "a code has no meaning",
  ],
  [
    "the other half of a distance code of one bit",
    zlibStream(
      dynamicBlock(LITERALS, [1], [0, 1, 257], undefined, (writer) => writer.bits(1, 1).bits(0, 20)),
    ),
    "a code has no meaning",
  ],
  [
    "the other half of a literal code of one bit",
    zlibStream(
      dynamicBlock(lengthsOf(257, { 256: 1 }), [0], [], undefined, (writer) => writer.bits(-1 >>> 0, 32)),
    ),
    "a code has no meaning",
  ],
  ...[286, 287].map((symbol): [string, Uint8Array, string] => [
    `symbol ${symbol} in a fixed block`,
    zlibStream(fixedBlock([0, 1], (writer) => writer.code(fixedLiterals[symbol] as Code).bits(0, 10))),
    "a code has no meaning",
  ]),
  ...[30, 31].map((symbol): [string, Uint8Array, string] => [
    `distance ${symbol} in a fixed block`,
    zlibStream(
      fixedBlock([0, 1], (writer) =>
        writer
          .code(fixedLiterals[257] as Code)
          .code(fixedDistances[symbol] as Code)
          .bits(0, 13),
      ),
    ),
    "a code has no meaning",
  ]),
  [
    "a match that reaches back before the first byte",
    zlibStream(
      fixedBlock([0, 1], (writer) => writer.code(fixedLiterals[257] as Code).code(fixedDistances[2] as Code)),
    ),
    "a match reaches back before the first byte",
  ],
  [
    "a match before any byte",
    zlibStream(
      fixedBlock([], (writer) => writer.code(fixedLiterals[257] as Code).code(fixedDistances[0] as Code)),
    ),
    "a match reaches back before the first byte",
  ],
];

describe("a stream with", () => {
  it.each(streams)("%s: accepted or refused as by zlib", (_, stream, message) => {
    const { png, start } = fileOf(stream);
    const error = failure(png);
    expect(error === null).toBe(isAcceptedByZlib(stream));
    if (message === null) {
      expect(error).toBeNull();
      return;
    }
    expect(error?.message).toContain(message);
    expect(error?.code).toBe(message.includes("Adler-32") ? "PNG_ADLER32" : "PNG_DATA");
    expect(error?.offset).toBeGreaterThanOrEqual(start);
    expect(error?.offset).toBeLessThanOrEqual(start + stream.length);
    expect(error?.message).toContain(`byte ${error?.offset}`);
  });
});

describe("a match that reaches back farther than the header's window", () => {
  it("is accepted by both engines, as by zlib", () => {
    const [width, height] = [300, 3];
    const raw = Uint8Array.from({ length: (width + 1) * height }, (_, place) =>
      place % (width + 1) === 0 ? 0 : ((place % (width + 1)) * 7919) >> 5,
    );
    const stream = deflateSync(raw);
    // A window of 256 bytes, and the header's check mended.
    stream.set(zlibHeader(0x08, 0));
    expect(isAcceptedByZlib(stream)).toBe(true);
    const { png, start } = fileOf(stream, { width, height });
    for (const idatSize of [1, 2, 3, 2 ** 31]) {
      const bytes = writeStream(png.subarray(0, start - 8), stream, { idatSize });
      for (const engine of ["fused", "upng"] as const) {
        expect(decodeMaskSync(bytes, LEGEND, { engine }).data).toEqual(decodeReference(png, LEGEND).data);
      }
    }
  });
});

describe("a stream with content that PNG does not allow", () => {
  const palette = [1, 1, 1, 2, 2, 2];
  const cases: readonly (readonly [string, number[], string, string, number[] | undefined])[] = [
    [
      "a byte too few",
      RAW.slice(0, 4),
      "PNG_DATA_LENGTH",
      "inflate to fewer bytes than IHDR implies",
      undefined,
    ],
    ["no byte", [], "PNG_DATA_LENGTH", "inflate to fewer bytes than IHDR implies", undefined],
    ["a byte too many", [...RAW, 0], "PNG_DATA_LENGTH", "inflate to more bytes than IHDR implies", undefined],
    ["filter type 5", [5, 1, 2, 3, 4], "PNG_FILTER_TYPE", "scanline 0 has a filter type above 4", undefined],
    [
      "filter type 255",
      [255, 1, 2, 3, 4],
      "PNG_FILTER_TYPE",
      "scanline 0 has a filter type above 4",
      undefined,
    ],
    ["a palette index without entry", [0, 0, 1, 2, 0], "PNG_PALETTE_INDEX", "palette index 2", palette],
    [
      "a palette index without entry in the end",
      [1, 0, 0, 0, 7],
      "PNG_PALETTE_INDEX",
      "palette index 7",
      palette,
    ],
  ];
  it.each(cases)("%s: a typed error, in each kind of block", (_, raw, code, message, entries) => {
    for (const deflated of [stored(raw), fixedBlock(raw)]) {
      const stream = zlibStream(deflated, { raw });
      const { png, start } = fileOf(stream, { palette: entries });
      const error = failure(png);
      expect(error?.code).toBe(code);
      expect(error?.message).toContain(message);
      expect(error?.offset).toBeGreaterThanOrEqual(start);
      expect(error?.offset).toBeLessThanOrEqual(start + stream.length);
    }
  });

  it("bytes after its end: an issue with their number and place, and the same labels", () => {
    const stream = zlibStream(fixedBlock(RAW), { raw: RAW });
    for (const count of [1, 2, 7, 300]) {
      const { png, start } = fileOf(Uint8Array.from([...stream, ...new Array(count).fill(170)]));
      for (const bytes of [png, recutFile(png, start, 1), recutFile(png, start, 5)]) {
        const fused = decodeMaskSync(bytes, LEGEND, { engine: "fused" });
        expect([...fused.data]).toEqual([0, 1, 2, -1]);
        expect(fused.issues).toEqual(decodeMaskSync(bytes, LEGEND, { engine: "upng" }).issues);
        expect(fused.issues).toHaveLength(1);
        expect(fused.issues[0]?.code).toBe("png-trailing-data");
        expect(fused.issues[0]?.message).toContain(`${count} bytes after the end`);
      }
    }
  });

  /** The file's one IDAT in IDATs of `idatSize` bytes. */
  function recutFile(png: Uint8Array, start: number, idatSize: number): Uint8Array {
    return writeStream(png.subarray(0, start - 8), png.subarray(start, png.length - 16), { idatSize });
  }
});

describe("truncation", () => {
  const samples = Uint8Array.from({ length: 40 * 9 }, (_, index) => (index * index) & 31);
  const image = { width: 40, height: 9, colourType: 0 as const, bitDepth: 8, samples };
  const kinds = {
    stored: { level: 0 },
    fixed: { strategy: 4 },
    dynamic: { level: 9 },
    windowed: { windowBits: 9 },
  };
  it.each(Object.entries(kinds))(
    "of a %s stream at any byte throws PNG_DATA, as zlib refuses it",
    (_, zlib) => {
      const whole = encodePng({ ...image, zlib });
      const stream = whole.subarray(41, whole.length - 16);
      expect(failure(whole)).toBeNull();
      for (let length = 1; length < stream.length; length++) {
        const { png, start } = fileOf(stream.subarray(0, length), { width: 40, height: 9 });
        const error = failure(png);
        expect(isAcceptedByZlib(stream.subarray(0, length))).toBe(false);
        expect(error?.code, `${length} bytes`).toBe("PNG_DATA");
        expect(error?.message, `${length} bytes`).toContain("they end too early");
        expect(error?.offset).toBeGreaterThanOrEqual(start);
        expect(error?.offset).toBeLessThanOrEqual(start + length);
      }
    },
  );

  /** Blocks that end in bits which are a code, no code, or half a code, depending on what follows. */
  const ambiguous: readonly (readonly [string, Uint8Array])[] = [
    ["a literal, or one of the two symbols that mean nothing", fixedBlock(RAW, undefined, false)],
    [
      "a distance, or one of the two that mean nothing",
      fixedBlock([0], (writer) => writer.code(fixedLiterals[257] as Code), false),
    ],
    [
      "a distance of a code with one symbol",
      dynamicBlock(
        [...new Array(256).fill(0), 2, 2, 1].with(0, 3).with(1, 3),
        [1],
        [0, 1, 258, 258, 257],
        {},
        (writer) => writer.bits(0, 1),
      ),
    ],
    [
      "a length, and no distance at all",
      dynamicBlock([...new Array(256).fill(0), 2, 2, 1].with(0, 3).with(1, 3), [0], [0, 1, 1, 258, 258]),
    ],
    [
      "a code in the second level",
      dynamicBlock(
        // All ones up to 15 bits: the last two symbols have the longest codes.
        [...Array.from({ length: 14 }, (_, index) => index + 1), 15, ...new Array(241).fill(0), 15],
        [1],
        [0, 1, 12, 13, 14, 14, 14],
      ),
    ],
  ];
  it.each(ambiguous)(
    "before %s has the same outcome, whatever an earlier mask has left behind the end",
    (_, deflated) => {
      const stream = [0x78, 0x9c, ...deflated];
      for (const length of [stream.length - 1, stream.length]) {
        // The end of the last byte, too, is cut at each bit: the bits that are left decide between the codes.
        for (let last = 0; last < 256; last++) {
          const cut = Uint8Array.from([...stream.slice(0, length - 1), last]);
          const { png } = fileOf(cut, { width: 4000 });
          const outcomes = [0, 255, 0x55, 0xaa].map((left) => {
            // Checksums of chunks are made in the same memory, and would hide what is left there.
            failure(fileOf(new Uint8Array(600).fill(left)).png, { verify: false });
            const error = failure(png, { verify: false });
            return `${error?.code}, byte ${error?.offset}: ${error?.message}`;
          });
          expect(new Set(outcomes), `${length} bytes, the last one ${last}`).toHaveLength(1);
        }
      }
    },
  );

  it("to nothing throws PNG_DATA_LENGTH, since an empty IDAT cannot hold the pixels", () => {
    const { png } = fileOf(new Uint8Array(0));
    const empty = [png.subarray(0, 33), chunk("IDAT", Buffer.alloc(0)), png.subarray(33)];
    expect(failure(new Uint8Array(Buffer.concat(empty)))?.code).toBe("PNG_DATA_LENGTH");
  });
});

/** Changed streams, most of them broken: what is accepted must be just what zlib accepts and PNG allows. */
describe(`changed streams with seed ${seed} (LABELMAP_SEED)`, () => {
  const CHANGED = 6000;
  it(`${CHANGED} of them are accepted or refused as by zlib, and give the same labels`, () => {
    const { below, chance, pick } = dice(mulberry32(seed));
    const [width, height] = [23, 8];
    let accepted = 0;
    for (let index = 0; index < CHANGED; index++) {
      const raw = Uint8Array.from({ length: (width + 1) * height }, (_, place) =>
        place % (width + 1) === 0 ? below(5) : chance(0.7) ? 0 : below(chance(0.5) ? 4 : 256),
      );
      const options = {
        level: below(10),
        strategy: below(5),
        windowBits: 9 + below(7),
        memLevel: 1 + below(9),
      };
      const stream = deflateSync(raw, options);
      const changes = below(3);
      for (let change = 0; change < changes; change++) {
        // The head of the first block, which holds the codes, more often.
        const place = chance(0.5) ? below(Math.min(30, stream.length)) : below(stream.length);
        stream[place]! ^= 1 << below(8);
      }
      const { png } = fileOf(stream, { width, height });
      const bytes = recodeCuts(png, pick([1, 7, 2 ** 31]));
      const message = `LABELMAP_SEED=${seed}, stream ${index}: ${stream.toString("hex")}`;
      const error = failure(bytes);
      if (!isAcceptable(stream, width, height)) {
        if (error === null) expect(error, message).not.toBeNull();
        continue;
      }
      if (error !== null) expect(error, message).toBeNull();
      accepted++;
      const { data } = decodeMaskSync(bytes, LEGEND, { engine: "fused" });
      expect(
        Buffer.from(data.buffer).equals(Buffer.from(decodeReference(png, LEGEND).data.buffer)),
        message,
      ).toBe(true);
    }
    expect(accepted).toBeGreaterThan(CHANGED / 5);
    expect(accepted).toBeLessThan(CHANGED * 0.9);
  });

  function isAcceptable(stream: Uint8Array, width: number, height: number): boolean {
    if (!isAcceptedByZlib(stream)) return false;
    const raw = inflateSync(stream);
    return (
      raw.length === (width + 1) * height && raw.every((byte, place) => place % (width + 1) > 0 || byte < 5)
    );
  }

  const recodeCuts = (png: Uint8Array, idatSize: number) =>
    writeStream(png.subarray(0, 33), png.subarray(41, png.length - 16), { idatSize });
});

describe(`blocks with codes of up to 14 bits, with seed ${seed} (LABELMAP_SEED)`, () => {
  // A code for each length, and two of 14: those beyond 11 bits take the second level of the decoder's table.
  const literalLengths = lengthsOf(286, { 256: 1, 285: 14, 12: 14 });
  for (let literal = 0; literal < 12; literal++) literalLengths[literal] = literal + 2;
  const codes = canonicalCodes(literalLengths) as Code[];

  it("repeats longest matches exactly as often as they occur", () => {
    const { below, chance } = dice(mulberry32(seed));
    for (let round = 0; round < 200; round++) {
      const raw = [0, 1];
      const writer = new BitWriter();
      dynamicHead(writer, literalLengths, [1, 1]);
      writer.code(codes[0] as Code).code(codes[1] as Code);
      for (let count = 1 + below(30); count > 0; count--) {
        if (chance(0.6)) {
          // Length 258, distance 1 or 2.
          const distance = chance(0.8) ? 1 : 2;
          writer.code(codes[285] as Code).bits(distance - 1, 1);
          for (let index = 0; index < 258; index++) raw.push(raw[raw.length - distance] as number);
        } else {
          const literal = chance(0.5) ? 9 + below(4) : below(13);
          writer.code(codes[literal] as Code);
          raw.push(literal);
        }
      }
      writer.code(codes[256] as Code);
      const stream = zlibStream(writer.bytes(), { raw });
      expect([...inflateSync(stream)]).toEqual(raw);
      const { png } = fileOf(stream, { width: raw.length - 1 });
      const map = decodeMaskSync(png, LEGEND, { engine: "fused" });
      expect([...map.data], `LABELMAP_SEED=${seed}, round ${round}`).toEqual([
        ...decodeReference(png, LEGEND).data,
      ]);
    }
  });
});

it("finds the symbol after any number of longest matches, of two bits each", () => {
  // Literals have 2 to 11 bits: the more, the sooner the bits that were loaded for the matches do not suffice.
  const literalLengths = lengthsOf(286, { 256: 11, 285: 1 });
  for (let literal = 0; literal < 10; literal++) literalLengths[literal] = literal + 2;
  const codes = canonicalCodes(literalLengths) as Code[];
  const raw = [0, 1];
  const writer = new BitWriter();
  dynamicHead(writer, literalLengths, [1, 1]);
  writer.code(codes[0] as Code).code(codes[1] as Code);
  for (let matches = 1; matches < 70; matches++) {
    for (let match = 0; match < matches; match++) {
      writer.code(codes[285] as Code).bits(0, 1);
      raw.push(...new Array(258).fill(raw.at(-1)));
    }
    for (const literal of [9 - (matches % 4), matches % 10]) {
      writer.code(codes[literal] as Code);
      raw.push(literal);
    }
  }
  writer.code(codes[256] as Code);
  const { png } = fileOf(zlibStream(writer.bytes(), { raw }), { width: raw.length - 1 });
  const labels = Int32Array.from(raw.slice(1), (grey) => (grey > 0 && grey < 4 ? grey - 1 : -1));
  expectEqual(decodeMaskSync(png, LEGEND, { engine: "fused" }).data, labels, "all matches");
});

describe("matches that show runs", () => {
  // The encoder that only looks for runs writes them as matches at distance 1, which start behind their first byte.
  const zlib = { strategy: 3 };
  const kinds = [
    { colourType: 2 as const, channels: 3 },
    { colourType: 4 as const, channels: 2 },
    { colourType: 6 as const, channels: 4 },
  ];
  it.each(kinds)("may start in the middle of a pixel, filter None, $channels channels", (kind) => {
    const { channels, colourType } = kind;
    const blockPixels = channels === 3 ? 16 : 64 / channels;
    for (let lead = blockPixels - 2; lead <= blockPixels + 2; lead++) {
      for (let kept = 1; kept < channels; kept++) {
        const [width, height] = [lead + 3 * blockPixels + 5, 2];
        const samples = new Uint8Array(width * height * channels);
        // The last pixel before the zeros has its first `kept` bytes, and zeros behind them.
        for (const top of [0, width]) samples.fill(23, top * channels, (top + lead - 1) * channels + kept);
        const png = encodePng({ width, height, colourType, bitDepth: 8, samples, zlib });
        const legend = { "#000000": "black", "#171717": "grey" };
        const reference = decodeReference(png, legend);
        const map = decodeMaskSync(png, legend, { engine: "fused" });
        expect([...map.data], `${lead} pixels, ${kept} bytes`).toEqual([...reference.data]);
        expect([
          ...decodeMaskSync(recodePng(png, { zlib: { level: 9 } }), legend, { engine: "fused" }).data,
        ]).toEqual([...reference.data]);
      }
    }
  });

  it.each([0, 1, 2, 4] as const)("may be more in a row than there is room for, filter %i", (filter) => {
    // A run of 100 bytes is a match long enough to be noted; 1,024 notes are kept, and a row here has 4,000.
    const [width, height] = [100_000, 3];
    const { below } = dice(mulberry32(filter));
    const samples = new Uint8Array(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const isAsAbove = pixel >= width && below(2000) > 0;
      const source = isAsAbove ? (pixel - width) * 4 : (pixel - 1) * 4;
      if (pixel % 25 === 0 && !isAsAbove) samples.set([below(3), below(3), below(3), 255], pixel * 4);
      else samples.copyWithin(pixel * 4, source, source + 4);
    }
    const legend = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `#${Buffer.of(index % 3, Math.floor(index / 3) % 3, Math.floor(index / 9)).toString("hex")}`,
        `class ${index}`,
      ]),
    );
    const png = encodePng({ width, height, colourType: 6, bitDepth: 8, samples, filter, zlib });
    const fused = decodeMaskSync(png, legend, { engine: "fused" });
    const upng = decodeMaskSync(png, legend, { engine: "upng" });
    expect(Buffer.from(fused.data.buffer).equals(Buffer.from(upng.data.buffer))).toBe(true);
    expect(fused.labels).toEqual(upng.labels);
    expect(fused.unlabelled).toEqual(upng.unlabelled);
  });
});

/** The module moves its window of 32 KiB every 128 KiB, before a scanline. What a match then reaches must still be there. */
describe("matches that reach back exactly 32,768 bytes", () => {
  const WINDOW = 32_768;
  const MOVES = 5;

  /** Literals as far as the window goes, and then nothing but matches of that distance: the first after each move too. */
  it.each([255, 1023, 4095])("find their bytes after the window has moved, in rows of %i pixels", (width) => {
    const period = WINDOW / (width + 1);
    const height = period * (1 + MOVES * 4);
    const { below } = dice(mulberry32(width));
    const greys = Uint8Array.from({ length: period * width }, () => below(251));
    const lines = Buffer.alloc(height * (width + 1));
    for (let y = 0; y < height; y++) {
      const top = (y % period) * width;
      lines.set(greys.subarray(top, top + width), y * (width + 1) + 1);
    }
    const writer = new BitWriter().bits(1, 1).bits(1, 2);
    for (const literal of lines.subarray(0, WINDOW)) writer.code(fixedLiterals[literal] as Code);
    for (let left = lines.length - WINDOW; left > 0; ) {
      // Lengths of 3 to 10 bytes have codes without extra bits (RFC 1951, 3.2.5); 258 ends what is left of a period.
      const length = left > 600 && below(3) > 0 ? 258 : Math.min(left, 3 + below(8));
      if (left - length > 0 && left - length < 3) continue;
      writer.code(fixedLiterals[length === 258 ? 285 : 254 + length] as Code);
      // Distances of 24,577 to 32,768: 13 extra bits, all set for the last.
      writer.code(fixedDistances[29] as Code).bits(8191, 13);
      left -= length;
    }
    writer.code(fixedLiterals[256] as Code);
    const stream = zlibStream(writer.bytes(), { raw: [...lines] });
    expect(inflateSync(stream).equals(lines)).toBe(true);
    const { png } = fileOf(stream, { width, height });
    // Not compared with the checksum alone: the labels must be right as well.
    const legend = Object.fromEntries(
      Array.from({ length: 251 }, (_, grey) => [
        `#${grey.toString(16).padStart(2, "0").repeat(3)}`,
        `grey ${grey}`,
      ]),
    );
    const { data } = decodeMaskSync(png, legend, { engine: "fused", verify: false });
    const expected = Int32Array.from(lines.filter((_, index) => index % (width + 1) > 0));
    expect(Buffer.from(data.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    expect(() => decodeMaskSync(png, legend, { engine: "fused" })).not.toThrow();
  });
});

/**
 * The module takes its input in pieces of 64 KiB, whatever the IDATs. So it is the stream that has to be moved for each
 * of its parts to lie across a border once: symbols, headers, the borders of blocks, stored bytes.
 */
describe("streams in several pieces", () => {
  const [width, height] = [1000, 200];
  const { below } = dice(mulberry32(5));
  const lines = Buffer.from(
    Array.from({ length: (width + 1) * height }, (_, index) =>
      index % (width + 1) === 0 ? 0 : below(8) * below(8) * 4,
    ),
  );
  const checksum = adler32(lines);
  const greys = [...new Set(lines)];
  const legend = Object.fromEntries(
    greys.map((grey) => [`#${grey.toString(16).padStart(2, "0").repeat(3)}`, `grey ${grey}`]),
  );
  const expected = Int32Array.from(
    [...lines].filter((_, index) => index % (width + 1) > 0),
    (grey) => greys.indexOf(grey),
  );

  /** The lines in parts of so many bytes, each compressed by itself with `optionsOf(part)`. */
  function inParts(partBytes: (part: number) => number, optionsOf: (part: number) => ZlibOptions) {
    const parts = [Buffer.of(0x78, 0x9c)];
    for (let start = 0, part = 0; start < lines.length; part++) {
      const end = Math.min(lines.length, start + partBytes(part));
      const isLast = end === lines.length;
      const options = { finishFlush: constants.Z_SYNC_FLUSH, ...optionsOf(part) };
      if (isLast) options.finishFlush = constants.Z_FINISH;
      parts.push(deflateRawSync(lines.subarray(start, end), options));
      start = end;
    }
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE(checksum);
    return new Uint8Array(Buffer.concat([...parts, trailer]));
  }

  function expectLabels(stream: Uint8Array, message: string) {
    expect(inflateSync(stream).equals(lines)).toBe(true);
    const map = decodeMaskSync(fileOf(stream, { width, height }).png, legend, { engine: "fused" });
    expect(Buffer.from(map.data.buffer).equals(Buffer.from(expected.buffer)), message).toBe(true);
  }

  it("may have parts that end in a flush, as parallel encoders write them", () => {
    for (let size = 400; size < 1400; size += 7) {
      expectLabels(
        inParts(
          () => size,
          () => ({}),
        ),
        `parts of ${size}`,
      );
    }
  });

  it("may alternate stored, fixed and dynamic blocks", () => {
    const random = dice(mulberry32(seed));
    for (let round = 0; round < 60; round++) {
      const longest = random.pick([600, 3000, 40_000]);
      const stream = inParts(
        () => 20 + random.below(longest),
        () => ({
          level: random.below(10),
          strategy: random.below(5),
          finishFlush: random.pick([constants.Z_SYNC_FLUSH, constants.Z_FULL_FLUSH]),
        }),
      );
      expectLabels(stream, `LABELMAP_SEED=${seed}, round ${round}`);
    }
  });

  it("may have a block at any byte of the border", () => {
    // A stored block of 1 … 600 bytes before one with codes.
    for (let first = 1; first <= 600; first++) {
      const stream = inParts(
        (part) => (part === 0 ? first : lines.length),
        (part) => ({ level: part === 0 ? 0 : 6 }),
      );
      expectLabels(stream, `${first} bytes stored`);
    }
  });

  it("may end at any byte after the border, so that the last piece has hardly any bits", () => {
    const INPUT_BYTES = 65_536;
    // As many rows as nearly fill the module's input. The more bytes are stored, the longer is the stream.
    const rows = 90;
    const part = lines.subarray(0, rows * (width + 1));
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE(adler32(part));
    const streamOf = (stored: number) =>
      Buffer.concat([
        Buffer.of(0x78, 0x9c),
        deflateRawSync(part.subarray(0, stored), { level: 0, finishFlush: constants.Z_SYNC_FLUSH }),
        deflateRawSync(part.subarray(stored)),
        trailer,
      ]);
    const ends = new Set<number>();
    for (let stored = 1, beyond = 0; beyond < 40; stored += Math.max(1, 1 - beyond)) {
      const stream = streamOf(stored);
      beyond = stream.length - INPUT_BYTES;
      if (beyond < 1) continue;
      ends.add(beyond);
      const map = decodeMaskSync(fileOf(stream, { width, height: rows }).png, legend, { engine: "fused" });
      expectEqual(map.data, expected.subarray(0, rows * width), `${beyond} bytes after the border`);
    }
    expect(ends.size).toBeGreaterThan(20);
  });
});
