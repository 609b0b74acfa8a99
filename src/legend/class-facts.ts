/** What a class list may say of a class beside its id and its names. */
import type { ClassEntry } from "./class-list.js";

export interface ClassFacts extends ClassEntry {
  /** Whether the class has objects that can be counted, if the list says so. */
  readonly isThing?: boolean;
  /** The class's group, if the list says so: `vehicle`. */
  readonly supercategory?: string;
}

/** The classes of a list, with everything that the list says of them. */
export function classFacts(classes: { readonly classes: readonly ClassEntry[] }): readonly ClassFacts[] {
  return classes.classes;
}
