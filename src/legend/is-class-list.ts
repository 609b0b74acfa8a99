/** Tells a class list from anything else. */
import { isObject } from "../checks/describe.js";
import type { ClassList } from "./class-list.js";

/** By what it does, so that the class itself and all that it needs stay out of an entry point that only takes lists. */
export function isClassList(classes: unknown): classes is ClassList {
  return isObject(classes) && typeof classes.idOf === "function" && Array.isArray(classes.classes);
}
