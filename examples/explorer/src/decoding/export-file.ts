/** A mask as a file that training code reads. Each case is the code that the export panel shows: see panels/export-code.ts. */
import { ClassList, type DenseTarget, decodeMask } from "labelmap";
import { encodeLabelPng, encodeNpy } from "labelmap/export";
import { decodeIds } from "labelmap/ids";
import { encodeAllRles } from "labelmap/objects";
import type { ExportedFile, ExportKind, Requests } from "./protocol.js";
import { semanticDtype } from "./semantic-dtype.js";

type Bytes = Uint8Array<ArrayBuffer>;
type SemanticTarget = Extract<DenseTarget, { readonly map: "semantic" }>;

const ENDINGS: { readonly [K in ExportKind]: readonly [ending: string, type: string] } = {
  "npy-label": [".labels.npy", "application/octet-stream"],
  "npy-semantic": [".semantic.npy", "application/octet-stream"],
  "npy-panoptic": [".panoptic.npy", "application/octet-stream"],
  "png-semantic": [".semantic.png", "image/png"],
  "coco-rle": [".rle.json", "application/json"],
};

export async function exportFile(ask: Requests["export"]["ask"]): Promise<ExportedFile> {
  const [ending, type] = ENDINGS[ask.kind];
  return { fileName: `${ask.name}${ending}`, type, bytes: await encode(ask) };
}

async function encode({ png, result, kind, classes: list }: Requests["export"]["ask"]): Promise<Bytes> {
  if (result === null) {
    const map = await decodeIds(png);
    return kind === "npy-label" ? encodeNpy(map) : encodeJson(encodeAllRles(map));
  }
  if (kind === "npy-label") return encodeNpy(await decodeMask(png, result));
  if (kind === "coco-rle") return encodeJson(await rlesOf(png, result));
  const classes = ClassList.fromJSON(list);
  if (kind === "npy-panoptic") {
    return encodeNpy(await decodeMask(png, result, { target: { map: "panoptic", classes } }));
  }
  const dtype = semanticDtype(classes);
  const target = { map: "semantic", classes, dtype } as SemanticTarget;
  const map = await decodeMask(png, result, { target });
  return kind === "npy-semantic" ? encodeNpy(map) : encodeLabelPng(map);
}

async function rlesOf(png: Uint8Array, result: string) {
  const map = await decodeMask(png, result, { target: { map: "runs" } });
  return encodeAllRles(map).map(({ value: label, rle: segmentation }) => {
    const { value, color, pixelCount: area, bbox } = map.labels[label]!;
    return { label, value, color, area, bbox, segmentation };
  });
}

function encodeJson(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(value));
}
