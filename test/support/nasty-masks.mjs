/**
 * Makes small random masks that are meant to break the decoder. Each scene aims at one of the fused engine's shortcuts,
 * in every colour type and bit depth, interlaced or not, with alpha that varies and legends that nearly match.
 *
 * Most scenes draw an image, and the encoder filters it. The scene `residuals` goes the other way: it writes filtered
 * bytes that are nearly all zero and lets the filters make the image, so that colours are mixed everywhere.
 */
import { deflateSync } from "node:zlib";
import { chunk, encodePng } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";
import { writeStream } from "./recode-png.mjs";
import { decodePixels } from "./reference.mjs";

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];
const KINDS = [
  ...[1, 2, 4, 8].flatMap((bitDepth) => [0, 3].map((colourType) => ({ colourType, bitDepth }))),
  // The kinds with the most special code come more often.
  ...[0, 2, 2, 2, 3, 4, 4, 6, 6, 6, 6].map((colourType) => ({ colourType, bitDepth: 8 })),
  ...[0, 2, 4, 6].map((colourType) => ({ colourType, bitDepth: 16 })),
];
/** Widths around the blocks of 16, 21 (64 bytes of RGB), 32, 48 and 64 pixels: one less, equal, and one more. */
const BLOCK_EDGES = [15, 16, 17, 21, 22, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 96];

/**
 * @param {number} seed
 * @returns {{ png: Uint8Array, legend: Record<string, string>, description: string }}
 */
export function nastyMask(seed) {
  const random = mulberry32(seed);
  const { below, chance, pick } = dice(random);
  const kind = pick(KINDS);
  const scene = pick(Object.keys(SCENES));
  const { width, height } = sizeFor(scene, { below, chance, pick });
  const filter = pick([0, 1, 2, 3, 4, "random", "adaptive", "few"]);
  const [most, some] = [below(5), below(5)];
  const filterOf = (y) => (chance(0.8) ? most : y % 2 ? some : below(5));
  const zlib = {
    level: below(10),
    strategy: below(5),
    windowBits: 9 + below(7),
    memLevel: 1 + below(9),
  };
  const interlace = chance(0.2);
  const cuts = pick([1, 7, 8192, "whole", "random"]);
  const idatSize = cuts === "whole" ? 2 ** 31 : cuts === "random" ? () => 1 + below(40) : cuts;
  const description =
    `seed ${seed}: ${scene}, ${width}×${height}, colour type ${kind.colourType}, ${kind.bitDepth} bits, ` +
    `interlaced ${interlace}, filter ${filter}, zlib ${JSON.stringify(zlib)}, IDATs ${cuts}`;

  const colors = makeColors({ below, chance, pick }, scene === "manyColors" ? 300 : 2 + below(7));
  const options = { below, chance, pick, random, width, height, interlace, ...kind };
  const png =
    scene === "residuals"
      ? residualPng(options, colors, zlib, idatSize)
      : drawnPng(
          options,
          colors,
          SCENES[scene](options, colors),
          filter === "few" ? filterOf : filter,
          zlib,
          idatSize,
        );
  return { png, legend: makeLegend({ below, chance, pick }, png), description };
}

function sizeFor(scene, { below, chance, pick }) {
  if (scene === "manyColors") return { width: 1 + below(12), height: 40 + below(60) };
  // Rows change between runs and pixels at more than width / 4 + 64 edges.
  if (scene === "noiseBetweenRuns") return { width: 90 + below(120), height: 2 + below(7) };
  if (scene === "longRepeats") return { width: 64 + below(500), height: 1 + below(4) };
  if (chance(0.1)) return { width: 1, height: 1 + below(40) };
  if (chance(0.1)) return { width: 1 + below(200), height: 1 };
  const width = chance(0.5) ? pick(BLOCK_EDGES) : 1 + below(14);
  return { width, height: 1 + below(10) };
}

/** Colours that are easily confused: black, one bit apart, one channel apart, at the ends of the range. */
function makeColors({ below, chance, pick }, count) {
  const style = pick(["random", "bit", "channel", "ramp", "ends"]);
  const base = [below(256), below(256), below(256)];
  const colors = Array.from({ length: count }, (_, index) => {
    const color = [...base];
    if (style === "random" || count > 40) return [below(256), below(256), below(256)];
    if (style === "bit") color[below(3)] ^= 1 << below(8);
    else if (style === "channel") color[below(3)] = below(256);
    else if (style === "ramp") return base.map((value) => (value + index) & 255);
    else return base.map(() => pick([0, 1, 127, 128, 129, 254, 255]));
    return color;
  });
  if (chance(0.4)) colors[below(count)] = [0, 0, 0];
  return colors;
}

/** What each scene draws: H×W indices into the list of colours. */
const SCENES = {
  /** Voronoi cells, so that three regions meet all over the image. */
  junctions({ below, pick, width, height }, colors) {
    const distance = pick([(dx, dy) => dx + dy, (dx, dy) => Math.max(dx, dy), (dx, dy) => dx * dx + dy * dy]);
    const seeds = Array.from({ length: 2 + below(12) }, () => [
      below(width),
      below(height),
      below(colors.length),
    ]);
    return draw(width, height, (x, y) => {
      let [nearest, least] = [0, Infinity];
      for (const [seedX, seedY, color] of seeds) {
        const away = distance(Math.abs(x - seedX), Math.abs(y - seedY));
        if (away < least) [nearest, least] = [color, away];
      }
      return nearest;
    });
  },
  /** Runs that sometimes equal those of the row above. */
  runs({ below, chance, width, height }, colors) {
    const length = 1 + below(20);
    let color = 0;
    return draw(width, height, (_x, _y, above) => {
      if (below(length) === 0) color = below(colors.length);
      else if (above !== undefined && chance(0.3)) color = above;
      return color;
    });
  },
  /** Edges exactly at the ends of blocks and rows, and just before and behind them. */
  blockEdges({ pick, chance, below, width, height }, colors) {
    const edges = new Set([...BLOCK_EDGES, width - 1].map((edge) => edge + pick([-1, 0, 1])));
    let color = 0;
    return draw(width, height, (x, y, above) => {
      if (x === 0 && y > 0 && chance(0.7)) color = above;
      else if (edges.has(x) && chance(0.6)) color = below(colors.length);
      return color;
    });
  },
  /** A flat ground with lone pixels, often the first or last of a row: most rows equal the one above. */
  lonePixels({ below, chance, width, height }, colors) {
    const share = chance(0.5) ? 0.01 : 0.1;
    return draw(width, height, (x) => {
      const isEnd = x === 0 || x === width - 1;
      return chance(isEnd ? 0.2 : share) ? below(colors.length) : 0;
    });
  },
  /** The same pixels again and again, with a period of a few pixels: matches at short distances. */
  periodic({ below, chance, width, height }, colors) {
    const periods = Array.from({ length: height }, () => 1 + below(6));
    let pattern = [];
    return draw(width, height, (x, y, above) => {
      if (x === 0) pattern = Array.from({ length: periods[y] }, () => below(colors.length));
      if (y % 3 === 2 && chance(0.95)) return above;
      return chance(0.02) ? below(colors.length) : pattern[x % pattern.length];
    });
  },
  /** Rows with few edges and runs of hundreds of bytes, so that whole blocks are skipped. */
  longRepeats({ below, chance, width, height }, colors) {
    let color = 0;
    return draw(width, height, (_x, _y, above) => {
      if (below(120) === 0) color = below(colors.length);
      else if (above !== undefined && chance(0.02)) color = above;
      return color;
    });
  },
  /** Rows of noise between rows of runs, so that the decoder switches between its two representations. */
  noiseBetweenRuns({ below, chance, width, height }, colors) {
    const isNoise = Array.from({ length: height }, () => chance(0.5));
    let color = 0;
    return draw(width, height, (x, y, above) => {
      if (isNoise[y] || (x === 0 && chance(0.5)) || below(30) === 0) color = below(colors.length);
      else if (above !== undefined && chance(0.3)) color = above;
      return color;
    });
  },
  /** A new colour at nearly every pixel of a narrow image: the colour table fills up and forgets. */
  manyColors({ below, chance, width, height }, colors) {
    const fresh = pick2(chance);
    return draw(width, height, (_x, _y, above) =>
      above !== undefined && chance(fresh) ? above : below(colors.length),
    );
  },
  /** See `residualPng`. */
  residuals: () => [],
};

const pick2 = (chance) => (chance(0.5) ? 0.2 : 0.6);

/** @param {(x: number, y: number, above: number | undefined) => number} colorAt called row by row */
function draw(width, height, colorAt) {
  const places = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) places.push(colorAt(x, y, places[places.length - width]));
  }
  return places;
}

function drawnPng(options, colors, places, filter, zlib, idatSize) {
  const { below, chance, pick, random, width, height, colourType, bitDepth, interlace } = options;
  const levels = 2 ** Math.min(bitDepth, 8);
  // Alpha is constant, noise, constant per row, or changes at a few pixels.
  const alphaOf = pick([
    () => 255,
    () => 0,
    () => below(256),
    (_x, y) => (y * 37) & 255,
    () => (chance(0.05) ? below(256) : 255),
    (x) => (x & 16 ? 255 : 254),
  ]);
  const samples = places.flatMap((place, index) => {
    const [red, green, blue] = colors[place];
    const alpha = alphaOf(index % width, Math.floor(index / width));
    if (colourType === 2) return [red, green, blue];
    if (colourType === 6) return [red, green, blue, alpha];
    if (colourType === 4) return [red, alpha];
    return [colourType === 3 ? place % levels : red >> (8 - Math.min(bitDepth, 8))];
  });
  // Palettes often have the same colour in several entries.
  const entries = colors.slice(0, Math.min(levels, colors.length, 256));
  const palette = Uint8Array.from(entries.flatMap((color) => (chance(0.2) ? entries[0] : color)));
  const fitting = colourType === 3 ? samples.map((sample) => sample % entries.length) : samples;
  const widening = pick([256, 257]);
  const isAlpha = (place) => colourType >= 4 && (place + 1) % SAMPLES[colourType] === 0;
  // Alpha of 16 bits may be anything.
  const wide = fitting.map((sample, place) => {
    return isAlpha(place) ? pick([sample * 257, sample, sample * 256 + 1]) : sample * widening;
  });
  const image = { width, height, colourType, bitDepth, palette, filter, rng: random, zlib, interlace };
  image.samples = bitDepth === 16 ? wide : fitting;
  return encodePng({ ...image, idatSize: typeof idatSize === "function" ? 1 + below(40) : idatSize });
}

/** Filtered bytes that are nearly all zero, so that the predictors determine the pixels, not the residuals. */
function residualPng(options, colors, zlib, idatSize) {
  const { below, chance, pick, width, height, colourType, bitDepth, interlace } = options;
  const share = pick([0.003, 0.03, 0.1, 0.4]);
  const favourite = below(5);
  const areCopies = chance(0.5);
  const lines = [];
  for (const [left, top, stepX, stepY] of interlace ? ADAM7 : [[0, 0, 1, 1]]) {
    if (left >= width) continue;
    const rowBytes = Math.ceil((Math.ceil((width - left) / stepX) * SAMPLES[colourType] * bitDepth) / 8);
    for (let y = top; y < height; y += stepY) {
      const line = new Uint8Array(1 + rowBytes);
      line[0] = chance(0.5) ? favourite : below(5);
      for (let index = 1; index <= rowBytes; index++) {
        if (chance(y === top ? Math.max(share, 0.1) : share))
          line[index] = pick([1, 2, 127, 128, 255, below(256)]);
      }
      if (bitDepth === 16) widenColors(line, SAMPLES[colourType], areCopies);
      lines.push(line);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlace ? 1 : 0], 8);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [signature, chunk("IHDR", header)];
  if (colourType === 3) {
    const entries = Array.from({ length: 2 ** bitDepth }, (_, index) => colors[index % colors.length]);
    chunks.push(chunk("PLTE", Uint8Array.from(entries.flat())));
  }
  const stream = deflateSync(Buffer.concat(lines), zlib);
  return writeStream(Buffer.concat(chunks), stream, { idatSize, emptyIdats: chance(0.1) });
}

/** Makes the low bytes of colours copies of the high ones, or 0: those of filtered bytes, and so of the samples too. */
function widenColors(line, channels, areCopies) {
  for (let sample = 0; sample * 2 + 2 < line.length; sample++) {
    if (channels % 2 === 0 && (sample + 1) % channels === 0) continue;
    line[sample * 2 + 2] = areCopies ? line[sample * 2 + 1] : 0;
  }
}

/** A legend of some of the image's colours, colours that differ from them by one bit, and sometimes black. */
function makeLegend({ below, chance }, png) {
  const known = chance(0.1) ? 0 : chance(0.2) ? 1 : 0.6;
  const legend = new Map();
  const add = (color) => {
    legend.set(`#${color.toString(16).padStart(6, "0")}`, `class ${legend.size}`);
  };
  for (const color of new Set(decodePixels(png).pixels)) {
    if (color !== 0 && chance(known)) add(color);
    if (chance(0.1)) add(color ^ (1 << below(24)));
  }
  if (chance(0.4)) add(0);
  if (legend.size === 0) add(below(2 ** 24));
  return Object.fromEntries(legend);
}
