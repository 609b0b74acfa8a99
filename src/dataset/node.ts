/// <reference types="node" />
/**
 * `labelmap/dataset/node`: makes a class list and a report from a directory of masks, each `name.png` with its result
 * `name.json` beside it. Other files and subfolders are not read. The pairs are read one by one, in the order of their
 * names, so only one is in memory.
 */

import type { OrConst } from "../checks/const-options.js";
import "../decode/register/all.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions } from "../checks/arguments.js";
import { invalid } from "../checks/invalid.js";
import { decodeMask } from "../decode/decode.js";
import type { DecodeOptions } from "../decode/decode-options.js";
import type { SignalInput, SignalOptions } from "../decode/input-types.js";
import { DecodeError, LabelMapError } from "../errors.js";
import { ClassList, type ClassListOptions } from "../legend/class-list.js";
import { type ClassBy, identifyEntries, parseResult } from "../legend/result.js";
import { listMasks, type MaskFile } from "./mask-files.js";
import { DatasetReport, type DatasetReportOptions } from "./report.js";

export { createFolder, type FolderOptions, openFolder } from "./folder.js";
export { listMasks, type MaskFile, nameOfMask } from "./mask-files.js";

/**
 * A list of every class in the legends of a directory's results, as `ClassList.fromResults` makes it. Results are the
 * files `name.json` that have a `name.png` beside them. Subfolders are not read.
 *
 * @param path the directory.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or no mask in the directory has its result beside it.
 * @throws {LabelMapError} RESULT_INVALID, LEGEND_…: a file is not a valid result. The message starts with its name;
 *   `cause` is the error that says where in the file the fault is.
 * @throws {ClassError} CLASS_LIST_INVALID, as `ClassList.fromNames`.
 * @throws Node's own errors, with the path, if the directory or a file cannot be read; the reason of `signal`, which is
 *   asked after each file.
 */
export async function classListFromDirectory(
  path: string,
  options: ClassListOptions & { readonly classBy?: ClassBy } & SignalOptions = {},
): Promise<ClassList> {
  const { classBy, signal, ...rest } = checkOptions(options);
  const names = new Set<string>();
  for (const { result: file } of await masksOf(path, signal)) {
    if (file === null) continue;
    const text = await readFile(join(path, file), "utf8");
    signal?.throwIfAborted();
    try {
      for (const { className } of identifyEntries(parseResult(text), classBy)) names.add(className);
    } catch (error) {
      if (!(error instanceof LabelMapError)) throw error;
      throw new LabelMapError(error.code, `${file}: ${error.message}`, { cause: error });
    }
  }
  for (const name of [...(rest.void ?? []), ...(rest.ignore ?? [])]) names.delete(name);
  return ClassList.fromNames([...names].sort(), rest);
}

/**
 * The report of a directory of masks, each `name.png` with its result `name.json` beside it. The image's id is `name`.
 * Subfolders are not read. Masks without a result, and pairs that cannot be read or decoded, are listed in the report's
 * `failures`; the report goes on with the next one.
 *
 * @param path the directory.
 * @param options the options of the report, and those of `decodeMask`, such as `classBy` and `maxPixels`.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or no mask in the directory has its result beside it.
 * @throws Node's own errors if the directory cannot be read; the reason of `signal`, which is asked for each mask.
 */
export async function reportDirectory<const Given extends object = object>(
  path: string,
  options?: OrConst<
    Given,
    DatasetReportOptions & Omit<DecodeOptions, "into" | "crop" | "resize"> & SignalOptions
  >,
): Promise<DatasetReport>;
export async function reportDirectory(
  path: string,
  options: DatasetReportOptions & Omit<DecodeOptions, "into" | "crop" | "resize"> & SignalOptions = {},
): Promise<DatasetReport> {
  const { classes, signal, ...rest } = checkOptions(options);
  // Counts cover the whole mask, whatever the size of the output. So the output is a single pixel.
  const decodeOptions = { ...rest, signal, resize: { width: 1, height: 1 } };
  const report = new DatasetReport(classes === undefined ? {} : { classes });
  for (const { file, id, result: resultFile } of await masksOf(path, signal)) {
    if (resultFile === null) {
      const message = `${file} has no result beside it: expected ${id}.json`;
      report.addFailure(id, new LabelMapError("RESULT_INVALID", message));
      continue;
    }
    try {
      const result = await readFile(join(path, resultFile), "utf8");
      report.add(id, await decodeMask(await readFile(join(path, file)), result, decodeOptions));
    } catch (error) {
      signal?.throwIfAborted();
      // Invalid options are invalid for every mask.
      if (error instanceof DecodeError && error.code === "OPTION_INVALID") throw error;
      report.addFailure(id, error);
    }
  }
  return report;
}

async function masksOf(path: string, signal: SignalInput | undefined): Promise<MaskFile[]> {
  const masks = await listMasks(path, { signal });
  if (masks.some(({ result }) => result !== null)) return masks;
  throw invalid(
    `${path} has no masks: expected name.png with its result in name.json (subfolders are not read).`,
  );
}
