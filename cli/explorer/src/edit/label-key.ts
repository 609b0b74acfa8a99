/** By what a legend knows a label: its colour, or the id of its pixels. A legend of ids has colours only to show. */
import type { ShownLabel } from "../decoding/protocol.js";
import { opened } from "../state.js";

/** Of a label of the shown mask: `#rrggbb`, or the digits of the id. */
export function labelKey({ color, classId }: ShownLabel): string {
  return isOfIds() ? String(classId) : color;
}

/** Whether the pixels of the shown mask are ids. */
export function isOfIds(): boolean {
  return opened.value !== null && opened.value.decoded.encoding !== "colors";
}
