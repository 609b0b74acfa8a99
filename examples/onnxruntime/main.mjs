/**
 * Turns a mask into a tensor of class ids and runs a model on it. The model, from make-model.mjs, counts pixels per id.
 */
import { readFile } from "node:fs/promises";
import { ClassList, decodeMask } from "labelmap";
import { toTensor } from "labelmap/tensors";
import * as ort from "onnxruntime-node";

const SAMPLE = new URL("../../test/fixtures/masks/street-1080p-rgb-upng", import.meta.url);

const png = await readFile(new URL(`${SAMPLE}.png`));
const result = JSON.parse(await readFile(new URL(`${SAMPLE}.json`), "utf8"));
const classes = ClassList.fromResults([result]);
const map = await decodeMask(png, result, { target: { map: "semantic", classes } });
const { type, data, dims } = toTensor(map, { dtype: "int64" });

const model = await readFile(new URL("count-labels.onnx", import.meta.url));
const session = await ort.InferenceSession.create(model);
const { numbers, counts } = await session.run({ labels: new ort.Tensor(type, data, dims) });

console.log(`Pixels per class, counted by the model in ${type} [${dims}]:`);
numbers.data.forEach((id, place) => {
  console.log(classes.classes[id]?.name ?? "void", Number(counts.data[place]));
});
