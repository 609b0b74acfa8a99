/** A program whose options are kept in a `const`, and what a compiler must still refuse; see declarations.test.ts. */
export const CONST_OPTIONS = `
import { ClassList, decodeMask, type LabelMap } from "labelmap";
import { reportDirectory } from "labelmap/dataset/node";
import * as formats from "labelmap/formats";
import { decodeIds } from "labelmap/ids";
import { rasterize, type Shape } from "labelmap/objects";
import { decodeFrame, type PlaymentClient, type VideoFrame } from "labelmap/playment";
import { oneHot, toTensor } from "labelmap/tensors";
declare const png: Uint8Array;
declare const map: LabelMap;
declare const client: PlaymentClient;
declare const frame: VideoFrame;
declare const shapes: Shape[];
declare const source: formats.FileSource;
declare const sink: formats.FileSink;
const classes = ClassList.fromNames(["road"]);
const { signal } = new AbortController();

const toClasses = { target: { map: "semantic", classes, dtype: "uint8" }, transparent: "unlabelled", signal };
export const whole: { readonly data: Int32Array | Uint8Array | Uint16Array } = await client.labelMap("p", "j", toClasses);
const engine = { engine: "fused", signal };
export const plain: LabelMap = await client.labelMap("p", "j", engine);
export const decoded: LabelMap = await decodeMask(png, {}, engine);
await decodeFrame(frame, png, engine);
await decodeIds(png, engine);
await reportDirectory("masks", engine);
const progress = { engine: "fused", onProgress: () => {} };
await client.labelMap("p", "j", progress);
for await (const { map } of client.frames("p", "j", progress)) map.labels;
for await (const { map } of client.frames("p", "j", { only: ({ id }) => id !== "" })) map.labels;

const by = { by: "index", signal };
await formats.decodeLabelPng(png, by);
await formats.decodeVoc({ segmentationClass: png }, by);
await formats.decodeCityscapes({ instanceIds: png }, by);
await formats.readVocSet(source, by);
const order = { order: "first", things: ["car"] };
await formats.decodeBinaryMasks([], order);
const ordered = { order: ["road", "car"] };
await formats.decodeBinaryMasks([], ordered);
const task = { task: "sem_seg" };
await formats.decodeBdd100k(png, task);
await formats.readBdd100kSet(source, task);
const release = { version: "v2.0" };
await formats.decodeMapillaryVistas({ labels: png }, release);
const form = { form: "pixelmaps" };
await formats.decodeCocoStuff(png, form);
const drawn = { shapes: "masks", missing: "void", classes };
await formats.writeLabelMeSet([], sink, drawn);
const perClass = { per: "class", bitDepth: 8 };
formats.encodeBinaryMasks(map, perClass);
const rgb = { pixels: "rgb", border: 2 };
formats.encodeVoc(map, classes, rgb);

const dtype = { dtype: "uint8" };
const bytes = { dtype: "uint8", missing: "void" };
const missing = { missing: "void" };
export const ids: Int32Array | Uint8Array | Uint16Array = map.semantic(classes, bytes);
export const wide: Int32Array = map.semantic(classes, missing);
export const narrow: Uint8Array = map.semantic(classes, { dtype: "uint8" });
map.instance(dtype);
map.panoptic(classes, bytes);
toTensor(map, dtype);
const channels = { classes: 3, layout: "HWC", dtype: "uint8" };
oneHot(map, channels);
const rule = { width: 4, height: 4, rule: "opencv" };
rasterize(shapes, rule);

const wrongKind = { by: 5 };
// @ts-expect-error
await formats.decodeLabelPng(png, wrongKind);
// @ts-expect-error
await formats.decodeLabelPng(png, { by: "indx" });
// @ts-expect-error
await formats.decodeLabelPng(png, { bye: "index" });
const wrongText = { by: "indx" as const };
// @ts-expect-error
await formats.decodeLabelPng(png, wrongText);
// @ts-expect-error
await client.labelMap("p", "j", { engine: "slow" });
const wrongTarget = { target: { map: "semantic", classes: 5 } };
// @ts-expect-error
await client.labelMap("p", "j", wrongTarget);
// @ts-expect-error
map.semantic(classes, { dtype: "float32" });
// @ts-expect-error
map.instance(wrongKind);
// @ts-expect-error
toTensor(map, { dtype: "uint7" });
// @ts-expect-error
oneHot(map, { classes: 3, dtype: "int32" });
// @ts-expect-error
map.panoptic(classes, { missing: "ignore" });
// @ts-expect-error
rasterize(shapes, { width: 4, height: 4, rule: "cairo" });
// @ts-expect-error
await formats.decodeBdd100k(png);
`;
