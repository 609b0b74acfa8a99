/** Files of no format that is known: what they are, and which formats come close. */

import type { FileSource } from "labelmap/formats";
import { pngFacts } from "./png-facts.js";

/** Files with one ending. */
export interface FileKind {
  /** `.png`; empty for names without an ending. */
  readonly ending: string;
  readonly count: number;
  readonly first: string;
  /** What the first bytes of the first file say. */
  readonly content: string;
}

export interface NearFormat {
  readonly format: string;
  /** What it has and what it misses, in a sentence. */
  readonly misses: string;
}

const MOST_KINDS = 20;
const HEAD_BYTES = 256;

/** The most frequent endings first. */
export async function kindsOf(source: FileSource): Promise<readonly FileKind[]> {
  const kinds = new Map<string, { count: number; first: string }>();
  for (const path of [...(await source.list())].sort()) {
    const ending = /[^/](\.[^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
    const known = kinds.get(ending);
    if (known === undefined) kinds.set(ending, { count: 1, first: path });
    else known.count++;
  }
  const sorted = [...kinds]
    .sort(([a, m], [b, n]) => n.count - m.count || (a < b ? -1 : 1))
    .slice(0, MOST_KINDS);
  return Promise.all(
    sorted.map(async ([ending, { count, first }]) => {
      return { ending, count, first, content: contentOf(await source.read(first, HEAD_BYTES)) };
    }),
  );
}

const COLOUR_TYPES: Readonly<Record<number, string>> = {
  0: "grey",
  2: "RGB",
  3: "palette",
  4: "grey with alpha",
  6: "RGBA",
};

/** Stands for any character in a start. */
const ANY = "\u{ffff}";

/** How files of other kinds start, as latin1. */
const STARTS: readonly (readonly [starts: RegExp | readonly string[], kind: string])[] = [
  [["version https://git-lfs"], "a Git LFS pointer, not the file itself; run `git lfs pull`"],
  [["\xff\xd8\xff"], "JPEG"],
  [["GIF8"], "GIF"],
  [[`RIFF${ANY.repeat(4)}WEBP`], "WebP"],
  [["II*\0", "MM\0*", "II+\0", "MM\0+"], "TIFF"],
  [[`BM${ANY.repeat(4)}\0\0\0\0`], "BMP"],
  [["avif", "avis", "heic", "heix", "mif1"].map((brand) => `${ANY.repeat(4)}ftyp${brand}`), "AVIF or HEIC"],
  [["\x93NUMPY"], "a NumPy array"],
  [["PK\x03\x04", "PK\x05\x06"], "a zip archive"],
  [["\x1f\x8b"], "gzip"],
  [["\x89HDF"], "HDF5"],
  [["PAR1"], "Parquet"],
  [["%PDF"], "PDF"],
  [/^(?:\xef\xbb\xbf)?\s*[[{]/, "JSON"],
  [/^(?:\xef\xbb\xbf)?\s*</, "XML or HTML"],
  [/^[\t\n\r -~\x80-\xff]+$/, "text"],
];

/** What the first bytes say. */
export function contentOf(head: Uint8Array): string {
  if (head.length === 0) return "empty";
  const png = pngFacts(head);
  if (png !== null) {
    const { width, height, bitDepth, colourType } = png;
    return `PNG, ${COLOUR_TYPES[colourType] ?? "of an invalid colour type"}, ${bitDepth} bits per sample, ${width}×${height}`;
  }
  const text = String.fromCharCode(...head);
  return STARTS.find(([starts]) => isStart(starts, text))?.[1] ?? "of an unknown kind";
}

function isStart(starts: RegExp | readonly string[], text: string): boolean {
  if (starts instanceof RegExp) return starts.test(text);
  return starts.some((start) =>
    [...start].every((character, place) => character === ANY || character === text[place]),
  );
}

/** What speaks for a format, and what it misses then. */
const NEAR: readonly (readonly [format: string, has: RegExp, lacks: RegExp, misses: string])[] = [
  [
    "cvat",
    /(?:^|\/)labelmap\.txt$/,
    /(?:^|\/)SegmentationClass\/.+\.png$/i,
    "there is a labelmap.txt, but no PNG in SegmentationClass/ beside it",
  ],
  [
    "voc",
    /(?:^|\/)(?:ImageSets|JPEGImages|SegmentationObject|Annotations)\//,
    /(?:^|\/)SegmentationClass\/.+\.png$/i,
    "there are folders of Pascal VOC, but no PNG in SegmentationClass/",
  ],
  [
    "cityscapes",
    /_leftImg8bit\.(?:png|jpe?g)$/i,
    /_gt(?:Fine|Coarse)_(?:labelIds|instanceIds)\.png$/,
    "there are photos of Cityscapes, but no file that ends with _gtFine_labelIds.png or _gtFine_instanceIds.png",
  ],
  [
    "coco-panoptic",
    /(?:^|\/)panoptic[^/]*\//,
    /\.json$/i,
    "there is a folder called panoptic, but no JSON file with segments_info beside it",
  ],
];

const SHARED_LEGENDS = "labelmap.txt, legend.json or class_dict.csv";

/** The formats that come close, by the names of the files. */
export function nearFormats(paths: readonly string[]): NearFormat[] {
  const near = NEAR.filter(
    ([, has, lacks]) => paths.some((path) => has.test(path)) && !paths.some((path) => lacks.test(path)),
  ).map(([format, , , misses]): NearFormat => ({ format, misses }));
  // The command reads masks in these containers, too, but no reader takes a JPEG for a mask unless --snap is given.
  const kind = [
    [/\.png$/i, "PNGs"],
    [/\.(?:webp|bmp|gif|tiff?)$/i, "TIFF, BMP, GIF or WebP files"],
  ].find(([ending]) => paths.some((path) => (ending as RegExp).test(path)))?.[1];
  if (kind !== undefined) {
    const misses = `there are ${kind}, but no legend: neither a JSON file with the name of each mask, nor one for all, such as ${SHARED_LEGENDS}; if you have one elsewhere, give it with --legend`;
    near.push({ format: "mask-folder", misses });
  } else if (paths.some((path) => /\.jpe?g$/i.test(path))) {
    const misses =
      "there are JPEGs, but no masks; if the JPEGs are the masks, give --legend and --snap, because JPEG changes colours; PNGs are better";
    near.push({ format: "mask-folder", misses });
  }
  return near;
}
