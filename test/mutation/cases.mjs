/**
 * What the quick judge decodes, and what must come out. Labels, boxes and unknown colours are the plain reference's, and
 * the corpus has its manifest; the other outputs, which the tests of decode/ check against references of their own, are
 * what the unchanged module gives.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { LEGEND, MAX_PIXELS } from "../fuzz/oracle.mjs";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

const NASTY_MASKS = 300;
const MASKS_WITH_ALPHA = 8;
const MASKS_WITH_WIDE_ALPHA = 40;
const FUZZ_CORPUS = new URL("../fuzz/corpus/", import.meta.url);
const isFusedKind = (png) => png[24] <= 8 && png[28] === 0;

/**
 * @typedef {{ name: string, png: Uint8Array, legend: Record<string, string> | null, call: string, expected?: string }} Case
 *   `call`: what `outcomeOf` does with it
 */

/** @returns {Case[]} the quick ones first, without what is expected of those that only the unchanged module can say */
export function makeCases() {
  const nasty = Array.from({ length: NASTY_MASKS }, (_, seed) => nastyMask(seed));
  const withReference = nasty.flatMap(({ png, legend, description }, index) => {
    const expected = summaryOfReference(decodeReference(png, legend), Object.keys(legend).length);
    const engines = index % 5 === 0 ? ["fused", "upng"] : ["fused"];
    return engines.map((call) => ({ name: description, png, legend, call, expected }));
  });
  const others = nasty.slice(0, 150).flatMap(({ png, legend, description }, index) => {
    const calls = ["targets", "ids", "snap", "resize"].map((call) => (index % 6 ? call : `${call} upng`));
    return calls.map((call) => ({ name: description, png, legend, call }));
  });
  const corpus = loadCorpus()
    .filter(({ folder, expected }) => folder.includes("fixtures") && expected.width * expected.height < 3e6)
    .map(({ name, png, result: { legend }, expected: { sha256 } }) => {
      const call = isFusedKind(png) ? "hash fused" : "hash auto";
      return { name, png, legend, call, expected: sha256 };
    });
  const corrupt = readdirSync(FUZZ_CORPUS)
    .sort()
    .map((name) => ({ name, png: readFileSync(new URL(name, FUZZ_CORPUS)), legend: LEGEND, call: "fuzz" }));
  return [...withReference, ...alphaMasks(), ...wideAlphaMasks(), ...others, ...corrupt, ...corpus];
}

/** Ids whose alpha counts, in runs or each pixel another. */
function alphaMasks() {
  return Array.from({ length: MASKS_WITH_ALPHA }, (_, seed) => {
    const { below } = dice(mulberry32(seed));
    const [width, height] = [50 + below(200), 6];
    const words = new Uint32Array(width * height);
    for (let pixel = 0; pixel < words.length; ) {
      const length = seed % 4 === 3 ? 1 : 1 + below(30);
      words.fill(seed % 4 === 3 ? below(2 ** 32) : (below(3) << 30) | below(5), pixel, pixel + length);
      pixel += length;
    }
    const samples = new Uint8Array(words.buffer);
    const image = { width, height, colourType: 6, bitDepth: 8, samples, filter: "random" };
    const png = encodePng({ ...image, rng: mulberry32(seed) });
    return { name: `alpha ${seed}`, png, legend: null, call: "ids alpha" };
  });
}

/** Greys or colours with an alpha of 16 bits, which is 0, or has only a high or a low byte, or both. */
function wideAlphaMasks() {
  return Array.from({ length: MASKS_WITH_WIDE_ALPHA }, (_, seed) => {
    const { below, pick } = dice(mulberry32(seed));
    const [width, height] = [1 + below(90), 8];
    const channels = pick([1, 3]);
    const longest = pick([1, 4, 40]);
    let pixel = [];
    let left = 0;
    const samples = Array.from({ length: width * height }, () => {
      if (left-- > 0) return pixel;
      left = below(longest);
      const colour = Array.from({ length: channels }, () => pick([0, 255]) * 257);
      pixel = [...colour, pick([0, 0, 1, 128, 255, 256, 65_280, 65_535, below(65_536)])];
      return pixel;
    }).flat();
    const image = { width, height, colourType: channels === 1 ? 4 : 6, bitDepth: 16, samples };
    const filter = pick([0, 1, 2, 3, 4, "random"]);
    const png = encodePng({ ...image, filter, interlace: seed % 3 === 0, rng: mulberry32(seed) });
    const legend = { "#000000": "a", "#ffffff": "b", "#ff0000": "c" };
    return { name: `alpha of 16 bits ${seed}`, png, legend, call: "transparent" };
  });
}

/**
 * What a call gives, in words: equal words, equal outcome. Of an error the code counts, for the tests of streams check
 * the messages.
 * @param {{ decodeMaskSync: Function, decodeIds: Function }} library
 * @param {Case} each
 */
export async function outcomeOf(library, { png, legend, call }) {
  try {
    return await outcomes(library, png, legend, call.split(" "));
  } catch (error) {
    if (error?.name !== "PngError" && error?.name !== "DecodeError") throw error;
    return error.code;
  }
}

async function outcomes({ decodeMaskSync, decodeIds }, png, legend, [call, option]) {
  const engine = option === "upng" ? "upng" : "auto";
  const decode = (options) => decodeMaskSync(png, legend, options);
  switch (call) {
    case "fused":
    case "upng":
      return summaryOf(decode({ engine: call }));
    case "hash":
      return sha256(decode({ engine: option }).data);
    case "fuzz":
      return summaryOf(decode({ maxPixels: MAX_PIXELS }));
    case "transparent":
      return summaryOf(decode({ engine: "fused", transparent: "unlabelled" }));
    case "snap":
      return summaryOf(decode({ engine, snap: { maxDistance: 60 } }));
    case "targets":
      return summaryOfMaps(decode({ engine, target: [...TARGETS, { map: "instance" }] }));
    case "resize":
      return summaryOfMaps(decode({ engine, resize: { width: 23, height: 5 }, target: TARGETS }));
    case "ids": {
      const { data, ids, segments } = await decodeIds(png, { engine, alpha: option === "alpha" });
      return JSON.stringify([sha256(data), [...ids], segments]);
    }
  }
  throw new Error(`no call ${call}`);
}

const TARGETS = [{ map: "runs" }, { map: "label" }, { map: "label", dtype: "uint16" }];

function summaryOfMaps(maps) {
  return JSON.stringify([
    maps.map((map) => (map.map === "runs" ? runsIn(map) : sha256(map.data))),
    maps[0].labels,
    maps[0].unlabelled,
  ]);
}

function runsIn({ bandTops, bandRuns, runEnds, values }) {
  return [bandTops, bandRuns, runEnds, values].map(sha256);
}

function summaryOf({ width, height, data, labels, unlabelled, snapped }) {
  const measures = labels.map(({ pixelCount, bbox }) => [pixelCount, bbox]);
  return JSON.stringify([
    width,
    height,
    sha256(data),
    measures,
    unlabelled.count,
    unlabelled.colors,
    snapped,
  ]);
}

function summaryOfReference({ width, height, data, boxes, unknown }, labels) {
  const pixels = Array.from({ length: labels }, () => 0);
  for (const label of data) if (label >= 0) pixels[label]++;
  const measures = pixels.map((count, label) => [count, boxes[label] ?? null]);
  const unlabelled = unknown.reduce((sum, { count }) => sum + count, 0);
  const snapped = { count: 0, colors: [] };
  return JSON.stringify([
    ...[width, height, sha256(data), measures],
    ...[unlabelled, unknown.slice(0, 16), snapped],
  ]);
}

function sha256(data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}
