/**
 * What a user would otherwise do: a PNG decoder of npm, then a loop over the pixels with a `Map` from colour to label.
 * Each peer takes the file's bytes and the legend's colours and returns labels as Int32Array, row-major, -1 = unknown.
 */
import { decode as decodeFastPng } from "fast-png";
import { PNG } from "pngjs";
import sharp from "sharp";
import UPNG from "upng-js";

/** The plain scan: `pixels` are of `channels` samples each, of 8 or 16 bits; greys have 1 or 2 channels. */
export function scanWithMap(pixels, channels, colors) {
  const labels = new Map(colors.map((color, label) => [color, label]).reverse());
  const shift = pixels.BYTES_PER_ELEMENT === 2 ? 8 : 0;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const out = new Int32Array(pixels.length / channels);
  for (let index = 0, at = 0; index < out.length; index++, at += channels) {
    const red = pixels[at] >> shift;
    const color = (red << 16) | ((pixels[at + green] >> shift) << 8) | (pixels[at + blue] >> shift);
    out[index] = labels.get(color) ?? -1;
  }
  return out;
}

function throughUpng(png, colors) {
  const image = UPNG.decode(png.buffer.slice(png.byteOffset, png.byteOffset + png.length));
  return scanWithMap(new Uint8Array(UPNG.toRGBA8(image)[0]), 4, colors);
}

/** fast-png hands palette images over as indices: the palette is then looked up once, not per pixel. */
function throughFastPng(png, colors) {
  const { data, channels, palette, depth, width, height } = decodeFastPng(png);
  if (depth < 8) throw new Error("fast-png leaves packed samples packed");
  if (palette === undefined) return scanWithMap(data, channels, colors);
  const labels = palette.map(([red, green, blue]) => colors.indexOf((red << 16) | (green << 8) | blue));
  const out = new Int32Array(width * height);
  for (let index = 0; index < out.length; index++) out[index] = labels[data[index]];
  return out;
}

const throughPngjs = (png, colors) => scanWithMap(PNG.sync.read(Buffer.from(png)).data, 4, colors);

async function throughSharp(png, colors) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return scanWithMap(data, info.channels, colors);
}

export const peers = {
  "upng-js + scan": throughUpng,
  "fast-png + scan": throughFastPng,
  "pngjs + scan": throughPngjs,
  "sharp + scan": throughSharp,
};
