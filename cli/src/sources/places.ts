/// <reference types="node" />
/** Where paths are on the disk, without links, and which of them are inside which. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Whether a path, which need not exist yet, is in a folder. */
export function isIn(path: string, folder: string): boolean {
  return isInside(realPlace(path), realPlace(folder));
}

/** Whether a place is a folder or in it. Both are places without links. */
export function isInside(place: string, folder: string): boolean {
  const way = relative(folder, place);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** The place on the disk, without links. What does not exist yet has the place of the folder that will hold it. */
export function realPlace(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return join(realPlace(dirname(full)), basename(full));
}
