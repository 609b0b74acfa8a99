/**
 * Masks in other containers become PNGs, which `decodeMask` takes: the same pixels and bit depth, and nothing else. A PNG goes
 * through untouched.
 */

import { DEFAULT_LIMITS, type Issue } from "labelmap";
import { quote } from "labelmap/checks";
import { writePng } from "labelmap/png";
import { readBmp } from "./bmp.js";
import { unsupportedFile } from "./faults.js";
import { CONTAINERS, type ContainerKind, kindOfBytes, kindOfName } from "./kinds.js";
import type { Picture, PictureLimits } from "./picture.js";
import { readWithSharp } from "./sharp-picture.js";
import { LOSSY_COMPRESSIONS, readTiffTags } from "./tiff-tags.js";
import { readWebpChunks } from "./webp-chunks.js";

export interface ToPngOptions {
  /**
   * What happens to a file whose compression changes colours: JPEG, lossy WebP, a TIFF with JPEG in it. `"refuse"`, the
   * default, throws; `"accept"` is an issue. Accept it only if the mask is decoded with `snap`.
   */
  readonly lossy?: "refuse" | "accept";
  /** Most pixels that a mask may have. Default 2^28. */
  readonly maxPixels?: number;
}

/** A mask as a PNG, and what is odd about its file: one issue of each kind. */
export interface PngOfMask {
  readonly png: Uint8Array;
  readonly issues: readonly Issue[];
}

/**
 * The container is recognised by its bytes. If the name's ending is of another container, that is the issue
 * `ending-differs`. The other issues are `lossy`, `palette-lost`, `frames-dropped`, `orientation-ignored`, `samples-inverted`
 * and `alpha-divided`.
 *
 * @param bytes PNG, TIFF, BMP, WebP, GIF or JPEG
 * @param name what messages call the file: its path
 * @throws {FormatError} FORMAT_INVALID: the file is broken or cut short. FORMAT_UNSUPPORTED: it is in none of the containers,
 *   lossy, too large, or has samples that a PNG cannot have.
 * @throws {LabelMapError} PEER_MISSING: the package sharp is not installed.
 */
export async function toPng(bytes: Uint8Array, name: string, options: ToPngOptions = {}): Promise<PngOfMask> {
  const { lossy = "refuse", maxPixels = DEFAULT_LIMITS.maxPixels } = options;
  const kind = kindOfBytes(bytes);
  if (kind === null) throw unknownContainer(bytes, name);
  const issues = endingIssues(kind, name);
  if (kind === "png") return { png: bytes, issues };
  issues.push(...lossIssues(bytes, kind));
  if (lossy !== "accept" && issues.some(({ code }) => code === "lossy")) {
    const problem = `it is a ${CONTAINERS[kind].title} with lossy compression, so its colours are not those of the legend`;
    throw unsupportedFile(name, `${problem}; decode it with snap, or get the mask as a PNG.`);
  }
  const { header, rows, palette, issues: ofPicture } = await read(bytes, name, kind, { maxPixels });
  return { png: writePng(header, rows, palette), issues: [...issues, ...ofPicture] };
}

async function read(
  bytes: Uint8Array,
  name: string,
  kind: ContainerKind,
  limits: PictureLimits,
): Promise<Picture> {
  return kind === "bmp" ? readBmp(bytes, name, limits) : readWithSharp(bytes, name, kind, limits);
}

function unknownContainer(bytes: Uint8Array, name: string): Error {
  const titles = Object.values(CONTAINERS).map(({ title }) => title);
  if (bytes.length === 0) return unsupportedFile(name, "the file is empty.");
  const head = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return unsupportedFile(name, `it begins with ${head}, so it is not ${titles.join(", ")}.`);
}

function endingIssues(kind: ContainerKind, name: string): Issue[] {
  const named = kindOfName(name);
  if (named === null || named === kind) return [];
  const { title } = CONTAINERS[kind];
  const message = `${quote(name)} is a ${title}, although its name says ${CONTAINERS[named].title}. It is read as a ${title}.`;
  return [{ code: "ending-differs", message }];
}

/** What the file's compression and kind of pixels lose. */
function lossIssues(bytes: Uint8Array, kind: ContainerKind): Issue[] {
  if (kind === "jpeg") return [LOSSY];
  if (kind === "webp") return readWebpChunks(bytes).isLossy ? [LOSSY] : [];
  if (kind === "gif") return [PALETTE_LOST];
  const tags = kind === "tiff" ? readTiffTags(bytes) : null;
  if (tags === null) return [];
  return [
    ...(LOSSY_COMPRESSIONS.has(tags.compression) ? [LOSSY] : []),
    ...(tags.photometric === 3 ? [PALETTE_LOST] : []),
    ...(tags.photometric === 0 ? [SAMPLES_INVERTED] : []),
    ...(tags.extraSample === 1 ? [ALPHA_DIVIDED] : []),
  ];
}

const LOSSY: Issue = {
  code: "lossy",
  message: "the compression is lossy, so colours at borders are blurred. Small or thin objects may be wrong.",
};
const PALETTE_LOST: Issue = {
  code: "palette-lost",
  message:
    "the palette's indices become colours. Use a legend of colours, or save the mask as a PNG if its indices are ids.",
};
const SAMPLES_INVERTED: Issue = {
  code: "samples-inverted",
  message: "the TIFF says that 0 is white, so its samples are inverted: 0 is read as the largest value.",
};
const ALPHA_DIVIDED: Issue = {
  code: "alpha-divided",
  message: "the TIFF has colours that were multiplied with alpha. They are divided by it and rounded down.",
};
