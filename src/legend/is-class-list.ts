/** Whether a value is a class list. */
import { isObject } from "../checks/describe.js";
import type { ClassList } from "./class-list.js";

/** Checks the members, so that an entry point that only takes lists need not load the class and all its imports. */
export function isClassList(classes: unknown): classes is ClassList {
  return isObject(classes) && typeof classes.idOf === "function" && Array.isArray(classes.classes);
}
