/**
 * `npm run docs:pictures`: draws the pictures of how-it-works.md from a fixture, so that they show what is in a real
 * file. Prints the figures that the text quotes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { idatOf } from "../bench/png.mjs";
import { decodePixels } from "../test/support/reference.mjs";

const MASK = new URL("../test/fixtures/masks/street-4k-rgba-adaptive.png", import.meta.url);
/** The cut-out that is shown, in pixels of the mask, and how large a pixel is drawn. */
const CUT = { left: 930, top: 962, width: 120, height: 66 };
const SCALE = 8;
const FILTER_NAMES = ["None", "Sub", "Up", "Average", "Paeth"];

const png = readFileSync(MASK);
const { width, height, pixels } = decodePixels(png);
const scanlines = inflateSync(idatOf(png));
const rowBytes = 1 + width * 4;
const residualAt = (x, y) => scanlines.subarray(y * rowBytes + 1 + x * 4, y * rowBytes + 5 + x * 4);
const isResidual = (x, y) => residualAt(x, y).some((byte) => byte !== 0);
const rgbAt = (x, y) => pixels[y * width + x];
const colorAt = (x, y) => [16, 8, 0].map((bits) => (rgbAt(x, y) >> bits) & 255);
const isEdge = (x, y) => x === 0 || rgbAt(x, y) !== rgbAt(x - 1, y);

printFigures();
await drawCut("how-it-works-pixels.png", ({ x, y }) => colorAt(x, y));
await drawCut("how-it-works-residuals.png", ({ x, y }) =>
  isResidual(x, y) ? [20, 20, 20] : colorAt(x, y).map((value) => 215 + value * 0.12),
);
await drawCut("how-it-works-runs.png", ({ x, y }) =>
  isEdge(x, y) ? [20, 20, 20] : colorAt(x, y).map((value) => 215 + value * 0.12),
);

function printFigures() {
  const filters = [0, 0, 0, 0, 0];
  let residuals = 0;
  let runs = 0;
  let equalRows = 0;
  for (let y = 0; y < height; y++) {
    filters[scanlines[y * rowBytes]]++;
    let isEqual = y > 0;
    for (let x = 0; x < width; x++) {
      if (isResidual(x, y)) residuals++;
      if (isEdge(x, y)) runs++;
      if (isEqual && rgbAt(x, y) !== rgbAt(x, y - 1)) isEqual = false;
    }
    if (isEqual) equalRows++;
  }
  console.log(
    `${width}×${height}: ${width * height} pixels, ${scanlines.length} filtered bytes, ${png.length} in the file`,
  );
  console.log(`filters: ${filters.map((count, type) => `${FILTER_NAMES[type]} ${count}`).join(", ")}`);
  console.log(
    `${residuals} residuals that are not zero, ${runs} runs, ${equalRows} rows equal to the one above`,
  );
}

async function drawCut(file, colorOf) {
  const raw = new Uint8Array(CUT.width * CUT.height * 3);
  for (let y = 0; y < CUT.height; y++) {
    for (let x = 0; x < CUT.width; x++) {
      raw.set(colorOf({ x: CUT.left + x, y: CUT.top + y }), (y * CUT.width + x) * 3);
    }
  }
  const image = await sharp(raw, { raw: { width: CUT.width, height: CUT.height, channels: 3 } })
    .resize(CUT.width * SCALE, CUT.height * SCALE, { kernel: "nearest" })
    .png({ palette: true, compressionLevel: 9 })
    .toBuffer();
  writeFileSync(fileURLToPath(new URL(file, import.meta.url)), image);
}
