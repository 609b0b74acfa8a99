/**
 * What a user would otherwise do: a PNG decoder from npm, then a loop over the pixels with a `Map` from colour to label.
 * Each peer takes the bytes of the file, the colours of the legend and the array for the labels, and returns the labels.
 */
import { readFile } from "node:fs/promises";
import decodeJsquash, { init as initJsquash } from "@jsquash/png/decode.js";
import { decode as decodeFastPng } from "fast-png";
import { PNG } from "pngjs";
import sharp from "sharp";
import UPNG from "upng-js";
import { scanWithMap, scanWords } from "./scan.js";

// The same bytes are decoded repeatedly, so results must not come from a cache.
sharp.cache(false);
const jsquashWasm = new URL(import.meta.resolve("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"));
await initJsquash(await WebAssembly.compile(await readFile(jsquashWasm)));

const toArrayBuffer = (png) => png.buffer.slice(png.byteOffset, png.byteOffset + png.length);

const throughUpng = (png, colors, out) =>
  scanWithMap(new Uint8Array(UPNG.toRGBA8(UPNG.decode(toArrayBuffer(png)))[0]), 4, colors, out);

function throughFastPng(png, colors, out) {
  const { data, channels, palette, depth } = decodeFastPng(png);
  if (palette !== undefined || depth !== 8)
    throw new Error("a mask has a palette or is not 8-bit; the benchmark's masks must be plain 8-bit colour");
  return scanWithMap(data, channels, colors, out);
}

const throughPngjs = (png, colors, out) => scanWithMap(PNG.sync.read(png).data, 4, colors, out);

const throughJsquash = async (png, colors, out) =>
  scanWithMap((await decodeJsquash(toArrayBuffer(png))).data, 4, colors, out);

const throughSharp = async (png, colors, out) => {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return scanWithMap(data, info.channels, colors, out);
};

const throughSharpCarefully = async (png, colors, out) =>
  scanWords(await sharp(png).ensureAlpha().raw().toBuffer(), colors, out);

/** The names in the tables and the chart. */
export const peers = {
  "sharp + Map scan": throughSharp,
  "sharp + careful scan": throughSharpCarefully,
  "upng-js + Map scan": throughUpng,
  "fast-png + Map scan": throughFastPng,
  "pngjs + Map scan": throughPngjs,
  "@jsquash/png + Map scan": throughJsquash,
};
