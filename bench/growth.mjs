/**
 * How the cost of a decode grows: with edges at a fixed size, and with size at fixed edges. An edge is a pixel whose
 * left neighbour has another colour.
 */
import { inflateSync } from "node:zlib";
import { decodeMaskSync, parseResult } from "labelmap";
import { Raster } from "../test/fixtures/draw/raster.mjs";
import { mulberry32 } from "../test/support/random.mjs";
import { encode } from "./corpus.mjs";
import { inProcess, medians, round } from "./measure.mjs";
import { idatOf } from "./png.mjs";

const LABELS = 64;
const values = Array.from({ length: LABELS }, (_, index) => `region ${index}`);
const EDGE_SIZE = { width: 1920, height: 1080 };
/** Sides of squares in pixels, and numbers of randomly placed edges per row. */
const SQUARES = [1920, 480, 240, 96, 48, 24, 12, 8, 6, 4, 3, 2];
const EDGES_PER_ROW = [0, 4, 16, 32, 64, 128, 256, 384, 512, 768, 1023];
const SIZES = [256, 512, 1024, 2048, 4096, 8192];

/** Squares of random colours: all rows of a square are equal. */
function drawSquares(side) {
  const { width, height } = EDGE_SIZE;
  const raster = new Raster(width, height);
  const random = mulberry32(side);
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) raster.rectangle(x, y, side, side, Math.floor(random() * LABELS));
  }
  return { width, height, labels: raster.labels, values };
}

/** Edges at random places in each row: no row equals the one above, which is the worst case for this number of edges. */
function drawRagged(edges) {
  const { width, height } = EDGE_SIZE;
  const raster = new Raster(width, height);
  const random = mulberry32(edges);
  for (let y = 0; y < height; y++) {
    const places = Array.from({ length: edges }, () => 1 + Math.floor(random() * (width - 1))).sort(
      (a, b) => a - b,
    );
    places.forEach((place, index) => {
      raster.fillSpan(y, place, places[index + 1] ?? width, Math.floor(random() * LABELS));
    });
  }
  return { width, height, labels: raster.labels, values };
}

/** Two rectangles of 250 rows: four edges in each of these rows, 1000 in all, however wide the image is. */
function drawThousandEdges(size) {
  const raster = new Raster(size, size);
  for (const left of [0.2, 0.6]) raster.rectangle(Math.round(left * size), 2, Math.round(0.2 * size), 250, 1);
  return { width: size, height: size, labels: raster.labels, values };
}

export function countEdges({ width, labels }) {
  let edges = 0;
  for (let index = 1; index < labels.length; index++) {
    if (index % width !== 0 && labels[index] !== labels[index - 1]) edges++;
  }
  return edges;
}

/** @returns {Promise<object>} series of points, each with its time in milliseconds */
export async function measureGrowth(rounds) {
  const series = async (scenes) => {
    const points = [];
    for (const scene of scenes) points.push(await measurePoint(scene(), rounds));
    return points;
  };
  return {
    width: EDGE_SIZE.width,
    height: EDGE_SIZE.height,
    squares: await series(SQUARES.map((side) => () => drawSquares(side))),
    ragged: await series(EDGES_PER_ROW.map((edges) => () => drawRagged(edges))),
    sizes: await series(SIZES.map((size) => () => drawThousandEdges(size))),
  };
}

async function measurePoint(scene, rounds) {
  const mask = await encode("growth", "growth", scene, true);
  const { png, width, height } = mask;
  const result = parseResult({ legend: mask.legend, url: "" });
  const idat = idatOf(png);
  const into = new Int32Array(width * height);
  if (!mask.isRight(decodeMaskSync(png, result, { into }).data)) throw new Error("wrong labels");
  const milliseconds = await medians(
    {
      own: inProcess(() => decodeMaskSync(png, result)),
      reused: inProcess(() => decodeMaskSync(png, result, { into })),
      zlib: inProcess(() => inflateSync(idat)),
    },
    rounds,
  );
  return {
    size: width,
    megapixels: round((width * height) / 1e6),
    edges: countEdges(scene),
    bytes: png.length,
    ms: Object.fromEntries(Object.entries(milliseconds).map(([name, value]) => [name, round(value)])),
  };
}
