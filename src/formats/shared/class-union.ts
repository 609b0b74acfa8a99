/** The classes of a set that has categories in several files. */

import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { ClassEntry } from "../../legend/class-list.js";
import { readCategories } from "./class-names.js";

/**
 * Adds the categories of a file to those of other files.
 *
 * @param isThing whether the classes have objects; undefined if the categories say it themselves with `isthing`, or if
 *   nobody says it
 * @throws {FormatError} FORMAT_INVALID: the categories are malformed, or a category has another name in another file.
 */
export function addCategories(
  classes: Map<number, ClassEntry>,
  categories: unknown,
  path: string,
  isThing?: boolean,
): void {
  const read = readCategories(categories, path, ({ isthing }) => {
    if (isThing !== undefined) return { isThing };
    return isthing === undefined || isthing === null ? {} : { isThing: Boolean(isthing) };
  });
  for (const [id, { className, supercategory, ...rest }] of read) {
    const known = classes.get(id);
    if (known !== undefined && known.name !== className) {
      const problem = `the category ${id} is ${quote(className)}, but ${quote(known.name)} in another file`;
      const message = `${problem}; read the parts one by one with \`split\`.`;
      throw new FormatError("FORMAT_INVALID", path, message);
    }
    const group = supercategory === null ? {} : { supercategory };
    classes.set(id, { id, name: className, ...group, ...rest });
  }
}
