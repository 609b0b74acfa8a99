/** The errors of files in other containers. Each names the file. */

import { FormatError } from "labelmap";

/** A fault in a file: it is broken, cut short, or contradicts itself. */
export const invalidFile = (name: string, problem: string, cause?: unknown): FormatError =>
  new FormatError("FORMAT_INVALID", name, problem, cause === undefined ? {} : { cause });

/** A file that is in order, but that cannot be read here. */
export const unsupportedFile = (name: string, problem: string): FormatError =>
  new FormatError("FORMAT_UNSUPPORTED", name, problem);

/** @throws {FormatError} FORMAT_INVALID: there are no pixels. FORMAT_UNSUPPORTED: there are too many. */
export function checkPixels(name: string, width: number, height: number, maxPixels: number): void {
  if (!(width > 0 && height > 0)) throw invalidFile(name, `its size is ${width} × ${height}.`);
  if (width * height <= maxPixels) return;
  const problem = `it has ${width} × ${height} pixels, but at most ${maxPixels} are read; raise maxPixels`;
  throw unsupportedFile(name, `${problem}.`);
}
