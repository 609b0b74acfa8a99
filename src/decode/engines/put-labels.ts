/** A complete array of labels to the requested output, the plain way, for the engine that has such an array anyway. */
import type { DenseMap } from "../../maps/dense-map.js";
import { runsOf } from "../../maps/runs-of.js";
import { lookUpValues } from "../../maps/views.js";
import type { Output } from "./output.js";

export function putLabels(image: DenseMap<Int32Array>, output: Output): void {
  const labels = sample(image, output);
  for (const { into, values } of output.dense) {
    if (values === null) into.set(labels.data);
    else lookUpValues(labels.data, values, into);
  }
  if (output.runs !== null) output.runs.found = runsOf(labels);
}

function sample(image: DenseMap<Int32Array>, { width, height, sampled }: Output): DenseMap<Int32Array> {
  if (sampled === null) return image;
  const data = new Int32Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = sampled.rows[y]! * image.width;
    for (let x = 0; x < width; x++) data[pixel++] = image.data[row + sampled.columns[x]!]!;
  }
  return { width, height, data };
}
