/// <reference types="node" />
/**
 * Keeps a command from writing into the data set that it reads: its outputs would be taken for part of the set. A directory
 * below the source is fine, because `withoutOutputs` leaves it out.
 */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { UsageError } from "../usage-error.js";
import type { OpenedFiles } from "./open-files.js";
import { isInside, realPlace } from "./places.js";

/** @throws {UsageError}: the output directory is the source, has it inside, or is below it and may be read with it */
export function checkOutside(
  out: string,
  { root, inputs, isWholeFolder = false, leftOut = [] }: Omit<OpenedFiles, "source" | "name">,
): void {
  const target = realPlace(out);
  const given = inputs.map(realPlace);
  const folder = root === null ? null : realPlace(root);
  const isLeftOut = leftOut.some((path) => isInside(target, realPlace(join(root!, path))));
  for (const input of [...(folder === null ? [] : [folder]), ...given]) {
    const isBelow = isInside(target, input) && target !== input;
    if (!isBelow && !isInside(input, target)) continue;
    // The folder around single files is no source by itself.
    const isAround = input === folder && !given.includes(folder) && !isWholeFolder;
    if (isAround && !isInside(input, target)) continue;
    const isHidden = relative(input, target)
      .split(sep)
      .some((name) => name.startsWith("."));
    if (isBelow && (isLeftOut || isHidden || isEmpty(target))) continue;
    const place = isBelow
      ? `in the source ${input} and has files that labelmap did not write`
      : `the source ${input}, or has it inside`;
    throw new UsageError(`the output directory ${out} is ${place}; choose another one`);
  }
}

/** Whether a directory is missing or empty. */
function isEmpty(place: string): boolean {
  return !existsSync(place) || (statSync(place).isDirectory() && readdirSync(place).length === 0);
}
