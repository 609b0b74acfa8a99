/**
 * Photos in the size of the masks, for `--photos` with `--resize`. A photo is turned by its EXIF orientation first, since
 * masks are drawn on photos as people see them. It keeps its kind of file, because the layouts name it by its ending.
 */

import { FormatError } from "labelmap";
import { quote } from "labelmap/checks";
import type { FileSource } from "labelmap/formats";
import { loadSharp, type Sharp } from "../containers/load-sharp.js";

/** JPEG and WebP lose little at this quality. */
const QUALITY = 95;

/** The kinds of photos that sharp writes, by their endings. */
const KINDS = { jpg: "jpeg", jpeg: "jpeg", png: "png", webp: "webp", tif: "tiff", tiff: "tiff" } as const;

/**
 * @returns the source, but `read` gives photos of this size. The last photo is kept in memory, so a photo that is read twice
 *   in a row is resized once.
 * @throws {LabelMapError} PEER_MISSING: the package sharp cannot be loaded. `read` throws {FormatError} FORMAT_INVALID: the
 *   photo is damaged; FORMAT_UNSUPPORTED: sharp does not write its kind of file.
 */
export async function resizedPhotos(
  source: FileSource,
  size: { readonly width: number; readonly height: number },
): Promise<FileSource> {
  const sharp = await loadSharp(
    "photos that are resized",
    "leave out --photos, and resize the photos yourself",
  );
  let last: { readonly path: string; readonly photo: Promise<Uint8Array> } | undefined;
  return {
    list: source.list,
    async read(path, first) {
      const known = last?.path === path ? last : { path, photo: resizePhoto(sharp, source, path, size) };
      last = known;
      return (await known.photo).subarray(0, first);
    },
  };
}

async function resizePhoto(
  sharp: Sharp,
  source: FileSource,
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const ending = (/\.([^./]+)$/.exec(path)?.[1] ?? "").toLowerCase();
  const kind = Object.hasOwn(KINDS, ending) ? KINDS[ending as keyof typeof KINDS] : undefined;
  if (kind === undefined) {
    const problem = `${quote(path)} cannot be resized: photos are resized as JPEG, PNG, WebP and TIFF`;
    throw new FormatError("FORMAT_UNSUPPORTED", "photo", `${problem}; convert it, or leave out --photos.`);
  }
  const bytes = await source.read(path);
  const options = kind === "jpeg" || kind === "webp" ? { quality: QUALITY } : {};
  try {
    return await sharp(bytes, { failOn: "warning" })
      .rotate()
      .resize(width, height, { fit: "fill" })
      .toFormat(kind, options)
      .toBuffer();
  } catch (cause) {
    const problem = `${quote(path)} cannot be resized, since it is damaged or no photo`;
    throw new FormatError("FORMAT_INVALID", "photo", `${problem}; repair it, or leave out --photos.`, {
      cause,
    });
  }
}
