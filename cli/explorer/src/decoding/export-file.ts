/** Turns a mask into a file for training code. Each case is the code that the export panel shows: panels/export-code.ts. */
import { ClassList, type DenseMap, type DenseTarget, decodeMask } from "labelmap";
import { encodeLabelPng, encodeNpy } from "labelmap/formats";
import { decodeIds } from "labelmap/ids";
import { encodeAllRles } from "labelmap/objects";
import type { KeptLabels, Requests } from "./protocol.js";
import { semanticDtype } from "./semantic-dtype.js";

type Bytes = Uint8Array<ArrayBuffer>;
type SemanticTarget = Extract<DenseTarget, { readonly map: "semantic" }>;

type Ask = Requests["export"]["ask"];

export async function exportFile(ask: Ask): Promise<Bytes> {
  const { png, result, kind, kept } = ask;
  const isKept = isKeptOf(kept);
  if (result === null) {
    const { width, height, data, ids } = await decodeIds(png);
    const map = { width, height, data: data.map((place) => (isKept(ids[place]!) ? ids[place]! : -1)) };
    return kind === "npy-label" ? encodeNpy(map) : encodeJson(encodeAllRles(map));
  }
  if (kind === "coco-rle") return encodeJson(await rlesOf(png, result, isKept));
  const map = await (kept === null ? wholeMap(ask, result) : partialMap(ask, result, isKept));
  return kind === "png-semantic" ? encodeLabelPng(map) : encodeNpy(map);
}

async function wholeMap({ png, kind, missing, ...ask }: Ask, result: string): Promise<DenseMap> {
  if (kind === "npy-label") return decodeMask(png, result);
  const classes = ClassList.fromJSON(ask.classes);
  if (kind === "npy-panoptic") {
    return decodeMask(png, result, { target: { map: "panoptic", classes, missing } });
  }
  const target = { map: "semantic", classes, missing, dtype: semanticDtype(classes) } as SemanticTarget;
  return decodeMask(png, result, { target });
}

/** Starts from the label map, because a map of class ids no longer tells the labels apart. */
async function partialMap(
  { png, kind, missing, ...ask }: Ask,
  result: string,
  isKept: IsKept,
): Promise<DenseMap> {
  const map = await decodeMask(png, result);
  map.data.forEach((label, pixel) => {
    if (!isKept(label)) map.data[pixel] = -1;
  });
  if (kind === "npy-label") return map;
  const { width, height } = map;
  const classes = ClassList.fromJSON(ask.classes);
  if (kind === "npy-panoptic") return { width, height, data: map.panoptic(classes, { missing }) };
  return { width, height, data: map.semantic(classes, { missing, dtype: semanticDtype(classes) }) };
}

async function rlesOf(png: Bytes, result: string, isKept: IsKept) {
  const map = await decodeMask(png, result, { target: { map: "runs" } });
  const rles = encodeAllRles(map).filter(({ value }) => isKept(value));
  return rles.map(({ value: label, rle: segmentation }) => {
    const { name, color, pixelCount: area, bbox } = map.labels[label]!;
    return { label, name, color, area, bbox, segmentation };
  });
}

type IsKept = (label: number) => boolean;

function isKeptOf(kept: KeptLabels | null): IsKept {
  if (kept === null) return () => true;
  const list = new Set(kept.list);
  return (label) => list.has(label) === kept.isListKept;
}

function encodeJson(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(value));
}
