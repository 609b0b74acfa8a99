/// <reference types="node" />
/** A folder of masks, each with its result beside it, as the source of `labelmap classes`. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClassBy, type ClassList, decodeMask, LabelMapError } from "labelmap";
import { DatasetReport } from "labelmap/dataset";
import { listMasks } from "labelmap/dataset/node";
import { encodingOf } from "labelmap/ids";
import { collectClasses } from "../batch/collect-classes.js";
import { SOURCES } from "../batch/sources.js";
import { isPalette, type LegendFlags, readLegendText } from "../legend-flags.js";
import { type LegendReading, type LegendText, legendOfMask } from "../mask-legend.js";
import type { ClassSource } from "./source.js";

/**
 * @param folder the folder, or an output directory of `labelmap fetch`
 * @throws {UsageError}: there is no such legend; the system's error
 */
export async function ofMasks(folder: string, { legend, encoding, form }: LegendFlags): Promise<ClassSource> {
  const masks = masksFolder(folder);
  const common = legend === undefined ? null : await readLegendText(legend);
  const source: Sources = { folder: masks, common, encoding, form };
  return {
    name: folder,
    folder,
    inputs: [...(await inputsOf(masks)), ...(legend === undefined || isPalette(legend) ? [] : [legend])],
    collect: (options) =>
      collectClasses(readResults(source), {
        ...options,
        encoding,
        form,
        order: common === null ? "name" : "source",
      }),
    report: (classes, classBy) => reportOf(source, classes, classBy),
  };
}

/** The folder of the masks: in an output directory of `labelmap fetch`, that of the vendor's files. */
export function masksFolder(folder: string): string {
  return existsSync(join(folder, SOURCES)) ? join(folder, SOURCES) : folder;
}

/** All masks of the folder, and the results that lie beside them. */
async function inputsOf(folder: string): Promise<string[]> {
  const masks = await listMasks(folder);
  return masks.flatMap(({ file, result }) => [
    join(folder, file),
    ...(result === null ? [] : [join(folder, result)]),
  ]);
}

/** The masks of the report. */
interface Sources extends Pick<LegendReading, "encoding" | "form"> {
  readonly folder: string;
  /** The legend of masks that have no result. */
  readonly common: LegendText | null;
}

/** The text of each legend, that of `--legend` first. Masks without a legend have that of their encoding, if it has one. */
async function* readResults({ folder, common, encoding = "colors" }: Sources): AsyncIterable<string> {
  const masks = await listMasks(folder);
  const own = common?.text ?? encodingOf(encoding)?.legend;
  if (own !== undefined && masks.some(({ result }) => result === null)) yield own;
  for (const { result } of masks) {
    if (result !== null) yield await readFile(join(folder, result), "utf8");
  }
}

/**
 * The report on the masks, read one by one. Masks without a legend, and masks that cannot be decoded, are listed in it.
 * @throws {DecodeError} OPTION_INVALID: no mask has a legend.
 */
async function reportOf(
  { folder, common, encoding, form }: Sources,
  classes: ClassList,
  classBy: ClassBy = "name",
): Promise<DatasetReport> {
  const report = new DatasetReport({ classes });
  const masks = await listMasks(folder);
  const isOfIds = encoding !== undefined && encoding !== "colors";
  if (!masks.some(({ result }) => result !== null || common !== null || isOfIds)) {
    throw new LabelMapError(
      "OPTION_INVALID",
      `${folder} has no masks: expected name.png with its result in name.json (subfolders are not read); give the legend of all masks with --legend`,
    );
  }
  for (const { file, id, result } of masks) {
    try {
      const text =
        result === null ? common : { name: result, text: await readFile(join(folder, result), "utf8") };
      if (text === null && !isOfIds) {
        throw new LabelMapError("RESULT_INVALID", `${file} has no result beside it: expected ${id}.json`);
      }
      const png = await readFile(join(folder, file));
      const { legend, encoding: read } = legendOfMask(png, text, { encoding, form });
      // Counts cover the whole mask, whatever the size of the output. So the output is a single pixel.
      const options = { classBy, encoding: read, resize: { width: 1, height: 1 } };
      report.add(id, await decodeMask(png, legend, options));
    } catch (error) {
      if (error instanceof LabelMapError && error.code === "OPTION_INVALID") throw error;
      report.addFailure(id, error);
    }
  }
  return report;
}
