/**
 * Reads photos as RGB pixels: everything that sharp decodes, such as JPEG, PNG, WebP, TIFF and AVIF. A photo is turned by
 * its EXIF orientation, as browsers and annotation tools do. Transparent pixels are drawn on white.
 */
import { FormatError } from "labelmap";
import { loadSharp } from "../containers/load-sharp.js";
import type { Canvas } from "./canvas.js";

/**
 * @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED; {LabelMapError} PEER_MISSING: sharp cannot be loaded
 */
export async function readPhoto(bytes: Uint8Array): Promise<Canvas> {
  const sharp = await loadSharp("photos under labels", "draw the labels without a photo");
  // A file that is cut short is an error. Otherwise the rest of the picture would be grey.
  const image = sharp(bytes, { failOn: "truncated", limitInputPixels: false, autoOrient: true });
  const { format } = await image.metadata().catch((cause: unknown) => {
    const problem = "it is not a photo that can be read; convert it to JPEG or PNG";
    throw new FormatError("FORMAT_UNSUPPORTED", "image", problem, { cause });
  });
  const { data, info } = await image
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0];
      const problem = `the image cannot be decoded: ${reason}`;
      throw new FormatError("FORMAT_INVALID", format?.toUpperCase() ?? "image", problem, { cause });
    });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** A photo in another size. */
export async function resizePhoto(photo: Canvas, width: number, height: number): Promise<Canvas> {
  const sharp = await loadSharp("scaled pictures", "leave out --scale");
  const raw = { width: photo.width, height: photo.height, channels: 3 as const };
  const data = await sharp(photo.data, { raw, limitInputPixels: false })
    .resize(width, height, { fit: "fill" })
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data) };
}
