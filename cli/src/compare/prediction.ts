/// <reference types="node" />
/**
 * Opens the prediction of a comparison. A model often writes masks without a legend. Then the legend of the truth is used,
 * and a notice says so.
 */

import { type Command, Option } from "commander";
import type { ClassList } from "labelmap";
import type { SetFormat } from "labelmap/formats";
import type { EncodingName } from "labelmap/ids";
import { ENCODINGS } from "labelmap/ids";
import { LEGEND_FORMS, type LegendForm } from "labelmap/legend";
import { ANY_LEGEND } from "../legend-flags.js";
import { type FormatOptions, parseFormatOption } from "../options.js";
import { checkValues } from "../sources/decoded-output.js";
import { openFiles } from "../sources/open-files.js";
import {
  candidatesOf,
  chooseFormat,
  type OpenedSet,
  openSet,
  READABLE,
  type SourceFlags,
} from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";
import { borrowLegends, textFilesOf } from "./borrowed-legends.js";
import { openIdMaps } from "./id-maps.js";

export interface PredictionFlags {
  readonly predictionFrom?: SetFormat;
  readonly predictionLegend?: string;
  readonly predictionEncoding?: EncodingName;
  readonly predictionForm?: LegendForm;
  readonly predictionSuffix?: string;
  readonly predictionRead?: FormatOptions;
}

const PREFIX = "prediction-";

export function addPredictionFlags(command: Command): void {
  command
    .addOption(
      new Option(
        "--prediction-from <format>",
        "the format of the prediction; npy and npz are folders of class ids (default: recognised by its files)",
      ).choices(READABLE),
    )
    .option(
      "--prediction-legend <file|palette>",
      `for masks of the prediction: ${ANY_LEGEND} (default: its own, or the legend of the truth)`,
    )
    .addOption(
      new Option(
        "--prediction-encoding <name>",
        "how the samples of the prediction stand for labels (default: as for the truth)",
      ).choices(["colors", ...ENCODINGS.map(({ name }) => name)]),
    )
    .addOption(
      new Option(
        "--prediction-form <name>",
        "the form of --prediction-legend, if it can be read in several ways",
      ).choices(LEGEND_FORMS.map(({ name }) => name)),
    )
    .option("--prediction-suffix <text>", "what the names of the prediction's masks end with, such as _pred")
    .option(
      "--prediction-read <name=value>",
      "an option of the reader of the prediction's format; can be repeated",
      parseFormatOption,
    );
}

/** What the prediction borrows from, if it has no legend of its own. */
export interface Lender {
  readonly truth: OpenedSet;
  readonly flags: SourceFlags;
  /** The classes that numbers stand for: from `--classes`, or from the truth. */
  readonly classes: ClassList;
  readonly missing: "error" | "void";
}

/** A prediction, and what its reader should know; null if everything is the prediction's own. */
export type OpenedPrediction = OpenedSet & { readonly notice: string | null };

/** @throws {UsageError}: no format is recognised, or several; what `readSet` throws */
export async function openPrediction(
  path: string,
  given: PredictionFlags,
  lender: Lender,
): Promise<OpenedPrediction> {
  const { predictionFrom: from, predictionLegend: legend, predictionEncoding: encoding } = given;
  const { predictionForm: form, predictionSuffix: suffix, predictionRead: read } = given;
  const files = await openFiles([path]);
  const idMaps = async () => {
    await checkValues(files, isArrays ? "npy" : "label-png");
    return openIdMaps(files, { ...lender, encoding, suffix });
  };
  const paths = await files.source.list();
  const candidates = from === undefined ? await candidatesOf(files) : [];
  // A folder of arrays with its own list of classes is a data set.
  const hasClasses = paths.some((each) => /(?:^|\/)classes\.json$/.test(each));
  const arrays = from ?? (candidates.length === 1 ? candidates[0]!.format.name : undefined);
  const isArrays = arrays === "npy" || arrays === "npz";
  if (isArrays && !hasClasses) {
    const unused = { legend, encoding, form, read };
    const [flag] = Object.entries(unused).find(([, value]) => value !== undefined) ?? [];
    if (flag !== undefined) {
      throw new UsageError(`--${PREFIX}${flag} cannot be used with --${PREFIX}from ${arrays}; leave it out`);
    }
    return idMaps();
  }
  const own: SourceFlags = {
    ...(from !== undefined && { from }),
    ...(legend !== undefined && { legend }),
    ...(encoding !== undefined && { encoding }),
    ...(form !== undefined && { form }),
    ...(suffix !== undefined && { suffix }),
    ...(read !== undefined && { read }),
  };
  const isOwn = from !== undefined || legend !== undefined || candidates.length > 0;
  if (isOwn) {
    const format = from ?? (await chooseFormat(files, own, { prefix: PREFIX }));
    const flags = { ...own, from: format, ...decodingOf(lender.flags, format) };
    return { ...(await openSet([path], flags, PREFIX)), notice: null };
  }
  if (!paths.some((each) => /\.png$/i.test(each))) return idMaps();
  const { truth, flags } = lender;
  if (flags.legend !== undefined) {
    const { legend: lent, encoding: lentEncoding, form: lentForm } = flags;
    const borrowed = {
      ...{ legend: lent, ...(lentEncoding !== undefined && { encoding: lentEncoding }) },
      ...(lentForm !== undefined && { form: lentForm }),
    };
    const opened = await openSet(
      [path],
      { ...borrowed, ...own, from: "mask-folder", ...decodingOf(flags, "mask-folder") },
      PREFIX,
    );
    return { ...opened, notice: `has no legend of its own; ${flags.legend} is used, as for the truth` };
  }
  await checkValues(files, "label-png");
  const lent = truth.set.format.name === "mask-folder" ? await textFilesOf(truth.source) : [];
  if (lent.length === 0) return idMaps();
  return borrowLegends(files, { ...lender, paths: lent, own });
}

/** The flags that say how both sides are decoded. */
export function decodingOf(flags: SourceFlags, format: SetFormat): Partial<SourceFlags> {
  const { snap, strict, classBy, transparent, maxPixels } = flags;
  const limits = { ...(maxPixels !== undefined && { maxPixels }) };
  if (format !== "mask-folder") return limits;
  return {
    ...limits,
    ...(snap !== undefined && { snap }),
    ...(strict !== undefined && { strict }),
    ...(classBy !== undefined && { classBy }),
    ...(transparent !== undefined && { transparent }),
  };
}
