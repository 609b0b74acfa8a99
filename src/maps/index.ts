/** `labelmap/maps`: label maps from your own arrays, such as a model's prediction. Re-exports only. */

export { combineRuns, type PairedArea } from "./combine-runs.js";
export { labelAt } from "./label-at.js";
export {
  type IntegerArray,
  type IntegerMap,
  type LabelMapFromOptions,
  labelMapFrom,
} from "./label-map-from.js";
export type { LabelledMap } from "./labelled-map.js";
export { type LabelChange, relabel } from "./relabel.js";
export { withLabels } from "./with-labels.js";
