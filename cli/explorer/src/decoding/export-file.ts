/** Turns a mask into a file for training code. Each case is the code that the export panel shows: panels/export-code.ts. */
import { ClassList, type DenseMap, type DenseTarget, decodeMask } from "labelmap";
import { encodeLabelPng, encodeNpy } from "labelmap/formats";
import { decodeIds } from "labelmap/ids";
import { encodeAllRles } from "labelmap/objects";
import { CodedError } from "./coded-error.js";
import { type KnownLegend, legendOf } from "./decode.js";
import type { KeptLabels, Requests } from "./protocol.js";
import { semanticDtype } from "./semantic-dtype.js";

type Bytes = Uint8Array<ArrayBuffer>;
type SemanticTarget = Extract<DenseTarget, { readonly map: "semantic" }>;

type Ask = Requests["export"]["ask"];

export async function exportFile(ask: Ask): Promise<Bytes> {
  const { png, kind, kept } = ask;
  const isKept = isKeptOf(kept);
  const known = await legendOf(ask);
  if (known.kind !== "labels") {
    if (kind !== "npy-label" && kind !== "coco-rle") {
      throw new CodedError("CLASS_UNKNOWN", "The mask has no result or legend, so its classes are unknown.");
    }
    const { width, height, data, ids } = await numbersOf(png, known);
    const numbers = data.map((place) => (isKept(ids[place]!) ? ids[place]! : -1));
    const map = { width, height, data: numbers };
    return kind === "npy-label" ? encodeNpy(map) : encodeJson(encodeAllRles(map));
  }
  const mask = new Mask(png, known);
  if (kind === "coco-rle") return encodeJson(await rlesOf(mask, isKept));
  const map = await (kept === null ? wholeMap(ask, mask) : partialMap(ask, mask, isKept));
  return kind === "png-semantic" ? encodeLabelPng(map) : encodeNpy(map);
}

/** The colours of a mask as numbers, or its ids. Void, which some encodings have, is -1. */
async function numbersOf(
  png: Bytes,
  { kind, encoding }: KnownLegend,
): Promise<DenseMap & { readonly ids: ArrayLike<number> }> {
  if (kind === "colours") return decodeIds(png);
  const map = await decodeMask(png, null, { encoding });
  return {
    width: map.width,
    height: map.height,
    data: map.data.map((label) => (label < 0 ? map.labels.length : label)),
    ids: [...map.labels.map(({ classId }) => Number(classId)), -1],
  };
}

/** A mask whose labels have names. */
class Mask {
  constructor(
    readonly png: Bytes,
    readonly known: KnownLegend,
  ) {}

  decode() {
    const { legend, encoding } = this.known;
    return decodeMask(this.png, legend, { encoding });
  }

  decodeTo(target: DenseTarget): Promise<DenseMap> {
    const { legend, encoding } = this.known;
    return decodeMask(this.png, legend, { encoding, target });
  }
}

async function wholeMap({ kind, missing, ...ask }: Ask, mask: Mask): Promise<DenseMap> {
  if (kind === "npy-label") return mask.decode();
  const classes = ClassList.fromJSON(ask.classes);
  if (kind === "npy-panoptic") return mask.decodeTo({ map: "panoptic", classes, missing });
  const target = { map: "semantic", classes, missing, dtype: semanticDtype(classes) } as SemanticTarget;
  return mask.decodeTo(target);
}

/** Starts from the label map, because a map of class ids no longer tells the labels apart. */
async function partialMap({ kind, missing, ...ask }: Ask, mask: Mask, isKept: IsKept): Promise<DenseMap> {
  const map = await mask.decode();
  map.data.forEach((label, pixel) => {
    if (!isKept(label)) map.data[pixel] = -1;
  });
  if (kind === "npy-label") return map;
  const { width, height } = map;
  const classes = ClassList.fromJSON(ask.classes);
  if (kind === "npy-panoptic") return { width, height, data: map.panoptic(classes, { missing }) };
  return { width, height, data: map.semantic(classes, { missing, dtype: semanticDtype(classes) }) };
}

async function rlesOf(mask: Mask, isKept: IsKept) {
  const { legend, encoding } = mask.known;
  const map = await decodeMask(mask.png, legend, { encoding, target: { map: "runs" } });
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
