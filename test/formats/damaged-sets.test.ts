/**
 * Damaged data sets of every format: whichever file is cut or changed, there is an error with a code, or a label map that is
 * sound. Nothing hangs, and no other error comes out.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  encodeIds,
  FORMATS,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  type SetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { init, type LabelMap, LabelMapError } from "../../src/index.js";
import { damageBytes, damageJson } from "../support/damage.js";
import {
  drawAde20k,
  drawBdd100k,
  drawCamVid,
  drawKitti,
  drawSynthia,
  drawVistas,
} from "../support/layouts.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { bmpOf, drawSet, itemsOf, judge, things } from "../support/set-drawing.js";

beforeAll(() => init());

type Files = Record<string, string | Uint8Array>;
const SEED = Number(process.env.FUZZ_SEED ?? 20261130);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 60);
/** A file with a size that is wrong must not make the reader take a gigabyte. */
const MAX_PIXELS = 2 ** 20;

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
const SETS: readonly [format: SetFormat, files: () => Files | Promise<Files>, options?: object][] = [
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
const LIMITED = FORMATS.map(({ name }) => name);

/** Reads everything of a set. An error with a code is an answer. */
async function readAll(format: SetFormat, files: Files, options: object): Promise<"read" | string> {
  const source = filesInMemory(files);
  try {
    await recognise(source);
    const set = await readSet(source, { format, maxPixels: MAX_PIXELS, ...options } as never);
    let code: string | undefined;
    for (const { map } of await itemsOf(set)) {
      try {
        checkSound(await map());
      } catch (error) {
        code = codeOf(error);
      }
    }
    await set.classes();
    return code ?? "read";
  } catch (error) {
    return codeOf(error);
  }
}

/** @throws the error itself, if it is not one of the library's, or a defect of the library */
function codeOf(error: unknown): string {
  if (!(error instanceof LabelMapError) || error.code === "INTERNAL") throw error;
  expect(error.message).not.toBe("");
  return error.code;
}

/** Whether the numbers of a map fit together. */
function checkSound({ width, height, data, labels, unlabelled }: LabelMap): void {
  expect(data.length).toBe(width * height);
  const counts = new Map<number, number>();
  for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label] of counts) expect(label >= -1 && label < labels.length, `label ${label}`).toBe(true);
  for (const { index, pixelCount } of labels) expect(counts.get(index) ?? 0).toBe(pixelCount);
  expect(unlabelled.count).toBe(counts.get(-1) ?? 0);
}

describe("a damaged set", () => {
  it("is drawn for every format", () => {
    expect([...new Set(SETS.map(([format]) => format))].sort()).toEqual([...LIMITED].sort());
  });

  it.each(SETS.map((each, place) => [`${each[0]} (${place})`, each] as const))(
    "of %s is an error with a code, or is read soundly",
    async (_, [format, make, options = {}]) => {
      const files = await make();
      expect(await readAll(format, files, options), "undamaged").toBe("read");
      const random = mulberry32(SEED);
      const { below, pick, chance } = dice(random);
      // Photos are not decoded. Of PNGs there are other tests.
      const texts = Object.keys(files).filter((path) => !/\.(?:png|bmp|jpg)$/i.test(path));
      const paths = Object.keys(files);
      const codes = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round++) {
        const path = texts.length > 0 && chance(0.85) ? pick(texts) : pick(paths);
        const content = files[path]!;
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        const isJson = path.endsWith(".json") && below(3) > 0;
        const damaged = isJson
          ? damageJson(new TextDecoder().decode(bytes), random)
          : damageBytes(bytes, random);
        const all = { ...files, [path]: damaged };
        try {
          const code = await readAll(format, all, options);
          codes.set(code, (codes.get(code) ?? 0) + 1);
        } catch (error) {
          const shown = typeof damaged === "string" ? damaged : new TextDecoder("latin1").decode(damaged);
          const where = `seed ${SEED}, round ${round}, ${path}: ${shown.slice(0, 600)}`;
          throw new Error(where, { cause: error });
        }
      }
      // The damage is of use only if some of it is noticed.
      expect(
        [...codes.keys()].some((code) => code !== "read"),
        JSON.stringify([...codes]),
      ).toBe(true);
    },
  );
});
