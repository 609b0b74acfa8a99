/** A label map as the pixels that `decodeMask` gives for a target. The map is one of a data set or a video, so it is decoded. */

import { type DenseMap, type LabelArray, type LabelMap, ValueRangeError, type View } from "labelmap";

/**
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels. {ValueRangeError} VALUE_OUT_OF_RANGE: a value
 *   does not fit the dtype.
 */
export function viewOf(map: LabelMap, view: View): DenseMap {
  const { width, height } = map;
  return { width, height, data: pixelsOf(map, view) };
}

function pixelsOf(map: LabelMap, view: View): LabelArray {
  if (view.map === "instance") return map.instance(view);
  if (view.map === "semantic") return map.semantic(view.classes, view);
  if (view.map === "panoptic") return map.panoptic(view.classes, view);
  return indicesOf(map, view.dtype ?? "int32");
}

/** The index of each pixel's label. Unlabelled pixels are -1, which is the largest value of an unsigned type. */
function indicesOf({ data, labels }: LabelMap, dtype: "int32" | "uint8" | "uint16"): LabelArray {
  if (dtype === "int32") return data;
  const most = dtype === "uint8" ? 254 : 65_534;
  const tooLarge = labels.find(({ index, pixelCount }) => index > most && pixelCount > 0);
  if (tooLarge !== undefined) {
    throw new ValueRangeError(
      "VALUE_OUT_OF_RANGE",
      `The value ${tooLarge.index} of the label ${JSON.stringify(tooLarge.name)} does not fit ${dtype} (at most ${most}).`,
    );
  }
  return dtype === "uint8" ? new Uint8Array(data) : new Uint16Array(data);
}
