/**
 * What a thread prepares once for many tasks: the class list of a plan, and the legends that it has read. Tasks of a data
 * set often have the same legend, letter by letter: one for all masks, or one for each release of the classes.
 */
import { ClassList, type SegmentationResult } from "labelmap";
import { type LegendText, readAny } from "../mask-legend.js";
import type { OutputPlan } from "./output-plan.js";

/** The legends that are kept for a plan. The oldest goes first. */
const MOST_LEGENDS = 16;
/** Characters of a legend. Longer ones are read each time, because keeping them would hold too much memory. */
const LONGEST_LEGEND = 2 ** 18;

/** A plan, and what follows from it. */
export class PreparedPlan {
  readonly plan: OutputPlan;
  readonly classes: ClassList | undefined;
  readonly #legends = new Map<string, SegmentationResult>();

  constructor(plan: OutputPlan) {
    this.plan = plan;
    this.classes = plan.classes === undefined ? undefined : ClassList.fromJSON(plan.classes);
  }

  /** The legend, read as the plan says. @throws what `readAny` throws, with the name of this legend */
  readonly read = (source: LegendText): SegmentationResult => {
    const known = this.#legends.get(source.text);
    if (known !== undefined) return known;
    const { form, decode } = this.plan;
    const legend = readAny(source, { encoding: decode.encoding, form, strict: decode.strict });
    if (source.text.length <= LONGEST_LEGEND) {
      if (this.#legends.size === MOST_LEGENDS) this.#legends.delete(this.#legends.keys().next().value!);
      this.#legends.set(source.text, legend);
    }
    return legend;
  };
}
