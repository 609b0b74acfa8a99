/// <reference types="node" />
/** The flags that describe the outputs of `decode`, `fetch` and `enqueue`. */

import { type Command, Option } from "commander";
import type { ClassBy, Dtype, SnapOptions, Transparent, View } from "labelmap";
import { SAMPLINGS, type Sampling } from "labelmap/geometry";
import type { EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import { FORMATS, OBJECTS, type OutputFormat } from "./batch/output-options.js";
import type { Task } from "./batch/sources.js";
import { CLASSES_FILE, THINGS_FILE } from "./class-files.js";
import { readText } from "./input.js";
import { addEncodingFlags, snapOption } from "./legend-flags.js";
import { parseNames, parsePattern, parsePixelLimit, parsePositiveInteger, parseSize } from "./options.js";
import { UsageError } from "./usage-error.js";

export { CLASSES_FILE, parseClasses } from "./class-files.js";

export interface OutputFlags {
  readonly format: OutputFormat;
  readonly map?: View["map"];
  readonly dtype?: Dtype;
  readonly classes?: string;
  readonly things?: readonly string[];
  readonly objects?: (typeof OBJECTS)[number];
  readonly minArea?: number;
  readonly photoName?: string;
  readonly labels?: string;
  readonly missing?: "error" | "void";
  readonly divisor?: number;
  readonly resize?: { readonly width: number; readonly height: number };
  readonly sampling?: Sampling;
  readonly snap?: SnapOptions;
  readonly encoding?: EncodingName;
  readonly form?: LegendForm;
  readonly strict?: boolean;
  readonly transparent?: Transparent;
  readonly classBy?: ClassBy;
  readonly maxPixels?: number;
}

/** @param classes the help text of `--classes` in this command. */
export function addOutputFlags(
  command: Command,
  classes = `a class list (JSON), which becomes the list of the output directory (default: its ${CLASSES_FILE}, created from all results or extended with new classes)`,
): void {
  command
    .addOption(
      new Option("-f, --format <format>", "the files to write for each mask").choices(FORMATS).default("npy"),
    )
    .addOption(
      new Option("-m, --map <map>", "for npy and png: what the pixel values mean (default: label)").choices([
        "label",
        "semantic",
        "instance",
        "panoptic",
      ]),
    )
    .addOption(
      new Option(
        "--dtype <dtype>",
        "for npy and png: the data type (default: uint8 for semantic, uint16 for instance, int32 for label and panoptic)",
      ).choices(["uint8", "uint16", "int32"]),
    )
    .option("--classes <file>", classes)
    .option(
      "--things <names>",
      `classes whose objects are counted one by one, separated by commas, a name with a comma in double quotes (default: all classes with instances, listed in ${THINGS_FILE})`,
      parseNames,
    )
    .addOption(
      new Option(
        "--objects <what>",
        "for coco and yolo: what an object is if its label has no number: the label, part of a group, or each connected area (default: labels with --things, otherwise numbered)",
      ).choices(OBJECTS),
    )
    .option(
      "--min-area <pixels>",
      "for --objects components: the smallest area of an object (default: 1)",
      parsePositiveInteger,
    )
    .option(
      "--photo-name <pattern>",
      "for coco: the file name of a photo that is not beside its mask, with NAME for the mask's name, such as NAME.png (default: NAME.jpg)",
      parsePattern,
    )
    .option(...LABELS_FLAG)
    .addOption(
      new Option(
        "--missing <what>",
        "what to do with a class that is not in the list: fail, or make it void (default: error)",
      ).choices(["error", "void"]),
    )
    .option(
      "--divisor <number>",
      "for map panoptic: a pixel is class id × divisor + instance (default: 1000)",
      parsePositiveInteger,
    )
    .option(...RESIZE_FLAG)
    .addOption(samplingOption())
    .addOption(snapOption("label"))
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of the PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"]),
    )
    .addOption(transparentOption())
    .option("--max-pixels <number>", "the most pixels a mask may have (default: 268435456)", parsePixelLimit);
  addEncodingFlags(command);
}

/** Whether a file of the format names the photos. */
export function hasPhotoNames(format: OutputFormat): boolean {
  return format === "coco-panoptic" || format === "coco-instances";
}

/** The tasks with the names of their photos: those that are known, otherwise those of `--photo-name`. */
export function withPhotoNames(
  tasks: readonly Task[],
  { photoName }: Pick<OutputFlags, "photoName">,
  known: ReadonlyMap<string, string> = new Map(),
): Task[] {
  return tasks.map((task) => {
    const photo = known.get(task.job) ?? photoName?.replaceAll("NAME", () => task.job);
    return { ...task, ...(photo === undefined ? {} : { photo }) };
  });
}

/** `--labels`. */
export const LABELS_FLAG = [
  "--labels <file>",
  'for cityscapes: a JSON file with the Cityscapes label of each class that has a different name: {"pedestrian": "person"}',
] as const;

/** `--resize`. */
export const RESIZE_FLAG = ["--resize <size>", "the size of the output, such as 512x512", parseSize] as const;

/** `--sampling`. */
export function samplingOption(): Option {
  const about = "for --resize: how the nearest pixel is chosen (default: nearest-exact)";
  return new Option("--sampling <how>", about).choices(SAMPLINGS);
}

/** @throws {UsageError}: `--sampling` without `--resize` */
export function checkSampling({ resize, sampling }: Pick<OutputFlags, "resize" | "sampling">): void {
  if (sampling === undefined || resize !== undefined) return;
  throw new UsageError("--sampling needs --resize; give both or neither");
}

/** `--transparent`. */
export function transparentOption(): Option {
  return new Option(
    "--transparent <what>",
    "what fully transparent pixels are: unlabelled, or labelled by their colour, with a warning (default: ignore-alpha)",
  ).choices(["unlabelled", "ignore-alpha"]);
}

/** The file of `--labels`. @throws {UsageError}: it is not JSON */
export async function readLabels(file: string): Promise<Record<string, string>> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON; --labels needs a file such as {"pedestrian": "person"}`);
  }
}
