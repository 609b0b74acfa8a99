/**
 * The picture that is shown, as a PNG: the whole mask, with the labels, outlines and photo as on the screen, and on request
 * the legend beside it.
 */
import { pictureName } from "./decoding/export-name.js";
import { shownLook } from "./display.js";
import { formatBytes } from "./format.js";
import { post } from "./notices.js";
import { report } from "./open-mask.js";
import { saveFile } from "./save-file.js";
import { createCanvasRenderer } from "./stage/canvas-renderer.js";
import { tapsAtRest } from "./stage/sampling.js";
import { type OpenMask, palette } from "./state.js";
import { stageColor } from "./theme.js";
import { stageTools } from "./tools/tools-state.js";

/** The most pixels of a canvas, and of its side, that all browsers support. */
const MOST_PIXELS = 268_435_456;
const LONGEST_SIDE = 16_384;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** @param scale pixels of the picture for each pixel of the mask */
export function pictureSize({ decoded }: OpenMask, scale: number): PictureSize {
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { width: side(decoded.width), height: side(decoded.height) };
}

export function isTooLarge({ width, height }: PictureSize): boolean {
  return Math.max(width, height) > LONGEST_SIDE || width * height > MOST_PIXELS;
}

export interface PictureOptions {
  /** Pixels of the picture for each pixel of the mask. */
  readonly scale: number;
  readonly hasLegend: boolean;
}

export async function savePicture(mask: OpenMask, options: PictureOptions): Promise<void> {
  try {
    const png = await drawPicture(mask, options);
    const name = saveFile(pictureName(mask.pair.name), png);
    post("export", { kind: "info", text: `Saved ${name} (${formatBytes(png.size)}).` });
  } catch (error) {
    report("export", error, mask.pair.name);
  }
}

export async function copyPicture(mask: OpenMask, options: PictureOptions): Promise<void> {
  try {
    // The browser wants the promise: when the picture is ready, the click would be too long ago.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": drawPicture(mask, options) })]);
    const { width, height } = pictureSize(mask, options.scale);
    const legend = options.hasLegend ? ", and its legend" : "";
    post("copying", { kind: "info", text: `Copied a picture of ${width} × ${height} pixels${legend}.` });
  } catch {
    const text = "The browser does not allow this page to copy pictures.";
    post("copying", { kind: "error", text, advice: "Save the picture instead." });
  }
}

function drawPicture(mask: OpenMask, { scale, hasLegend }: PictureOptions): Promise<Blob> {
  const { decoded, photo } = mask;
  const renderer = createCanvasRenderer();
  const { canvas } = renderer;
  Object.assign(canvas, pictureSize(mask, scale));
  renderer.setImage(decoded);
  renderer.setPalette(palette.value);
  renderer.setPhoto(photo);
  renderer.draw(
    { scale, x: decoded.width / 2, y: decoded.height / 2 },
    {
      ...shownLook(photo !== null),
      outlined: -1,
      lineWidth: 1,
      background: stageColor.value,
      taps: tapsAtRest(scale),
      rows: [0, canvas.height],
    },
  );
  renderer.dispose();
  const picture = hasLegend ? stageTools.value!.withLegend(canvas, mask) : canvas;
  return new Promise((resolve, reject) =>
    picture.toBlob((png) => {
      if (png === null)
        reject(new Error("the browser cannot make a picture of this size; choose a smaller one."));
      else resolve(png);
    }, "image/png"),
  );
}
