/** Masks in other containers than PNG: when they are read, and when they are not. */

import type { Issue } from "labelmap";
import { counted } from "labelmap/checks";
import { FORMATS, recognise, type SetFormat } from "labelmap/formats";
import type { OpenedFiles } from "./open-files.js";
import type { SourceFlags } from "./source-flags.js";

/** What masks may be in, besides PNG. A JPEG is one only if its colours are snapped. */
const MASK_KINDS = ["tiff", "bmp", "webp", "gif"] as const;

/**
 * Masks in TIFF, BMP, WebP and GIF, if there is no PNG: beside PNGs such files are photos. With `--snap`, masks in JPEG too.
 */
export async function withContainers(
  files: OpenedFiles,
  { from, snap, maxPixels }: SourceFlags,
  onIssue: (path: string, issue: Issue) => void,
): Promise<OpenedFiles> {
  const paths = await files.source.list();
  const isOfPngs =
    from === undefined || FORMATS.find(({ name }) => name === from)!.extensions.includes(".png");
  if (!isOfPngs || paths.some((path) => /\.png$/i.test(path))) return files;
  const { kindOfName, pngSource } = await import("../containers/index.js");
  const possible = snap === undefined ? MASK_KINDS : [...MASK_KINDS, "jpeg" as const];
  const masks = [...(files.named ?? paths)].map(kindOfName);
  const kinds = possible.filter((kind) => masks.includes(kind));
  if (kinds.length === 0) return files;
  // Photos beside an annotation file stay photos.
  if (from === undefined && (await recognise(files.source)).length > 0) return files;
  const source = pngSource(files.source, {
    kinds,
    ...(snap !== undefined && { lossy: "accept" }),
    ...(maxPixels !== undefined && { maxPixels }),
    onIssue,
  });
  return { ...files, source };
}

/** Files of a folder of masks that may be masks too, but are not read because there are PNGs. */
export async function ignoredMasks({ source }: OpenedFiles, format: SetFormat): Promise<readonly Issue[]> {
  if (format !== "mask-folder" && format !== "binary-masks") return [];
  const paths = await source.list();
  const stem = (path: string) => path.replace(/\.[^./]+$/, "").replace(/^.*\//, "");
  const pngs = new Set(paths.filter((path) => /\.png$/i.test(path)).map(stem));
  const others = paths.filter((path) => /\.(?:tiff?|bmp|gif)$/i.test(path) && !pngs.has(stem(path)));
  if (others.length === 0) return [];
  const found = `${counted(others.length, "TIFF, BMP or GIF file")}, such as ${others[0]}`;
  const message = `${found}: not read, because PNGs are the masks; name these files to read them.`;
  return [{ code: "masks-ignored", message, path: others[0]! }];
}
