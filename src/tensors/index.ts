/** `labelmap/tensors`: turns label maps into inputs and targets for models. Re-exports only. */
export { type OneHotOptions, oneHot } from "./one-hot.js";
export {
  type TensorArrays,
  type TensorData,
  type TensorOptions,
  type TensorType,
  toTensor,
} from "./to-tensor.js";
