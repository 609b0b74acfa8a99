/** The colours in which the labels of a mask are drawn. */
import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { type ClassColorOptions, classColors, distinctColor, instanceColor } from "./class-colors.js";

/**
 * What the colour of a label says: `mask` is the colour in the mask itself, `class` one colour for each class, `instance` a
 * shade of it for each object, and `distinct` another colour for each label.
 */
export const COLORINGS = ["mask", "class", "instance", "distinct"] as const;
export type Coloring = (typeof COLORINGS)[number];

/** What is used of a label. `Label` has it. */
export interface ColoredLabel {
  readonly index: number;
  readonly color: string;
  readonly name: string;
  readonly className: string;
  readonly instanceNumber: number;
}

export interface LabelColorOptions extends ClassColorOptions {
  /** What the colours say. Default: `class`. */
  readonly by?: Coloring;
  /**
   * The names of all classes of the data set, for the same colours in all its masks. Default: the classes of these labels.
   */
  readonly classNames?: Iterable<string>;
}

/**
 * The colour of each label, `#rrggbb`, in the order of the labels. A map's `labels` can be drawn with it.
 *
 * - `mask`: `Label.color`.
 * - `class`: `classColors` of the class names.
 * - `instance`: `instanceColor` of the class's colour.
 * - `distinct`: `distinctColor` of the label's index. If all names are whole numbers, as in a mask of ids without a legend,
 *   of the number.
 *
 * @throws {DecodeError} OPTION_INVALID: an unknown `by`, or one of the user's colours is not a colour.
 */
export function labelColors(
  labels: readonly ColoredLabel[],
  { by = "class", classNames = [], ...options }: LabelColorOptions = {},
): string[] {
  if (!COLORINGS.includes(by)) {
    throw invalid(`by: is ${quote(String(by))}; make it one of ${COLORINGS.join(", ")}.`);
  }
  if (by === "mask") return labels.map(({ color }) => color);
  if (by === "distinct") {
    const areIds = labels.every(({ name }) => /^(0|[1-9]\d{0,14})$/.test(name));
    return labels.map(({ index, name }) => distinctColor(areIds ? Number(name) : index));
  }
  const colors = classColors([...classNames, ...labels.map(({ className }) => className)], options);
  return labels.map(({ className, instanceNumber }) => {
    const color = colors.get(className)!;
    return by === "class" ? color : instanceColor(color, instanceNumber);
  });
}
