/** Checks of what callers pass to the entry points beside the core. Whatever cannot be meant is one kind of error. */
import type { ClassList } from "./classes.js";
import { isObject, kindOf } from "./describe.js";
import { DecodeError } from "./errors.js";
import type { View } from "./views.js";

/** The error for an argument or option that is not allowed: DecodeError OPTION_INVALID. */
export function invalid(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", message);
}

/**
 * @param flags the options that are true or false.
 * @throws {DecodeError} OPTION_INVALID: no object, or a flag that is neither.
 */
export function checkOptions<T>(options: T, ...flags: (keyof T & string)[]): T {
  if (!isObject(options)) throw invalid(`The options are ${kindOf(options)}; give an object.`);
  for (const flag of flags) {
    const value: unknown = options[flag];
    if (value !== undefined && typeof value !== "boolean") throw invalid(`${flag} must be true or false.`);
  }
  return options;
}

/** Whether this is a number of things that may be none. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** By what it does, so that the class itself and all that it needs stay out of an entry point that only takes lists. */
export function isClassList(classes: unknown): classes is ClassList {
  return isObject(classes) && typeof classes.idOf === "function" && Array.isArray(classes.classes);
}

/** What each view is called; the names of `View["map"]`. */
const CONTENTS: readonly unknown[] = ["label", "semantic", "instance", "panoptic"] satisfies View["map"][];

/** What a map's values are, where it says so: a decoded map, or one that `labelmap/geometry` made of it. */
export function contentOf(map: unknown): View["map"] | undefined {
  const { map: name, labels }: Partial<Record<string, unknown>> = isObject(map) ? map : {};
  if (CONTENTS.includes(name)) return name as View["map"];
  return Array.isArray(labels) ? "label" : undefined;
}
