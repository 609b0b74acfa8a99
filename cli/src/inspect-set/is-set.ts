/// <reference types="node" />
/** Whether the arguments of `labelmap inspect` name a data set or a single mask. */

import { existsSync, statSync } from "node:fs";

/** Files that list masks, and archives. */
const LISTS = /\.(?:json|zip|xml|ya?ml|txt|csv)$/i;
const PATTERN = /[*?[{]/;

/** What the arguments name: sources of a data set, and perhaps the legend of its masks. */
export interface SetArguments {
  readonly sources: readonly string[];
  readonly legend: string | undefined;
}

/**
 * A folder, a pattern, a file that lists masks, or several masks are a data set. A folder and one more argument are masks
 * and their legend, as a mask and one more argument are.
 *
 * @returns `undefined` if the arguments are a mask, perhaps with its legend
 */
export function setArguments(first: string, others: readonly string[]): SetArguments | undefined {
  const isMask = (path: string) => /\.png$/i.test(path);
  const isMany = isFolder(first) || (!existsSync(first) && PATTERN.test(first));
  if (isMany && others.length === 1 && !isMask(others[0]!) && !isFolder(others[0]!)) {
    return { sources: [first], legend: others[0] };
  }
  // The result of a mask is no list of masks.
  const isResult = existsSync(first.replace(LISTS, ".png"));
  const isList = others.length === 0 && LISTS.test(first) && !isResult;
  if (isMany || isList || others.length > 1 || others.some((path) => isMask(path) || isFolder(path))) {
    return { sources: [first, ...others], legend: undefined };
  }
  return undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
