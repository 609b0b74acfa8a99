/// <reference types="node" />
/** Keeps a command from writing into the data set that it reads: its outputs would be taken for part of the set. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../usage-error.js";
import type { OpenedFiles } from "./open-files.js";

/** @throws {UsageError}: the output directory is the source, is in it, or has it inside */
export function checkOutside(
  out: string,
  { root, inputs, isWholeFolder = false }: Pick<OpenedFiles, "root" | "inputs" | "isWholeFolder">,
): void {
  const target = realPlace(out);
  const given = inputs.map(realPlace);
  const folder = root === null ? null : realPlace(root);
  for (const input of [...(folder === null ? [] : [folder]), ...given]) {
    if (!isInside(target, input) && !isInside(input, target)) continue;
    // The folder around single files is no source by itself.
    const isAround = input === folder && !given.includes(folder) && !isWholeFolder;
    if (isAround && !isInside(input, target)) continue;
    throw new UsageError(
      `the output directory ${out} is the source ${input}, or one is inside the other; choose another one`,
    );
  }
}

/** Whether a path, which need not exist yet, is in a folder. */
export function isIn(path: string, folder: string): boolean {
  return isInside(realPlace(path), realPlace(folder));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** The place on the disk, without links. What does not exist yet has the place of the folder that will hold it. */
function realPlace(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return join(realPlace(dirname(full)), basename(full));
}
