/**
 * A model of onnxruntime-web whose input is painted on the GPU, and whose output is measured there. No pixel is ever on the
 * CPU.
 *
 * The model smooths a mask: a convolution counts the pixels of each class around each pixel, so its logits are largest for the
 * class that most of the 5×5 pixels have. It has no padding, so its output lacks two pixels at each edge.
 */
import { measure, paint, uploadRuns } from "labelmap/webgpu";
import * as ort from "onnxruntime-web/webgpu";
import { constant, FLOAT, model, node, tensor } from "../onnxruntime/onnx-message.mjs";
import { classes, runs, show } from "./sample.js";

const session = await ort.InferenceSession.create(smoothing(classes.classes.length, 5), {
  executionProviders: ["webgpu"],
  preferredOutputLocation: "gpu-buffer",
});
// Buffers belong to a device, so everything has to use onnxruntime's.
const device = await ort.env.webgpu.device;

const { width, height } = runs;
const uploaded = await uploadRuns(device, runs);
const input = await paint(device, uploaded, { map: "semantic", classes, oneHot: true });
const dims = [1, classes.classes.length, height, width];
const { logits } = await session.run({ ids: ort.Tensor.fromGpuBuffer(input, { dataType: "float32", dims }) });

show(
  await measure(device, uploaded, logits.gpuBuffer, {
    classes,
    dtype: "float32",
    crop: { x: 2, y: 2, width: width - 4, height: height - 4 },
  }),
);
logits.dispose();
input.destroy();
uploaded.destroy();

/** One convolution for each channel, with ones. */
function smoothing(channels, side) {
  const ones = new Float32Array(channels * side * side).fill(1);
  return model({
    name: "smoothing",
    nodes: [node("Conv", ["ids", "ones"], ["logits"], { group: channels })],
    constants: [constant("ones", ones, channels, 1, side, side)],
    inputs: [tensor("ids", FLOAT, "N", "C", "H", "W")],
    outputs: [tensor("logits", FLOAT, "N", "C", "H", "W")],
  });
}
