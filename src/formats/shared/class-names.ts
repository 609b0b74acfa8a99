/** What class ids are called: by the categories of a COCO file, or by a class list. An id without a name is its own name. */

import { kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { isClassList } from "../../legend/is-class-list.js";
import { arrayAt, type Fields, integerAt, objectAt } from "./fields.js";

/** What is known of a class. */
export interface NamedClass {
  readonly className: string;
  readonly supercategory: string | null;
}

/** A category of a COCO file, as a reader takes it. */
export interface CocoCategory {
  readonly id: number;
  /** Default: the id as text. */
  readonly name?: string;
  readonly supercategory?: string;
}

/**
 * The categories by id.
 * @param read reads what else the format has
 * @throws {FormatError} FORMAT_INVALID: `categories` is not an array of objects with ids, a name is not text, or an id
 *   has two names.
 */
export function readCategories<T extends object>(
  categories: unknown,
  format: string,
  read: (fields: Fields, path: string, id: number) => T,
): Map<number, NamedClass & T> {
  const classes = new Map<number, NamedClass & T>();
  arrayAt(categories, "categories", format).forEach((item, place) => {
    const path = `categories[${place}]`;
    const fields = objectAt(item, path, format);
    const id = integerAt(fields.id, `${path}.id`, format);
    const className = textAt(fields.name, `${path}.name`, format) ?? String(id);
    const supercategory = textAt(fields.supercategory, `${path}.supercategory`, format) ?? null;
    const known = classes.get(id);
    if (known !== undefined && known.className !== className) {
      const problem = `${quote(className)} has the id ${id}, which is already ${quote(known.className)}`;
      throw new FormatError("FORMAT_INVALID", format, `${path}: ${problem}; give each class its own id.`);
    }
    classes.set(id, { className, supercategory, ...read(fields, path, id) });
  });
  return classes;
}

/** A text; `undefined` if it is missing or empty, since some tools write "" for nothing. */
function textAt(value: unknown, path: string, format: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(value)}; make it a string.`);
}

/**
 * What a class list says of each class id. It is empty if there is no list.
 * @throws {DecodeError} OPTION_INVALID: not a `ClassList`.
 */
export function classesById(classes: ClassList | undefined): ReadonlyMap<number, ClassEntry> {
  if (classes !== undefined && !isClassList(classes)) {
    throw new DecodeError("OPTION_INVALID", `classes is ${kindOf(classes)}; give a ClassList.`);
  }
  return new Map(classes === undefined ? [] : classes.classes.map((entry) => [entry.id, entry]));
}
