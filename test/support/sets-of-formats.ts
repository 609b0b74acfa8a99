/** A small set of each format that is read, as its writer makes it or as it is published. */
import { encodeIds, memorySink, type SetFormat, writeSet } from "../../src/formats/index.js";
import { drawAde20k, drawBdd100k, drawCamVid, drawKitti, drawSynthia, drawVistas } from "./layouts.js";
import { bmpOf, drawSet, judge, things } from "./set-drawing.js";

export type Files = Record<string, string | Uint8Array>;

/** The set as its writer makes it. */
async function drawn(format: SetFormat, more: object = {}): Promise<Files> {
  const { items, photos } = drawSet(2);
  const sink = memorySink();
  const options =
    format === "cityscapes" ? { missing: "void", labels: { lane: "road" } } : { classes: judge };
  await writeSet(items, sink, { format, photos, ...options, ...more } as never);
  return Object.fromEntries(sink.files);
}

const size = { width: 4, height: 2 };
/** 32 values of 8 bits, all 255, in one block: every pixel of the image. */
const brushBits = `${"0".repeat(26)}100000${"00111"}${"0111".repeat(4)}100${"00011111"}${"11111111"}`;
const allOfBrush = (brushBits.padEnd(80, "0").match(/.{8}/g) ?? []).map((bits) => Number.parseInt(bits, 2));
const labelStudio = [
  {
    id: 1,
    data: { image: "a.png" },
    annotations: [
      {
        result: [
          {
            ...{ id: "r", from_name: "label", to_name: "image", type: "rectanglelabels" },
            ...{ original_width: 4, original_height: 2, image_rotation: 0 },
            value: { x: 0, y: 0, width: 50, height: 100, rotation: 0, rectanglelabels: ["car"] },
          },
          {
            ...{ id: "p", from_name: "label", to_name: "image", type: "polygonlabels" },
            ...{ original_width: 4, original_height: 2, image_rotation: 0 },
            value: {
              points: [
                [50, 0],
                [100, 0],
                [100, 100],
              ],
              polygonlabels: ["bus"],
            },
          },
          {
            ...{ id: "b", from_name: "label", to_name: "image", type: "brushlabels" },
            ...{ original_width: 4, original_height: 2, image_rotation: 0 },
            value: { format: "rle", rle: allOfBrush, brushlabels: ["sky"] },
          },
        ],
      },
    ],
  },
];
const release = (task: string, annotations: object[], more: object = {}) => ({
  name: "v1",
  dataset: {
    ...{ name: "street", task_type: task },
    task_attributes: {
      categories: [
        { id: 1, name: "car" },
        { id: 2, name: "road", has_instances: false },
      ],
    },
    samples: [{ name: "a.bmp", labels: { "ground-truth": { attributes: { annotations, ...more } } } }],
  },
});
const stuff = {
  images: [{ id: 1, ...size, file_name: "1.jpg" }],
  annotations: [
    { id: 7, image_id: 1, category_id: 149, segmentation: { size: [2, 4], counts: [0, 2, 6] } },
    { id: 8, image_id: 1, category_id: 157, segmentation: { size: [2, 4], counts: "215" }, iscrowd: 1 },
    { id: 9, image_id: 1, category_id: 157, segmentation: [[0, 0, 4, 0, 4, 2]], iscrowd: 0 },
  ],
  categories: [
    { id: 149, name: "road" },
    { id: 157, name: "sky-other" },
  ],
};
const ids = encodeIds({ width: 4, height: 2, data: Int32Array.of(1, 1, 2, 2, 0, 0, 1, 1) });

/** A set of each format, and the options to read it with. */
export const SETS: readonly [format: SetFormat, files: () => Files | Promise<Files>, options?: object][] = [
  ["ade20k", () => drawAde20k("json").files as Files],
  ["bdd100k", () => drawBdd100k("pan_seg").files as Files],
  ["binary-masks", () => drawn("binary-masks")],
  ["camvid", () => drawCamVid().files as Files],
  ["cityscapes", () => drawn("cityscapes")],
  ["coco-instances", () => drawn("coco-instances")],
  ["coco-panoptic", () => drawn("coco-panoptic")],
  ["coco-stuff", () => ({ "stuff_val.json": JSON.stringify(stuff) })],
  ["cvat", () => drawn("cvat")],
  ["cvat-xml", () => drawn("cvat-xml")],
  ["id-png", () => drawn("id-png")],
  ["kitti", () => drawKitti().files as Files],
  ["label-png", () => drawn("label-png", { pixels: "palette" })],
  ["label-studio", () => ({ "project-1.json": JSON.stringify(labelStudio) })],
  ["labelme", () => drawn("labelme", { shapes: "masks" })],
  ["labelme", () => drawn("labelme", { shapes: "polygons" })],
  ["mapillary-vistas", () => drawVistas().files as Files],
  ["mask-folder", () => drawn("mask-folder")],
  ["npy", () => drawn("npy")],
  ["npz", () => drawn("npz", { compress: true })],
  [
    "segments-ai",
    () => ({
      "r.json": JSON.stringify(
        release("segmentation-bitmap", [
          { id: 1, category_id: 1 },
          { id: 2, category_id: 2 },
        ]),
      ),
      "a_label_ground-truth.png": ids,
    }),
  ],
  [
    "segments-ai",
    () => ({
      "r.json": JSON.stringify(
        release("vector", [
          {
            id: 1,
            category_id: 1,
            type: "bbox",
            points: [
              [0, 0],
              [2, 2],
            ],
          },
          {
            id: 2,
            category_id: 2,
            type: "polygon",
            points: [
              [0, 0],
              [2, 2],
              [0, 2],
            ],
          },
        ]),
      ),
      "a.bmp": bmpOf(size),
    }),
  ],
  ["segments-info", () => drawn("segments-info")],
  ["supervisely", () => drawn("supervisely")],
  ["synthia", () => drawSynthia().files as Files],
  ["voc", () => drawn("voc")],
  ["yolo", () => drawn("yolo"), { things }],
];
