/**
 * Runs a model on photos and compares what it predicts with their masks: the IoU of each, and of all. The loader decodes masks
 * in workers, and photos beside them. A progress bar goes to stderr.
 *
 * The model gives each pixel the class of the nearest colour of the legend. The photos are the mask's colours with noise, more
 * in each one, so the scores fall.
 */
import { readFile } from "node:fs/promises";
import { ClassList, parseResult } from "labelmap";
import { Comparison, compare } from "labelmap/compare";
import { loadMasks } from "labelmap/loader";
import { decodeRgba } from "labelmap/png";
import * as ort from "onnxruntime-node";
import { constant, FLOAT, INT64, model, node, tensor } from "./onnx-message.mjs";

const SAMPLE = new URL("../../test/fixtures/masks/street-1080p-rgb-upng", import.meta.url);
const WIDTH = 480;
const HEIGHT = 270;

const png = new URL(`${SAMPLE}.png`);
const result = JSON.parse(await readFile(new URL(`${SAMPLE}.json`), "utf8"));
const classes = ClassList.fromResults([result]);
const session = await ort.InferenceSession.create(nearestColour());

const items = [0, 20, 40, 80, 120].map((noise) => ({ name: `noise ${noise}`, png, photo: { png, noise } }));
const masks = loadMasks(items, {
  result,
  target: { map: "semantic", classes },
  resize: { width: WIDTH, height: HEIGHT },
  decodePhoto,
});

const all = new Comparison(classes);
let done = 0;
for await (const { name, map, photo } of masks) {
  const input = new ort.Tensor("float32", photo, [1, 3, HEIGHT, WIDTH]);
  const { ids } = await session.run({ photo: input });
  const prediction = { width: WIDTH, height: HEIGHT, data: Int32Array.from(ids.data, Number) };
  console.log(`${name}: mean IoU ${compare(map, prediction, { classes }).meanIoU.toFixed(3)}`);
  all.add(map, prediction);
  showProgress(++done, items.length);
}
console.log(`all: mean IoU ${all.result().meanIoU.toFixed(3)}`);

/** A photo as the model takes it, 3×H×W numbers from 0 to 255, at the size of its map. */
async function decodePhoto({ png: file, noise }, { geometry: { source, width, height } }) {
  const { pixels } = await decodeRgba(await readFile(file));
  const planes = new Float32Array(3 * width * height);
  let state = 1;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = Math.floor((((pixel % width) + 0.5) * source.width) / width);
    const y = Math.floor(((Math.floor(pixel / width) + 0.5) * source.height) / height);
    for (let channel = 0; channel < 3; channel++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const value = pixels[(y * source.width + x) * 4 + channel];
      planes[channel * width * height + pixel] = value + (state / 2 ** 31 - 1) * noise;
    }
  }
  return planes;
}

/** The nearest colour m of a colour x is the one with the largest 2m·x - m·m, which a convolution computes. */
function nearestColour() {
  const { entries } = parseResult(result).legend;
  const colours = entries.map(({ color }) =>
    [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
  );
  const weights = Float32Array.from(colours.flat(), (value) => 2 * value);
  const bias = Float32Array.from(colours, (rgb) => -rgb.reduce((sum, value) => sum + value * value, 0));
  const classOf = entries.map(({ name }) => classes.idOf(name.replace(/ # \d+$/, "")));
  return model({
    name: "nearest-colour",
    nodes: [
      node("Conv", ["photo", "weights", "bias"], ["scores"]),
      node("ArgMax", ["scores"], ["label"], { axis: 1, keepdims: 0 }),
      node("Gather", ["class of label", "label"], ["ids"]),
    ],
    constants: [
      constant("weights", weights, entries.length, 3, 1, 1),
      constant("bias", bias, entries.length),
      constant("class of label", BigInt64Array.from(classOf, BigInt), entries.length),
    ],
    inputs: [tensor("photo", FLOAT, "N", "C", "H", "W")],
    outputs: [tensor("ids", INT64, "N", "H", "W")],
  });
}

function showProgress(count, total) {
  const bar = "█".repeat(Math.round((count / total) * 30)).padEnd(30, "░");
  process.stderr.write(`\r${bar} ${count}/${total}${count === total ? "\n" : ""}`);
}
