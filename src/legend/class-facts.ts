/** What a class list may say of a class beside its id and its names. */
import type { ClassEntry } from "./class-list.js";

export interface ClassFacts extends ClassEntry {
  /** Whether the class has objects that can be counted; `undefined` if the list does not say. */
  readonly isThing?: boolean | undefined;
  /** The class's group: `vehicle`. */
  readonly supercategory?: string | undefined;
}

/** The classes of a list, with everything that the list says of them. */
export function classFacts(classes: { readonly classes: readonly ClassEntry[] }): readonly ClassFacts[] {
  return classes.classes;
}
