/** A label map to a PNG in colours and a legend that `decodeMask`, and the vendor's tools, read. */

import { invalid } from "../../checks/invalid.js";
import { parseColor } from "../../legend/legend.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import { type LabelledMap, labelledPixels } from "../../maps/labelled-map.js";
import { encodeIds } from "../id-png/write.js";
import { paint } from "../shared/segments.js";

/** A mask and its legend. */
export interface ColourMask {
  readonly png: Uint8Array<ArrayBuffer>;
  /** `#rrggbb` to name, in the order of the labels: `car # 1`. */
  readonly legend: Readonly<Record<string, string>>;
}

/** A legend's own limit. */
const MOST_LABELS = 65_536;

/**
 * The RGB PNG of a label map, and its legend. A label keeps its colour if it is a colour and no label before it has it. The
 * name is the class with the number of the object. Unlabelled pixels are black, or a colour that no label has.
 *
 * @throws {DecodeError} OPTION_INVALID: not a label map, or it has more than 65,536 labels.
 */
export function encodeColourMask(given: LabelledMap): ColourMask {
  const map = labelledPixels(given);
  const { width, height, labels } = map;
  if (labels.length > MOST_LABELS) {
    throw invalid(`The map has ${labels.length} labels; a legend has up to ${MOST_LABELS}.`);
  }
  const taken = new Set<number>();
  const own = labels.map(({ color }) => {
    const rgb = parseColor(color);
    if (rgb < 0 || taken.has(rgb)) return -1;
    taken.add(rgb);
    return rgb;
  });
  let next = 1;
  const free = () => {
    let rgb = parseColor(vocColor(next++));
    while (taken.has(rgb)) rgb = parseColor(vocColor(next++));
    taken.add(rgb);
    return rgb;
  };
  const unlabelled = taken.has(0) ? free() : 0;
  taken.add(unlabelled);
  const colours = own.map((rgb) => (rgb < 0 ? free() : rgb));
  const legend: Record<string, string> = {};
  for (const { index, className, instanceId, instanceNumber } of labels) {
    const name = instanceId > 0 ? `${className} # ${instanceNumber || instanceId}` : className;
    legend[`#${colours[index]!.toString(16).padStart(6, "0")}`] = name;
  }
  // The id of a colour has red in its lowest byte.
  const table = Int32Array.from([unlabelled, ...colours], (rgb) => {
    return ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16);
  });
  return { png: encodeIds({ width, height, data: paint(map.data, table) }), legend };
}
