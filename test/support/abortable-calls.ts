/** A call of every asynchronous function of every entry point, with a signal; see test/package/signals.test.ts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import * as core from "../../src/all.js";
import * as dataset from "../../src/dataset/index.js";
import * as folders from "../../src/dataset/node.js";
import * as png from "../../src/decode/png/index.js";
import * as ids from "../../src/decode/register/ids.js";
import * as formats from "../../src/formats/node.js";
import { loadMasks } from "../../src/loader/node.js";
import { decodeFrame, PlaymentClient, parseVideoResult } from "../../src/playment/node.js";
import * as webgpu from "../../src/webgpu/index.js";
import { encodePng } from "./encode-png.mjs";
import { drawSet, itemsOf, judge } from "./set-drawing.js";
import { type Files, SETS } from "./sets-of-formats.js";

export interface Call {
  readonly signal: AbortSignal;
  /** What is done for the caller calls it: a source that lists its files, a server that is asked. */
  readonly step: () => void;
}

export interface Row {
  readonly name: string;
  readonly run: (call: Call) => Promise<unknown>;
  /** Whether `run` calls `step`. If not, the middle is the time after the call and before its outcome. */
  readonly steps?: boolean;
  /** Whether the call never ends by itself. */
  readonly isEndless?: boolean;
}

const pixels = (colourType: 0 | 2, bitDepth = 8) =>
  encodePng({ width: 2, height: 2, colourType, bitDepth, samples: Array(colourType === 0 ? 4 : 12).fill(0) });
const [grey, rgb] = [pixels(0), pixels(2)];
const base64 = Buffer.from(
  encodePng({ ...{ width: 1, height: 1, colourType: 0, bitDepth: 8 }, samples: [255] }),
);
const legend = { "#000000": "road" };
const onePixel = { width: 1, height: 1, data: new Int32Array(1) };
const video = parseVideoResult({ data: { masks: [{ frame_id: "1", legend, url: "https://x.example/1" }] } });

export const folder = mkdtempSync(join(tmpdir(), "labelmap-signals-"));
beforeAll(async () => {
  mkdirSync(join(folder, "masks"));
  writeFileSync(join(folder, "masks/a.png"), rgb);
  writeFileSync(join(folder, "masks/a.json"), JSON.stringify({ legend }));
  await core.init();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What has only the bytes of a mask to wait for, or the disk. */
const DECODES: Record<string, (options: { readonly signal: AbortSignal }) => Promise<unknown>> = {
  decodeMask: (options) => core.decodeMask(rgb, legend, options),
  decodeIds: (options) => ids.decodeIds(rgb, options),
  decodeRgba: (options) => png.decodeRgba(rgb, options),
  readPngHeader: (options) => png.readPngHeader(rgb, options),
  decodeFrame: (options) => decodeFrame(video.frames[0]!, rgb, options),
  decodeAde20k: (options) => formats.decodeAde20k({ annotation: grey }, options),
  decodeBdd100k: (options) => formats.decodeBdd100k(grey, { ...options, task: "sem_seg" }),
  decodeBinaryMasks: (options) => formats.decodeBinaryMasks([{ className: "car", png: grey }], options),
  decodeCamVid: (options) => formats.decodeCamVid({ annotation: grey }, options),
  decodeCityscapes: (options) => formats.decodeCityscapes({ instanceIds: grey }, options),
  decodeCocoPanoptic: (options) => formats.decodeCocoPanoptic(rgb, { segments_info: [] }, options),
  decodeCocoStuff: (options) => formats.decodeCocoStuff(grey, options),
  decodeCvat: (options) =>
    formats.decodeCvat({ segmentationClass: rgb }, { ...options, labelmap: "background:0,0,0::" }),
  decodeCvatXml: (options) =>
    formats.decodeCvatXml('<annotations><image name="a" width="2" height="2"/></annotations>', options),
  decodeKitti: (options) => formats.decodeKitti({ semantic: grey }, options),
  decodeLabelMe: (options) =>
    formats.decodeLabelMe({ imageWidth: 2, imageHeight: 2, shapes: [shapeOf(base64)] }, options),
  decodeLabelPng: (options) => formats.decodeLabelPng(grey, options),
  decodeMapillaryVistas: (options) =>
    formats.decodeMapillaryVistas({ labels: grey }, { ...options, version: "v1.2" }),
  decodeSegmentsAi: (options) => formats.decodeSegmentsAi(rgb, { annotations: [] }, options),
  decodeSupervisely: (options) =>
    formats.decodeSupervisely({ size: { width: 2, height: 2 }, objects: [objectOf(base64)] }, options),
  decodeSynthia: (options) => formats.decodeSynthia(rgb, options),
  decodeVoc: (options) => formats.decodeVoc({ segmentationClass: grey }, options),
  classListFromDirectory: (options) => folders.classListFromDirectory(join(folder, "masks"), options),
  reportDirectory: (options) => folders.reportDirectory(join(folder, "masks"), options),
  listMasks: (options) => folders.listMasks(folder, options),
  // On the CPU: there is no device in Node.
  paint: (options) => webgpu.paint(null, onePixel, options),
  measure: (options) =>
    webgpu.measure(null, onePixel, new Int32Array(1), {
      ...options,
      classes: core.ClassList.fromNames(["road"]),
    }),
  uploadRuns: (options) => webgpu.uploadRuns(null, onePixel, options),
  openFolder: (options) => folders.openFolder(folder, options),
  createFolder: (options) => folders.createFolder(join(folder, "new"), options),
};

function shapeOf(mask: Buffer) {
  const points = [
    [0, 0],
    [0, 0],
  ];
  return { ...{ label: "car", shape_type: "mask", points }, mask: mask.toString("base64") };
}

function objectOf(mask: Buffer) {
  return {
    ...{ classTitle: "car", geometryType: "bitmap" },
    bitmap: { origin: [0, 0], data: mask.toString("base64") },
  };
}

export const READERS = {
  ade20k: formats.readAde20kSet,
  bdd100k: formats.readBdd100kSet,
  "binary-masks": formats.readBinaryMasks,
  camvid: formats.readCamVidSet,
  cityscapes: formats.readCityscapesSet,
  "coco-instances": formats.readCocoInstancesSet,
  "coco-panoptic": formats.readCocoPanopticSet,
  "coco-stuff": formats.readCocoStuffSet,
  cvat: formats.readCvatSet,
  "cvat-xml": formats.readCvatXmlSet,
  "id-png": formats.readIdPngSet,
  kitti: formats.readKittiSet,
  "label-png": formats.readLabelPngSet,
  "label-studio": formats.readLabelStudioSet,
  labelme: formats.readLabelMeSet,
  "mapillary-vistas": formats.readMapillaryVistasSet,
  "mask-folder": formats.readMaskFolder,
  npy: formats.readNpySet,
  npz: formats.readNpzSet,
  "segments-ai": formats.readSegmentsAiSet,
  "segments-info": formats.readSegmentsInfoSet,
  supervisely: formats.readSuperviselySet,
  synthia: formats.readSynthiaSet,
  voc: formats.readVocSet,
  yolo: formats.readYoloSet,
} satisfies Record<formats.SetFormat, unknown>;

const WRITERS = {
  "binary-masks": formats.writeBinaryMasks,
  cityscapes: formats.writeCityscapesSet,
  "coco-instances": formats.writeCocoInstancesSet,
  "coco-panoptic": formats.writeCocoPanopticSet,
  cvat: formats.writeCvatSet,
  "cvat-xml": formats.writeCvatXmlSet,
  "id-png": formats.writeIdPngSet,
  "label-png": formats.writeLabelPngSet,
  labelme: formats.writeLabelMeSet,
  "mask-folder": formats.writeMaskFolder,
  npy: formats.writeNpySet,
  npz: formats.writeNpzSet,
  "segments-info": formats.writeSegmentsInfoSet,
  supervisely: formats.writeSuperviselySet,
  voc: formats.writeVocSet,
  yolo: formats.writeYoloSet,
} satisfies Record<formats.WritableSetFormat, unknown>;

/** Lists its files in a step, as if that took long. */
export async function sourceOf(
  files: () => Files | Promise<Files>,
  step: () => void,
): Promise<formats.FileSource> {
  const source = formats.filesInMemory(await files());
  return {
    async list() {
      step();
      return source.list();
    },
    read: source.read,
  };
}

const sinkOf = (step: () => void): formats.FileSink => ({ write: async () => step() });
const someFiles = () => ({ "a.png": rgb, "a.json": JSON.stringify({ legend }) });

export const READS = SETS.map(([format, files, options = {}], place): Row & { readonly place: number } => {
  const read = READERS[format] as (source: formats.FileSource, options: object) => Promise<formats.DataSet>;
  return {
    ...{ name: read.name, place, steps: true },
    run: async ({ signal, step }) => {
      const set = await read(await sourceOf(files, step), { ...options, signal });
      for (const { map } of await itemsOf(set)) await map();
      return set;
    },
  };
});

const WRITES = Object.entries(WRITERS).map(([format, write]): Row => {
  const options =
    format === "cityscapes" ? { missing: "void", labels: { lane: "road" } } : { classes: judge };
  return {
    ...{ name: write.name, steps: true },
    run: ({ signal, step }) => write(drawSet(2).items, sinkOf(step), { ...options, signal } as object),
  };
});

/** A server that never answers. */
const clientOf = (step: () => void) =>
  new PlaymentClient({
    baseUrl: "https://x.example",
    fetch: (input, init) =>
      new Promise((_, reject) => {
        const { signal } = new Request(input, init);
        signal.addEventListener("abort", () => reject(signal.reason));
        step();
      }),
  });
type ClientCall = (client: PlaymentClient, options: { readonly signal: AbortSignal }) => Promise<unknown>;
const CLIENT: Record<string, ClientCall> = {
  job: (client, options) => client.job("project", "job", options),
  jobs: (client, options) => client.jobs("project", "batch", options).next(),
  waitForJob: (client, options) => client.waitForJob("project", "job", options),
  result: (client, options) => client.result("project", "job", options),
  mask: (client, options) => client.mask("https://x.example/mask.png", options),
  download: (client, options) => client.download("project", "job", options),
  downloadJob: (client, options) => client.downloadJob("project", "job", options),
  labelMap: (client, options) => client.labelMap("project", "job", options),
  video: (client, options) => client.video("project", "job", options),
  frames: (client, options) => client.frames("project", "job", options).next(),
};

export const ROWS: readonly Row[] = [
  ...Object.entries(DECODES).map(([name, run]): Row => ({ name, run: ({ signal }) => run({ signal }) })),
  ...READS,
  ...WRITES,
  ...Object.entries(CLIENT).map(([method, run]): Row => {
    return {
      ...{ name: `PlaymentClient.${method}`, steps: true, isEndless: true },
      run: ({ signal, step }) => run(clientOf(step), { signal }),
    };
  }),
  {
    ...{ name: "readSet", steps: true },
    run: async ({ signal, step }) =>
      formats.readSet(await sourceOf(someFiles, step), { format: "mask-folder", signal }),
  },
  {
    ...{ name: "writeSet", steps: true },
    run: ({ signal, step }) =>
      formats.writeSet(drawSet(2).items, sinkOf(step), { format: "npy", classes: judge, signal }),
  },
  {
    ...{ name: "recognise", steps: true },
    run: async ({ signal, step }) => formats.recognise(await sourceOf(someFiles, step), { signal }),
  },
  {
    ...{ name: "reportDataset", steps: true },
    run: async ({ signal, step }) => {
      const map = await core.decodeMask(rgb, legend);
      const entries = function* () {
        step();
        yield { id: "a", map };
      };
      return dataset.reportDataset(entries(), { signal });
    },
  },
  {
    ...{ name: "loadMasks", steps: true },
    run: async ({ signal, step }) => {
      const items = function* () {
        step();
        yield { name: "a", png: rgb, result: legend };
      };
      const masks = loadMasks(items, { workers: 0, signal });
      for await (const { name } of masks) expect(name).toBe("a");
    },
  },
];

export const noStep = () => {};
