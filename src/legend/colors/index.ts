/** `labelmap/colors`: colours to look at, for classes, objects and ids. Re-exports only. */

export {
  type ClassColorOptions,
  classColors,
  distinctColor,
  instanceColor,
  type OwnColors,
} from "./class-colors.js";
export {
  COLORINGS,
  type ColoredLabel,
  type Coloring,
  type LabelColorOptions,
  labelColors,
} from "./label-colors.js";
