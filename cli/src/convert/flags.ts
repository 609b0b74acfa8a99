/// <reference types="node" />
/** The flags of `labelmap convert`, and what they mean together. */

import { type Command, Option } from "commander";
import type { Sampling } from "labelmap/geometry";
import { missingOption } from "../missing-option.js";
import {
  type FormatOptions,
  parseFormatOption,
  parseNames,
  parsePositiveInteger,
  parseSeed,
  parseShares,
} from "../options.js";
import { checkSampling, LABELS_FLAG, RESIZE_FLAG, readLabels, samplingOption } from "../output-flags.js";
import { refuseStream } from "../protect.js";
import { addRunFlags } from "../run-flags.js";
import { addSourceFlags, type OpenedSet, type SourceFlags } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";
import { type Filters, parseFilter } from "./filters.js";
import type { TargetName } from "./targets.js";

export interface ConvertFlags extends SourceFlags {
  readonly to: TargetName;
  readonly out: string;
  readonly classes?: string;
  readonly mapClasses?: string;
  readonly missing?: "error" | "void";
  readonly things?: readonly string[];
  readonly objects?: string;
  readonly minArea?: number;
  readonly labels?: string;
  readonly resize?: { readonly width: number; readonly height: number };
  readonly sampling?: Sampling;
  readonly split?: Readonly<Record<string, number>>;
  readonly seed?: number;
  readonly filter?: Filters;
  readonly photos?: boolean;
  readonly write?: FormatOptions;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
}

/** The formats whose writers can count connected areas as objects. */
const FORMATS_OF_OBJECTS = ["coco-panoptic", "coco-instances", "segments-info", "yolo"];
/** Adds all flags but `--to` and `--out`. */
export function addConvertFlags(command: Command): void {
  addSourceFlags(command);
  command
    .option(
      "--classes <file>",
      "a class list (JSON) with the ids to write (default: the classes of the source)",
    )
    .option(
      "--map-classes <file>",
      'a JSON file that renames, merges and drops classes: {"car": "vehicle", "human": ["person", "rider"], "sky": null}',
    )
    .addOption(missingOption())
    .option(
      "--things <names>",
      "for COCO, YOLO and segments_info: classes whose objects are counted, separated by commas",
      parseNames,
    )
    .addOption(
      new Option(
        "--objects <what>",
        "for COCO, YOLO and segments_info: what an object is if its label has no number: the label, or each connected area (default: numbered)",
      ).choices(["numbered", "labels", "components"]),
    )
    .option(
      "--min-area <pixels>",
      "for --objects components: the smallest area of an object (default: 1)",
      parsePositiveInteger,
    )
    .option(...LABELS_FLAG)
    .option(...RESIZE_FLAG)
    .addOption(samplingOption())
    .option(
      "--split <shares>",
      "the shares of train, val and test, such as 0.8,0.1,0.1; an image's part depends only on its name (default: the parts of the source)",
      parseShares,
    )
    .option("--seed <number>", "for --split: another seed gives another split (default: 0)", parseSeed)
    .option(
      "--filter <what>",
      "what to convert: image:PATTERN, class:NAMES, area:LEAST..MOST in pixels, or labelled (only images with a label); can be repeated",
      parseFilter,
    )
    .option(
      "--photos",
      "copy the photos to their place in the format; with --resize, in the size of the masks (needs the package sharp)",
    )
    .option(
      "--write <name=value>",
      "an option of the format's writer, such as pixels=rgb; can be repeated",
      parseFormatOption,
    )
    .option(
      "--force",
      "overwrite files that no conversion has written; files of the source are never overwritten",
    );
  addRunFlags(command, { dryRun: "also what the format would lose", json: "the summary", quiet: "" });
}

/** @throws {UsageError}: flags that do not go together */
export function checkFlags(flags: ConvertFlags): void {
  const { to, out, labels, objects, minArea, things, seed, split } = flags;
  refuseStream(out);
  const ofObjects = { objects, "min-area": minArea, things };
  const [unused] = Object.entries(ofObjects).find(([, value]) => value !== undefined) ?? [];
  if (unused !== undefined && !FORMATS_OF_OBJECTS.includes(to)) {
    throw new UsageError(`--${unused} cannot be used with ${to}; it is for ${FORMATS_OF_OBJECTS.join(", ")}`);
  }
  if (labels !== undefined && to !== "cityscapes") {
    throw new UsageError(`--labels cannot be used with ${to}; it is for cityscapes`);
  }
  if (minArea !== undefined && objects !== "components") {
    throw new UsageError("--min-area needs --objects components");
  }
  checkSampling(flags);
  if (seed !== undefined && split === undefined)
    throw new UsageError("--seed needs --split; give both or neither");
}

/** The options of the format's writer. */
export async function writingOf(flags: ConvertFlags): Promise<FormatOptions> {
  const { write = {}, missing, things, objects, minArea, labels } = flags;
  return {
    ...(labels !== undefined && { labels: await readLabels(labels) }),
    ...(missing !== undefined && { missing }),
    ...(things !== undefined && { things }),
    ...(objects !== undefined && { objects }),
    ...(minArea !== undefined && { minArea }),
    ...write,
  };
}

/** What the content of the files depends on. For `--classes` that is its content, not its path. */
export function originOf(
  { set, inputs }: OpenedSet,
  flags: ConvertFlags,
  classes: unknown,
): Record<string, unknown> {
  const { out: _, dryRun, json, quiet, force, legend, mapClasses, classes: _file, ...rest } = flags;
  const paths = [legend, mapClasses].filter((path) => path !== undefined);
  return {
    source: inputs,
    from: set.format.name,
    files: paths,
    ...rest,
    ...(classes !== undefined && { classes }),
  };
}
