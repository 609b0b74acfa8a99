/** The contenders in a page: ours, and the browser's own two ways to decode. bench/browser.mjs calls them from outside. */

import { scanWithMap } from "/bench/scan.js";
import { decodeMaskSync, init, parseResult } from "/dist/browser/labelmap.js";

/** The current mask. Everything that a page does once for many masks is done here, before anything is timed. */
let mask;

/** @returns {Promise<string[]>} the contenders' names */
window.load = async (name) => {
  await init();
  const get = async (file) => (await fetch(`/masks/${file}`)).arrayBuffer();
  const { legend, colors, width, height } = JSON.parse(new TextDecoder().decode(await get(`${name}.json`)));
  const png = new Uint8Array(await get(`${name}.png`));
  mask = {
    png,
    colors,
    result: parseResult({ legend, url: "" }),
    expected: new Int32Array(await get(`${name}.labels`)),
    blob: new Blob([png], { type: "image/png" }),
    into: new Int32Array(width * height),
    context: canvasOf(width, height),
  };
  return Object.keys(contenders);
};

/** How many pixels have a wrong label. */
window.countWrong = async (contender) => {
  const found = await contenders[contender]();
  let wrong = 0;
  for (let index = 0; index < found.length; index++) if (found[index] !== mask.expected[index]) wrong++;
  return wrong;
};

/** @returns {Promise<number[]>} milliseconds of each run */
window.time = async (contender, runs) => {
  window.gc?.();
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await contenders[contender]();
    times.push(performance.now() - start);
  }
  return times;
};

/** The options by which a page can keep colours unchanged. */
const AS_THEY_ARE = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

const canvasOf = (width, height) =>
  new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });

async function throughCanvas(reused) {
  const { blob, colors } = mask;
  const bitmap = await createImageBitmap(blob, AS_THEY_ARE);
  const { width, height } = bitmap;
  const context = reused ?? canvasOf(width, height);
  context.globalCompositeOperation = "copy"; // Not blended with what the canvas showed before.
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return scanWithMap(context.getImageData(0, 0, width, height).data, 4, colors);
}

async function throughImageDecoder() {
  const decoder = new ImageDecoder({ data: mask.png, type: "image/png", ...AS_THEY_ARE });
  const { image } = await decoder.decode();
  const pixels = new Uint8Array(image.allocationSize());
  const [{ offset, stride }] = await image.copyTo(pixels);
  if (offset !== 0 || stride !== image.codedWidth * 4) throw new Error("rows with gaps are not supported");
  const isBlueFirst = image.format.startsWith("BGR");
  image.close();
  decoder.close();
  // The scan expects R first. If B comes first, the legend's colours are swapped instead of the pixels.
  const turnRound = (color) => (color >> 16) | (color & 0xff00) | ((color & 255) << 16);
  return scanWithMap(pixels, 4, isBlueFirst ? mask.colors.map(turnRound) : mask.colors);
}

const contenders = {
  "labelmap, own array": () => decodeMaskSync(mask.png, mask.result).data,
  "labelmap, reused array": () => decodeMaskSync(mask.png, mask.result, { into: mask.into }).data,
  "createImageBitmap + new canvas + Map scan": () => throughCanvas(),
  "createImageBitmap + reused canvas + Map scan": () => throughCanvas(mask.context),
  "ImageDecoder + Map scan": throughImageDecoder,
};
