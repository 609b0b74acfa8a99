/** Where the folders of PATH would have a program. */
import { delimiter, join } from "node:path";

/**
 * @param {readonly string[]} names of a program; in each folder the first comes first
 * @returns {string[]} paths, whether there is anything or not
 */
export function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}
