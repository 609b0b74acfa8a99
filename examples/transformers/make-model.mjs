/**
 * Writes public/models/smoothing: a model in the form of transformers.js. For each pixel it counts the pixels of each class
 * among 5×5, so that a mask is smoothed. It is made here so that the page needs no download.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ClassList } from "labelmap";
import { constant, FLOAT, model, node, tensor } from "../onnxruntime/onnx-message.mjs";

const SAMPLE = new URL("../../test/fixtures/masks/street-500-rgb-interlaced.json", import.meta.url);
const FOLDER = new URL("public/models/smoothing/", import.meta.url);
const SIDE = 5;

const channels = ClassList.fromResults([JSON.parse(readFileSync(SAMPLE, "utf8"))]).classes.length;
const attributes = {
  ...{ group: channels, kernel_shape: [SIDE, SIDE], dilations: [1, 1], strides: [1, 1] },
  pads: [0, 0, 0, 0],
};
const ones = new Float32Array(channels * SIDE * SIDE).fill(1);
const bytes = model({
  name: "smoothing",
  nodes: [node("Conv", ["pixel_values", "ones"], ["logits"], attributes)],
  constants: [constant("ones", ones, channels, 1, SIDE, SIDE)],
  inputs: [tensor("pixel_values", FLOAT, "N", "C", "H", "W")],
  outputs: [tensor("logits", FLOAT, "N", "C", "H", "W")],
});
mkdirSync(new URL("onnx", FOLDER), { recursive: true });
writeFileSync(new URL("onnx/model.onnx", FOLDER), bytes);
writeFileSync(new URL("config.json", FOLDER), '{ "model_type": "segformer" }\n');
