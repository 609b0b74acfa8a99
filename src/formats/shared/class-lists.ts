/** Where the class list of a folder of ids is. It has no other part of the library in it, so `detect` may use it. */

/** The file of the class list. */
export const CLASSES = "classes.json";

/** The `classes.json` in the folder of a file, or in the nearest one above. */
export function nearestList(path: string, exists: { has(path: string): boolean }): string | null {
  let folder = path;
  do {
    folder = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
    const file = folder === "" ? CLASSES : `${folder}/${CLASSES}`;
    if (exists.has(file)) return file;
  } while (folder !== "");
  return null;
}
