/**
 * A model of transformers.js whose input is painted on the GPU, and whose output is measured there. No pixel is ever on the
 * CPU. The model smooths a mask; make-model.mjs made it.
 */
import "labelmap/maps";
import { env, SegformerForSemanticSegmentation, Tensor } from "@huggingface/transformers";
import { ClassList, decodeMask } from "labelmap";
import { measure, paint, uploadRuns } from "labelmap/webgpu";
// By default the runtime is downloaded. Here it is the one of the package.
import mjs from "./node_modules/@huggingface/transformers/dist/ort-wasm-simd-threaded.jsep.mjs?url";
import wasm from "./node_modules/@huggingface/transformers/dist/ort-wasm-simd-threaded.jsep.wasm?url";

const png = new URL("../../test/fixtures/masks/street-500-rgb-interlaced.png", import.meta.url);
const json = new URL("../../test/fixtures/masks/street-500-rgb-interlaced.json", import.meta.url);
const absolute = (path) => new URL(path, location.href).href;

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = absolute("./models/");
env.useBrowserCache = false;
env.backends.onnx.wasm.wasmPaths = { mjs: absolute(mjs), wasm: absolute(wasm) };
const model = await SegformerForSemanticSegmentation.from_pretrained("smoothing", {
  device: "webgpu",
  dtype: "fp32",
  session_options: { preferredOutputLocation: "gpu-buffer" },
});
// Buffers belong to a device, so everything has to use the runtime's.
const device = await env.backends.onnx.webgpu.device;

const result = await (await fetch(json)).json();
const classes = ClassList.fromResults([result]);
const runs = await decodeMask(fetch(png), result, { target: { map: "runs" } });
const { width, height } = runs;
const uploaded = await uploadRuns(device, runs);
const input = await paint(device, uploaded, { map: "semantic", classes, oneHot: true });

// transformers.js does not export the runtime's tensor. Each of its own has one.
const RuntimeTensor = new Tensor("float32", [0], [1]).ort_tensor.constructor;
const dims = [1, classes.classes.length, height, width];
const pixels = new Tensor(RuntimeTensor.fromGpuBuffer(input, { dataType: "float32", dims }));
const { logits } = await model({ pixel_values: pixels });

const { meanIoU, classes: scores } = await measure(device, uploaded, logits.ort_tensor.gpuBuffer, {
  classes,
  dtype: "float32",
  crop: { x: 2, y: 2, width: width - 4, height: height - 4 },
});
const lines = scores.map(({ name, iou, referencePixels }) => `${name} ${iou} of ${referencePixels} pixels`);
document.querySelector("#scores").textContent = [`mean IoU ${meanIoU}`, ...lines].join("\n");
