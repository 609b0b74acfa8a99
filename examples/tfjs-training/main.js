/**
 * Trains a small model of TensorFlow.js on 200 masks with their photos, in the page. Workers decode the masks, and cut out and
 * mirror parts at random. The page does the same with the photos. The loss falls, which it shows with a progress bar.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { ClassList } from "labelmap";
import { loadMasks } from "labelmap/loader";

const MASKS = 200;
const BATCH = 8;
const SIZE = 32;

const png = new URL("../../test/fixtures/masks/instances-640-palette-upng.png", import.meta.url);
const json = new URL("../../test/fixtures/masks/instances-640-palette-upng.json", import.meta.url);
const result = await (await fetch(json)).json();
const classes = ClassList.fromResults([result]);

// Your items have a mask and a photo each. Here one mask is everything, and its colours are the photo.
const items = Array.from({ length: MASKS }, (_, index) => ({ name: `image ${index}`, png, photo: png }));

const canvas = new OffscreenCanvas(SIZE, SIZE);
const context = canvas.getContext("2d", { willReadFrequently: true });

/** The part of a photo that its map shows: H×W×3 numbers from 0 to 1, row-major. */
async function decodePhoto(photo, { geometry: { crop, flip }, signal }) {
  const file = await (await fetch(photo, { signal })).blob();
  const part = await createImageBitmap(file, crop.x, crop.y, crop.width, crop.height);
  context.setTransform(flip.horizontal ? -1 : 1, 0, 0, 1, flip.horizontal ? SIZE : 0, 0);
  context.drawImage(part, 0, 0);
  part.close();
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  return Float32Array.from({ length: SIZE * SIZE * 3 }, (_, place) => {
    return data[Math.floor(place / 3) * 4 + (place % 3)] / 255;
  });
}

// Two layers for each pixel, from its colour to the scores of all classes.
const weights = (rows, columns, seed) =>
  tf.variable(tf.randomNormal([rows, columns], 0, 1 / Math.sqrt(rows), "float32", seed));
const hidden = weights(3, 32, 1);
const hiddenBias = tf.variable(tf.zeros([32]));
const output = weights(32, classes.classes.length, 2);
const outputBias = tf.variable(tf.zeros([classes.classes.length]));
const optimizer = tf.train.adam(0.03);

function train(photos, map) {
  const pixels = tf.concat(photos.map((photo) => tf.tensor2d(photo, [SIZE * SIZE, 3])));
  // Pixels without a class are outside the range, so they count for no class.
  const wanted = tf.oneHot(tf.tensor1d(map.data, "int32"), classes.classes.length);
  return optimizer.minimize(() => {
    const features = tf.relu(tf.add(tf.matMul(pixels, hidden), hiddenBias));
    const scores = tf.add(tf.matMul(features, output), outputBias);
    return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(scores)), 1)));
  }, true);
}

const batches = loadMasks(items, {
  result,
  target: { map: "semantic", classes },
  steps: [{ step: "randomCrop", width: SIZE, height: SIZE }, { step: "randomFlip" }],
  batch: BATCH,
  decodePhoto,
});
const progress = document.querySelector("#progress");
for await (const { map, photos } of batches) {
  // The map's memory is reused in the next turn, so its tensors must be gone by then.
  const loss = tf.tidy(() => train(photos, map));
  const [value] = await loss.data();
  loss.dispose();
  progress.value += photos.length;
  document.querySelector("#losses").append(`${progress.value} masks: loss ${value.toFixed(3)}\n`);
}
document.querySelector("#losses").append(`done, ${tf.memory().numTensors} tensors left`);
