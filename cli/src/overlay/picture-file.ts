/** A finished picture as a file: PNG, JPEG or WebP. */
import { extname } from "node:path";
import { FormatError } from "labelmap";
import { loadSharp } from "../containers/load-sharp.js";
import { STANDARD_STREAM } from "../output.js";
import { UsageError } from "../usage-error.js";
import type { Canvas } from "./canvas.js";

export const PICTURE_FORMATS = ["png", "jpeg", "webp"] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

const ENDINGS: Readonly<Record<string, PictureFormat>> = {
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
};
export const ENDING_OF: Readonly<Record<PictureFormat, string>> = { png: "png", jpeg: "jpg", webp: "webp" };
/** The most pixels of a side: JPEG (ITU T.81, B.2.2) and WebP (RFC 9649, 2.5) store them in 16 and 14 bits. */
const MOST_PIXELS: Readonly<Record<PictureFormat, number>> = { png: 2 ** 31 - 1, jpeg: 65_535, webp: 16_383 };
const QUALITY = 90;
/** librsvg draws at most 32,767 pixels. A smaller tile also needs less memory. */
const TILE = 4096;

/** A picture whose type and shapes are not drawn yet. */
export interface Picture {
  readonly canvas: Canvas;
  /** SVG elements that are drawn over the canvas, in its pixels. */
  readonly drawing: string;
}

/** @returns `undefined` if the name does not end as a picture's does */
export function formatOfName(path: string): PictureFormat | undefined {
  return ENDINGS[extname(path).toLowerCase()];
}

/**
 * The format of one output file: what its ending says, or `--format`. Standard output is a PNG if nothing is said.
 * @throws {UsageError}: the ending is of another kind of file, or it contradicts `--format`
 */
export function formatOfOutput(output: string, given: PictureFormat | undefined): PictureFormat {
  if (output === STANDARD_STREAM || extname(output) === "") return given ?? "png";
  const named = formatOfName(output);
  if (named === undefined) {
    const remedy = "give a name that ends in .png, .jpg or .webp";
    throw new UsageError(
      `overlay writes PNG, JPEG and WebP files, but ${output} ends in ${extname(output)}; ${remedy}`,
    );
  }
  if (given !== undefined && given !== named) {
    throw new UsageError(
      `${output} ends in ${extname(output)}, but --format is ${given}; change one of them`,
    );
  }
  return named;
}

/**
 * @throws {FormatError} FORMAT_UNSUPPORTED: a side is too long for the format; {LabelMapError} PEER_MISSING: sharp cannot be
 *   loaded
 */
export async function encodePicture(
  { canvas, drawing }: Picture,
  format: PictureFormat,
): Promise<Uint8Array> {
  const { width, height, data } = canvas;
  if (Math.max(width, height) > MOST_PIXELS[format]) {
    const most = `${format === "jpeg" ? "JPEG" : "WebP"} has at most ${MOST_PIXELS[format]} pixels per side`;
    const problem = `the picture has ${width}×${height} pixels, but ${most}; use --scale, or write a PNG`;
    throw new FormatError("FORMAT_UNSUPPORTED", format === "jpeg" ? "JPEG" : "WebP", problem);
  }
  const sharp = await loadSharp("pictures of labels", "look at the mask with labelmap view");
  const base = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const drawn = drawing === "" ? base : base.composite(tilesOf(drawing, width, height)).removeAlpha();
  if (format === "jpeg") return drawn.jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer();
  return (format === "webp" ? drawn.webp({ quality: QUALITY }) : drawn.png()).toBuffer();
}

function tilesOf(drawing: string, width: number, height: number) {
  const tiles = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const [columns, rows] = [Math.min(TILE, width - left), Math.min(TILE, height - top)];
      const size = `width="${columns}" height="${rows}" viewBox="${left} ${top} ${columns} ${rows}"`;
      const input = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${drawing}</svg>`);
      tiles.push({ input, left, top });
    }
  }
  return tiles;
}
