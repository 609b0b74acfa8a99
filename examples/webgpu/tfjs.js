/**
 * A tensor of TensorFlow.js that is painted on the GPU, and a prediction that is measured there. No pixel is ever on the CPU.
 *
 * In the place of a model, the smallest class id of each 5×5 pixels is taken. Without padding the output lacks two pixels at
 * each edge.
 */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { measure, paint, uploadRuns } from "labelmap/webgpu";
import { classes, runs, show } from "./sample.js";

await tf.setBackend("webgpu");
await tf.ready();
// Buffers belong to a device, so everything has to use TensorFlow's.
const { device } = tf.backend();

const { width, height } = runs;
const uploaded = await uploadRuns(device, runs);
const buffer = await paint(device, uploaded, { map: "semantic", classes, dtype: "float32" });
const ids = tf.tensor({ buffer, zeroCopy: true }, [1, height, width, 1], "float32");
const smallest = tf.tidy(() => tf.cast(tf.neg(tf.maxPool(tf.neg(ids), 5, 1, "valid")), "int32"));
const prediction = smallest.dataToGPU();

show(
  await measure(device, uploaded, prediction.buffer, {
    classes,
    crop: { x: 2, y: 2, width: width - 4, height: height - 4 },
  }),
);
prediction.tensorRef.dispose();
tf.dispose([ids, smallest]);
uploaded.destroy();
