/** The table of a painting: for each rank the bits that its pixels get, or the channel of a one-hot tensor. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ValueRangeError } from "../errors.js";
import { makeViewTable, type View } from "../maps/views.js";
import { classIds, ignoredIds } from "../tensors/one-hot.js";
import { ELEMENTS, type ElementType } from "./element-types.js";
import type { CheckedOptions, OneHotChannels, ValueOptions } from "./paint-options.js";
import type { Source } from "./source.js";

/** The channel of an id whose pixels are 0 in all channels. */
const NO_CHANNEL = 0xffff_ffff;

export interface ValueTable {
  /** For each rank its bits or its channel. */
  readonly entries: Uint32Array<ArrayBuffer>;
  /** The number of channels; `undefined` if the tensor is not one-hot. */
  readonly channels: number | undefined;
}

/**
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or a map without labels where they are needed.
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value that occurs does not fit the type exactly.
 */
export function valueTableOf(source: Source, options: CheckedOptions): ValueTable {
  const { dtype, oneHot } = options;
  const wanted = oneHot === undefined ? dtype : "int32";
  const values = valuesOf(source, options, wanted);
  if (oneHot !== undefined) return channelTable(source, options, values, oneHot === true ? {} : oneHot);
  const { bitsOf } = ELEMENTS[dtype];
  return { entries: Uint32Array.from(values, bitsOf), channels: undefined };
}

/**
 * The value of each rank. A value that does not occur, and does not fit, is 0.
 *
 * @param dtype the type that the values must fit.
 */
export function valuesOf(source: Source, options: ValueOptions, dtype: ElementType): Int32Array {
  const { map = "label", classes, divisor, missing } = options;
  const { labels, distinct, unlabelledCount } = source;
  const { min, max } = ELEMENTS[dtype];
  if (labels === undefined && map !== "label") throw noLabels(map);
  let values = distinct!;
  if (labels !== undefined) {
    const isUnsigned = dtype === "uint8" || dtype === "uint16";
    const view = { map, classes, divisor, missing, dtype: isUnsigned ? dtype : "int32" } as View;
    const table = makeViewTable(view, labels);
    table.check(labels, unlabelledCount);
    values = table.values;
  }
  values.forEach((value, rank) => {
    if (value >= min && value <= max) return;
    if (occurs(source, rank)) {
      throw new ValueRangeError(
        "VALUE_OUT_OF_RANGE",
        `The value ${value} of ${nameOf(source, rank)} does not fit ${dtype} exactly (${min} to ${max}).`,
      );
    }
    values[rank] = 0;
  });
  return values;
}

/** Whether a rank of a map with labels has pixels. */
function occurs({ labels, unlabelledCount, distinct }: Source, rank: number): boolean {
  if (distinct !== undefined) return true;
  return rank === 0 ? unlabelledCount > 0 : labels![rank - 1]!.pixelCount > 0;
}

function nameOf({ labels }: Source, rank: number): string {
  if (labels === undefined) return "the map";
  return rank === 0 ? "the unlabelled pixels" : `the label ${JSON.stringify(labels[rank - 1]!.name)}`;
}

function noLabels(map: string): Error {
  return invalid(
    `The map's values cannot be used as "${map}", since their labels are not known; give what decodeMask returns for the target "runs".`,
  );
}

/**
 * Labels are indices in a legend. Most of them happen to be class ids too, so the mistake would go unnoticed.
 *
 * @throws {DecodeError} OPTION_INVALID: the map has no labels to find classes by, and says that its values are not class ids.
 */
export function checkHoldsClassIds({ labels, content = "semantic" }: Source): void {
  if (labels === undefined && content !== "semantic") throw noLabels("semantic");
}

/** Which channel each rank has its ones in. */
function channelTable(
  source: Source,
  { classes, map = "label" }: ValueOptions,
  values: Int32Array,
  { classes: own = classes, ignore }: OneHotChannels,
): ValueTable {
  if (source.labels !== undefined && map !== "semantic") {
    throw invalid(`oneHot needs class ids, not map: "${map}"; give map: "semantic" and classes.`);
  }
  if (own === undefined)
    throw invalid(`oneHot's classes is ${kindOf(own)}; give a ClassList, or a number of classes.`);
  if (typeof own !== "number") checkHoldsClassIds(source);
  const ids = classIds(own);
  const channelOf = new Map(ids.map((id) => [id, id]));
  for (const id of ignoredIds(ignore, own)) channelOf.set(id, NO_CHANNEL);
  const entries = Uint32Array.from(values, (value, rank) => {
    const channel = channelOf.get(value);
    if (channel === undefined && occurs(source, rank)) {
      const message = `The id ${value} of ${nameOf(source, rank)} is not a class; add it to \`classes\` or to \`ignore\`.`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
    }
    return channel ?? NO_CHANNEL;
  });
  return { entries, channels: ids.reduce((most, id) => Math.max(most, id + 1), 0) };
}
