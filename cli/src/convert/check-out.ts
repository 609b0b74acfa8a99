/// <reference types="node" />
/** Checks that a conversion does not write into its own source. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { OpenedSet } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

/** @throws {UsageError}: the output directory is the source, is in it, or has it inside */
export function checkOut(out: string, { root, inputs }: OpenedSet): void {
  const target = realPlace(out);
  const isInside = (path: string, folder: string) => {
    const way = relative(folder, path);
    return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
  };
  const given = inputs.map(realPlace);
  const folder = root === null ? null : realPlace(root);
  for (const input of [...(folder === null ? [] : [folder]), ...given]) {
    if (!isInside(target, input) && !isInside(input, target)) continue;
    // The folder around single files is no source by itself.
    if (input === folder && !given.includes(folder) && !isInside(input, target)) continue;
    throw new UsageError(
      `the output directory ${out} is the source ${input}, or one is inside the other; choose another one`,
    );
  }
}

/** The place on the disk, without links. What does not exist yet has the place of the folder that will hold it. */
function realPlace(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return join(realPlace(dirname(full)), basename(full));
}
