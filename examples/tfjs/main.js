/** Turns a mask into a one-hot tensor in the page. TensorFlow.js adds it up to the number of pixels of each class. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { ClassList, decodeMask } from "labelmap";
import { oneHot } from "labelmap/tensors";

const png = new URL("../../test/fixtures/masks/instances-640-palette-upng.png", import.meta.url);
const json = new URL("../../test/fixtures/masks/instances-640-palette-upng.json", import.meta.url);

const mask = await (await fetch(png)).arrayBuffer();
const result = await (await fetch(json)).json();
const classes = ClassList.fromResults([result]);
const map = await decodeMask(mask, result, { target: { map: "semantic", classes } });

const { type, data, dims } = oneHot(map, { classes, layout: "HWC" });
const counts = await tf.sum(tf.tensor(data, dims, type), [0, 1, 2]).data();

document.querySelector("#counts").textContent = classes.classes
  .map(({ id, name }) => `${name} ${counts[id]}`)
  .join("\n");
