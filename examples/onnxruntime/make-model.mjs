/**
 * Writes count-labels.onnx. Its single node, `Unique`, outputs each number that occurs in the labels and how many
 * pixels have it.
 */
import { writeFileSync } from "node:fs";
import { INT64, model, node, tensor } from "./onnx-message.mjs";

// Unique has four outputs. An empty name leaves an output out. Operator set 11 introduced it.
const bytes = model({
  name: "count-labels",
  nodes: [node("Unique", ["labels"], ["numbers", "", "", "counts"])],
  inputs: [tensor("labels", INT64, "N", "H", "W")],
  outputs: [tensor("numbers", INT64, "K"), tensor("counts", INT64, "K")],
});

writeFileSync(process.argv[2] ?? new URL("count-labels.onnx", import.meta.url), bytes);
