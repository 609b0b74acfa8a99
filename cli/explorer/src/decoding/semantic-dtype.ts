/** The smallest type that holds every id of a class list. */
import type { ClassListJSON } from "labelmap";

export function semanticDtype({ classes, voidId, ignoreId }: ClassListJSON): "uint8" | "uint16" | "int32" {
  const largest = classes.reduce((most, { id }) => Math.max(most, id), Math.max(voidId, ignoreId));
  if (largest < 256) return "uint8";
  return largest < 65_536 ? "uint16" : "int32";
}
