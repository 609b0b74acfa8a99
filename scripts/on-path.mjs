/** The paths at which a program may be found, according to PATH. */
import { delimiter, join } from "node:path";

/**
 * @param {readonly string[]} names of the program, in order of preference within a folder
 * @returns {string[]} paths, whether the files exist or not
 */
export function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}
