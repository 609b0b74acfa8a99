/**
 * Bad input: thousands of broken files and results. Each must give a typed error or the right labels, soon, and must
 * leave no trace: no other exception, no wrong map, no growing memory. What is right is said by the plain reference.
 */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { createContext, runInNewContext, Script } from "node:vm";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMaskSync, init, LabelMapError, type ResultInput } from "../../src/all.js";
import { getModule } from "../../src/decode/wasm/module.js";
import { readLegend } from "../../src/legend/parse-legend.js";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const random = mulberry32(seed);
const { below } = dice(random);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const MUTATED_FILES = 2000;
const MUTATED_RESULTS = 500;
/** What a process may keep after all of them: the module's memory and the test runner's own. Leaked maps are far more. */
const MOST_KEPT_BYTES = 16 * 2 ** 20;

beforeAll(() => init());

/** A decode of these small files takes a few milliseconds; only one that hangs takes so long, however busy the machine. */
const HANG_MILLISECONDS = 60_000;
const scope = createContext({});
const script = new Script("action()");

/** What `action` returns. @throws what it throws; an error that is none of ours if it hangs, even in WebAssembly */
function orHang<T>(action: () => T): T {
  scope.action = action;
  return script.runInContext(scope, { timeout: HANG_MILLISECONDS });
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes that are reachable: on the heap, and in arrays beside it. */
async function memoryInUse(): Promise<number> {
  // Twice, with a pause: V8 frees the arrays of a collection in the background.
  for (let round = 0; round < 2; round++) {
    collectGarbage();
    await wait(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe(`mutations with seed ${seed} (LABELMAP_SEED)`, () => {
  it(`${MUTATED_FILES} mutated PNGs give a typed error or the right labels`, async () => {
    const corpus = loadCorpus().filter(({ expected }) => expected.width * expected.height <= 50_000);
    const originals = [...corpus.map(({ png, result }) => ({ png, legend: result.legend })), ...tinyMasks()];
    const outcomes = new Map<string, number>();
    for (const { png, legend } of originals) decodeMaskSync(png, legend);
    const inUse = await memoryInUse();
    for (let index = 0; index < MUTATED_FILES; index++) {
      const { png, legend } = pick(originals);
      const { name, mutate } = pick(MUTATIONS);
      const outcome = decodeMutated(mutate(png), legend, `seed ${seed}, file ${index}, ${name}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // A header that claims a very wide image may have made it grow; it does not stay so.
    expect(getModule().memory.buffer.byteLength).toBeLessThanOrEqual(8 * 2 ** 20);
    expect((await memoryInUse()) - inUse, `seed ${seed}`).toBeLessThan(MOST_KEPT_BYTES);
    // The mutations must reach all depths, else this test proves little.
    const reached = [...outcomes.keys()];
    for (const code of ["PNG_SIGNATURE", "PNG_TRUNCATED", "PNG_CRC", "PNG_HEADER", "PNG_DATA", "right"]) {
      expect(reached, `outcomes: ${JSON.stringify(Object.fromEntries(outcomes))}`).toContain(code);
    }
  });

  it(`${MUTATED_RESULTS} mutated results give a typed error or the right labels`, async () => {
    const texts = ["simple-result.json", "instance-result.json"].map((file) =>
      readFileSync(new URL(`../fixtures/vendor/${file}`, import.meta.url), "utf8"),
    );
    const mask = drawVendorMask(texts);
    decodeMaskSync(mask.png, texts[0] as string);
    const inUse = await memoryInUse();
    let errors = 0;
    for (let index = 0; index < MUTATED_RESULTS; index++) {
      const mutated = index % 2 ? mutateText(pick(texts)) : mutateValue(JSON.parse(pick(texts)));
      const message = `seed ${seed}, result ${index}: ${JSON.stringify(mutated)?.slice(0, 300)}`;
      if (!orHang(() => decodesRightOrFails(mask, mutated, message))) errors++;
    }
    expect((await memoryInUse()) - inUse, `seed ${seed}`).toBeLessThan(MOST_KEPT_BYTES);
    expect(errors).toBeGreaterThan(MUTATED_RESULTS / 10);
    expect(errors).toBeLessThan(MUTATED_RESULTS);
  });
});

/** A mask of the colours that the results' legends name, and of a few that none does. */
function drawVendorMask(texts: readonly string[]): { png: Uint8Array; colors: string[] } {
  const named = texts.flatMap((text) => Object.keys(JSON.parse(text).legend));
  const palette = [...named.filter((key) => /^#[0-9a-f]{6}$/.test(key)), "#000000", "#ffffff", "#123456"];
  const [width, height] = [16, 8];
  const colors = Array.from(
    { length: width * height },
    (_, index) => palette[index % palette.length] as string,
  );
  const samples = colors.flatMap((color) => [...Buffer.from(color.slice(1), "hex")]);
  return { png: encodePng({ width, height, colourType: 2, bitDepth: 8, samples }), colors };
}

/**
 * Decodes the mask by a mutated result.
 * @returns false when it gave a typed error; a result that parses must decode, and to the labels that its legend says
 */
function decodesRightOrFails(
  { png, colors }: { png: Uint8Array; colors: string[] },
  mutated: unknown,
  message: string,
): boolean {
  let parsed: ReturnType<typeof readLegend>;
  try {
    parsed = readLegend(mutated as object);
  } catch (error) {
    expect(error, message).toBeInstanceOf(LabelMapError);
    // The decoder may be given more than a result, but no other exception may come of it.
    try {
      decodeMaskSync(png, mutated as ResultInput);
    } catch (decodeError) {
      expect(decodeError, message).toBeInstanceOf(LabelMapError);
    }
    return false;
  }
  const names = parsed.legend.entries.map(({ color }) => color);
  const map = decodeMaskSync(png, mutated as ResultInput);
  expect([...map.data], message).toEqual(colors.map((color) => names.indexOf(color)));
  expect(
    map.labels.map(({ name, pixelCount }) => [name, pixelCount]),
    message,
  ).toEqual(
    parsed.legend.entries.map(({ name }, label) => [
      name,
      colors.filter((color) => names.indexOf(color) === label).length,
    ]),
  );
  expect(map.issues, message).toEqual(parsed.issues);
  return true;
}

/** @returns the error's code, or `right` when there were labels and they equal the reference's */
function decodeMutated(png: Uint8Array, legend: Record<string, string>, message: string): string {
  let data: Int32Array;
  try {
    data = orHang(() => decodeMaskSync(png, legend, { maxPixels: 2 ** 24 }).data);
  } catch (error) {
    expect(error, message).toBeInstanceOf(LabelMapError);
    const { code } = error as LabelMapError;
    expect(code, message).toMatch(/^PNG_/);
    return code;
  }
  expectEqual(data, decodeReference(png, legend).data, message);
  return "right";
}

const MUTATIONS: readonly { name: string; mutate(png: Uint8Array): Uint8Array }[] = [
  { name: "bits flipped", mutate: (png) => flipBits(png, 1 + below(8)) },
  { name: "bits flipped, CRCs mended", mutate: (png) => mendCrcs(flipBits(png, 1 + below(3))) },
  { name: "first bytes changed", mutate: (png) => changeByte(png, below(8)) },
  { name: "cut off", mutate: (png) => png.slice(0, below(png.length)) },
  { name: "bytes appended", mutate: (png) => join([png, randomBytes(1 + below(40))]) },
  { name: "header changed, CRC mended", mutate: (png) => mendCrcs(changeByte(png, 16 + below(13))) },
  { name: "length changed", mutate: changeLength },
  { name: "two chunks swapped", mutate: swapChunks },
  { name: "a chunk removed", mutate: (png) => join(splitChunks(png).toSpliced(1 + below(4), 1)) },
  { name: "a chunk doubled", mutate: doubleChunk },
  { name: "pixels' stream changed, CRC mended", mutate: changeIdat },
  { name: "pixels' stream cut, CRC mended", mutate: cutIdat },
];

function flipBits(png: Uint8Array, bits: number): Uint8Array {
  const out = png.slice();
  for (let count = 0; count < bits; count++) out[below(out.length)]! ^= 1 << below(8);
  return out;
}

function changeByte(png: Uint8Array, offset: number): Uint8Array {
  const out = png.slice();
  out[offset] = below(256);
  return out;
}

/** The signature and the chunks, frames included, as separate pieces. */
function splitChunks(png: Uint8Array): Uint8Array[] {
  const pieces = [png.slice(0, 8)];
  for (let offset = 8; offset + 12 <= png.length; ) {
    const end = Math.min(png.length, offset + 12 + readLength(png, offset));
    pieces.push(png.slice(offset, end));
    offset = end;
  }
  return pieces;
}

function mendCrcs(png: Uint8Array): Uint8Array {
  return join(
    splitChunks(png).map((piece, index) => {
      if (index > 0 && piece.length >= 12) {
        new DataView(piece.buffer).setUint32(piece.length - 4, crc32(piece.subarray(4, piece.length - 4)));
      }
      return piece;
    }),
  );
}

function changeLength(png: Uint8Array): Uint8Array {
  const pieces = splitChunks(png);
  const piece = pieces[1 + below(pieces.length - 1)] as Uint8Array;
  const view = new DataView(piece.buffer);
  const lie = pick([0, 1, 0x7fffffff, 0xffffffff, view.getUint32(0) + 1, below(2 ** 32)]);
  view.setUint32(0, lie);
  return join(pieces);
}

function swapChunks(png: Uint8Array): Uint8Array {
  const pieces = splitChunks(png);
  const [a, b] = [1 + below(pieces.length - 1), 1 + below(pieces.length - 1)];
  [pieces[a], pieces[b]] = [pieces[b] as Uint8Array, pieces[a] as Uint8Array];
  return join(pieces);
}

function doubleChunk(png: Uint8Array): Uint8Array {
  const pieces = splitChunks(png);
  const index = 1 + below(pieces.length - 1);
  return join(pieces.toSpliced(index, 0, pieces[index] as Uint8Array));
}

const isIdat = (piece: Uint8Array) => String.fromCharCode(...piece.subarray(4, 8)) === "IDAT";

function changeIdat(png: Uint8Array): Uint8Array {
  const pieces = splitChunks(png);
  const idat = pick(pieces.filter(isIdat));
  if (idat.length > 12) idat[8 + below(idat.length - 12)] = below(256);
  return mendCrcs(join(pieces));
}

function cutIdat(png: Uint8Array): Uint8Array {
  const pieces = splitChunks(png);
  const index = pieces.findIndex(isIdat);
  const idat = pieces[index] as Uint8Array;
  const kept = below(Math.max(1, idat.length - 12));
  const shorter = join([idat.subarray(0, 8 + kept), new Uint8Array(4)]);
  new DataView(shorter.buffer).setUint32(0, kept);
  return mendCrcs(join(pieces.with(index, shorter)));
}

/** A few masks small enough that a random change hits every field. */
function tinyMasks(): { png: Uint8Array; legend: Record<string, string> }[] {
  const legend = { "#ff0000": "red", "#000000": "black", "#ffffff": "white" };
  const sizes = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  return ([0, 2, 3, 4, 6] as const).flatMap((colourType) =>
    [false, true].map((interlace) => {
      const [width, height, bitDepth] = [5, 4, 8];
      const samples = Array.from({ length: width * height * sizes[colourType] }, () =>
        colourType === 3 ? below(2) : pick([0, 255]),
      );
      const palette = Uint8Array.of(255, 0, 0, 0, 0, 0);
      return {
        png: encodePng({
          width,
          height,
          colourType,
          bitDepth,
          samples,
          palette,
          filter: "random",
          interlace,
          rng: random,
        }),
        legend,
      };
    }),
  );
}

function mutateText(text: string): string {
  const at = below(text.length);
  const insert = pick(["", '"', "{", "}", "null", "\\u0000", "#", "9", "__proto__"]);
  return text.slice(0, at) + insert + text.slice(at + below(6));
}

/** Replaces, removes or adds one value somewhere in the object. */
function mutateValue(root: Record<string, unknown>): unknown {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder, key });
      if (typeof value === "object" && value !== null) visit(value as Record<string, unknown>);
    }
  };
  visit(root);
  const { holder, key } = pick(places);
  const odd = [
    null,
    undefined,
    0,
    -1,
    1e300,
    Number.NaN,
    "",
    "x",
    "#00c537",
    "#zzzzzz",
    [],
    {},
    true,
    [[[]]],
  ];
  const change = below(4);
  if (change === 0) delete holder[key];
  else if (change === 1) holder[String(pick(odd))] = pick(odd);
  else holder[key] = pick(odd);
  return root;
}

const readLength = (png: Uint8Array, offset: number) =>
  new DataView(png.buffer, png.byteOffset).getUint32(offset);
const randomBytes = (length: number) => Uint8Array.from({ length }, () => below(256));
const join = (pieces: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));
