/** ONNX models are Protocol Buffers messages. The field numbers in this folder are defined in ONNX's onnx.proto. */

const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);

/** A message made of fields `[number, value]`. A value is an integer, a text, or a message. */
export const message = (...fields) =>
  fields.flatMap(([number, value]) => {
    if (typeof value === "number") return [...varint(number << 3), ...varint(value)];
    const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
    return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
  });

export const FLOAT = 1;
export const INT64 = 7;

/** An input or output, with its name, its type and a name for each dimension. */
export const tensor = (name, type, ...dimensions) => {
  const shape = message(...dimensions.map((dimension) => [1, message([2, dimension])]));
  return message([1, name], [2, message([1, message([1, type], [2, shape])])]);
};

/** A tensor with its values: a Float32Array or a BigInt64Array. */
export const constant = (name, values, ...dims) =>
  message(
    ...dims.map((length) => [1, length]),
    [2, values instanceof Float32Array ? FLOAT : INT64],
    [8, name],
    [9, [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]],
  );

/** An attribute: an integer, or a list of integers. */
const attribute = (name, value) =>
  Array.isArray(value)
    ? message([1, name], ...value.map((each) => [8, each]), [20, 7])
    : message([1, name], [3, value], [20, 2]);

/** One operation. @param attributes names, and integers or lists of them */
export const node = (operation, inputs, outputs, attributes = {}) =>
  message(
    ...inputs.map((name) => [1, name]),
    ...outputs.map((name) => [2, name]),
    [4, operation],
    ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)]),
  );

/** A model. Version 6 of the format and operator set 11 go together. Any later runtime reads both. */
export const model = ({ name, nodes, constants = [], inputs, outputs }) => {
  const graph = message(
    ...nodes.map((each) => [1, each]),
    [2, name],
    ...constants.map((each) => [5, each]),
    ...inputs.map((each) => [11, each]),
    ...outputs.map((each) => [12, each]),
  );
  return Uint8Array.from(message([1, 6], [7, graph], [8, message([1, ""], [2, 11])]));
};
