/** `labelmap/tensors`: label maps as the inputs and targets of models. Re-exports only. */
export { type OneHotOptions, oneHot } from "./one-hot.js";
export {
  type TensorArrays,
  type TensorData,
  type TensorOptions,
  type TensorType,
  toTensor,
} from "./to-tensor.js";
