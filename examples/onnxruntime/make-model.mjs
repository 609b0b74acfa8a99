/**
 * Writes count-labels.onnx. Its single node, `Unique`, outputs each number that occurs in the labels and how many
 * pixels have it. A model is a Protocol Buffers message; its field numbers are defined in ONNX's onnx.proto.
 */
import { writeFileSync } from "node:fs";

const INT64 = 7;

const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
/** A message made of fields `[number, value]`. A value is an integer, a text, or a message. */
const message = (...fields) =>
  fields.flatMap(([number, value]) => {
    if (typeof value === "number") return [number << 3, ...varint(value)];
    const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
    return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
  });

/** An int64 input or output, with its name and a name for each dimension. */
const tensor = (name, ...dimensions) => {
  const shape = message(...dimensions.map((dimension) => [1, message([2, dimension])]));
  return message([1, name], [2, message([1, message([1, INT64], [2, shape])])]);
};

// Unique has four outputs. An empty name leaves an output out.
const outputs = ["numbers", "", "", "counts"];
const node = message([1, "labels"], ...outputs.map((name) => [2, name]), [4, "Unique"]);
const graph = message(
  [1, node],
  [2, "count-labels"],
  [11, tensor("labels", "N", "H", "W")],
  [12, tensor("numbers", "K")],
  [12, tensor("counts", "K")],
);
// Operator set 11 introduced Unique, and version 6 of the format goes with it. Any later runtime reads both.
const model = message([1, 6], [7, graph], [8, message([1, ""], [2, 11])]);

writeFileSync(process.argv[2] ?? new URL("count-labels.onnx", import.meta.url), Uint8Array.from(model));
