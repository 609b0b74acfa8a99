/// <reference types="node" />
/** The flags that describe the outputs of `decode`, `fetch` and `enqueue`, and the class list that the outputs need. */

import { isDeepStrictEqual } from "node:util";
import { type Command, Option } from "commander";
import { type ClassBy, ClassList, type Dtype, type SnapOptions, type Transparent, type View } from "labelmap";
import { SAMPLINGS, type Sampling } from "labelmap/geometry";
import type { EncodingName } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";
import { collectClasses } from "./batch/collect-classes.js";
import {
  FORMATS,
  needsClasses,
  needsThings,
  OBJECTS,
  type OutputFormat,
  type OutputOptions,
  planOutput,
} from "./batch/output-options.js";
import type { Task } from "./batch/sources.js";
import { type Storage, writeJson } from "./batch/storage.js";
import { inFile, readText } from "./input.js";
import { addEncodingFlags, snapOption } from "./legend-flags.js";
import { parseNames, parsePattern, parsePositiveInteger, parseSize } from "./options.js";
import { UsageError } from "./usage-error.js";

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

/** The class list in an output directory. It grows with the data set. */
export const CLASSES_FILE = "classes.json";
/** The file of an output directory that lists the classes whose objects are counted. It grows as well. */
export const THINGS_FILE = "things.json";

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
    .option(
      "--max-pixels <number>",
      "the most pixels a mask may have (default: 268435456)",
      parsePositiveInteger,
    );
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

/** Whether `outputOf` will read the results. */
export function needsResults(flags: OutputFlags): boolean {
  const { format, map, classes } = flags;
  const output = { format, ...(map === undefined ? {} : { map }) };
  return (needsClasses(output) && classes === undefined) || findsThings(flags);
}

/** Whether the things are those of the results: the classes of which any object has a number. */
function findsThings({ format, things, objects }: OutputFlags): boolean {
  return needsThings({ format }) && things === undefined && objects !== "components";
}

/**
 * Finds invalid flags before any result is read: no result could make them valid.
 * @throws {UsageError}; {DecodeError} OPTION_INVALID: flags that do not go together.
 */
export function checkOutputFlags(flags: OutputFlags): void {
  checkSampling(flags);
  if (flags.photoName !== undefined && !hasPhotoNames(flags.format)) {
    throw new UsageError(
      `--photo-name cannot be used with ${flags.format}; only COCO's JSON names the photos`,
    );
  }
  const options = optionsOf(flags);
  const things = needsThings(options) || flags.things !== undefined ? [...new Set(flags.things)] : undefined;
  planOutput({
    ...options,
    // Placeholders for what is read later.
    ...(flags.classes !== undefined || needsClasses(options)
      ? { classes: ClassList.fromNames(things ?? []) }
      : {}),
    ...(things === undefined ? {} : { things }),
    ...(flags.labels === undefined ? {} : { labels: {} }),
  });
}

/**
 * The options of the output. If a class list or the things are needed but not given, they are made from all results: the
 * list of the output directory, if it has one, is extended by new classes and written back. A given list is written there
 * too, so that all outputs of a directory have the ids of its list.
 *
 * @param results the text of each legend; called only if they are needed.
 * @param order the order of new classes, as in `collectClasses`
 * @throws {UsageError}; {DecodeError} OPTION_INVALID; {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED
 */
export async function outputOf(
  flags: OutputFlags,
  storage: Storage | null,
  results: () => AsyncIterable<string> | Iterable<string>,
  order: "name" | "source" = "name",
): Promise<OutputOptions> {
  checkOutputFlags(flags);
  const { classes: classFile, labels: labelFile, classBy, things } = flags;
  const labels = labelFile === undefined ? {} : { labels: await readLabels(labelFile) };
  const output = { ...optionsOf(flags), ...labels };
  const given = classFile === undefined ? undefined : parseClasses(await readText(classFile), classFile);
  const earlier = storage === null || !needsClasses(output) ? undefined : await readClasses(storage);
  if (given !== undefined && earlier !== undefined) checkIds(given, { earlier, storage: storage! });

  let classes = given;
  let found = things;
  if (needsResults(flags)) {
    const start = given ?? earlier;
    const collected = await collectClasses(results(), {
      order,
      background: flags.format === "voc",
      ...(start === undefined ? { usualFirstId: firstIdOf(flags.format).firstId } : { earlier: start }),
      ...(classBy === undefined ? {} : { classBy }),
      encoding: flags.encoding,
      form: flags.form,
    });
    classes = given ?? collected.classes;
    if (findsThings(flags)) {
      found = (await extendThings(storage, collected.things)).filter(
        (name) => classes!.idOf(name) !== undefined,
      );
    }
    const { background: named } = collected;
    const namedId = named === undefined ? undefined : classes!.idOf(named);
    if (
      flags.format === "voc" &&
      namedId !== undefined &&
      ![0, classes!.voidId, classes!.ignoreId].includes(namedId)
    ) {
      const list = classFile ?? listOf(storage);
      throw new UsageError(
        `${list} gives ${named} the id ${namedId}, but VOC's background is 0; ` +
          (given === undefined ? "use another output directory" : "change the list"),
      );
    }
    const background = collected.things.find((name) => classes!.idOf(name) === 0);
    if (flags.format === "voc" && background !== undefined) {
      const problem = `gives ${background} the id 0, which is the background in VOC`;
      throw new UsageError(`${listOf(storage)} ${problem}; use another output directory`);
    }
  }
  const complete = {
    ...output,
    ...(classes === undefined ? {} : { classes }),
    ...(found === undefined || !needsThings(output) ? {} : { things: found }),
    // A class is in this list because its objects have numbers, so what has none is a group of them.
    ...(findsThings(flags) ? { objects: flags.objects ?? "numbered" } : {}),
  };
  planOutput(complete);
  const isKnown = earlier !== undefined && classes !== undefined && isPartOf(classes, earlier);
  // If an empty list were written, a later run could not start it with the first id of its format.
  if (storage !== null && classes?.classes.length && !isKnown) await writeClasses(storage, classes);
  return complete;
}

/** The output options that the flags give directly. */
function optionsOf({ resize, sampling, classBy, things, ...rest }: OutputFlags) {
  return {
    format: rest.format,
    ...pick(rest, [
      "map",
      "dtype",
      "objects",
      "minArea",
      "missing",
      "divisor",
      "snap",
      "encoding",
      "form",
      "strict",
      "transparent",
      "maxPixels",
    ]),
    ...(classBy === undefined ? {} : { classBy }),
    ...(things === undefined ? {} : { things }),
    ...(resize === undefined
      ? {}
      : { resize: { ...resize, ...(sampling === undefined ? {} : { sampling }) } }),
  } satisfies OutputOptions;
}

/**
 * All classes of which an object was ever found here, not only those in the results of this run. Otherwise the options
 * would change with the list of jobs, and finished outputs would have to be made again.
 */
async function extendThings(storage: Storage | null, found: readonly string[]): Promise<readonly string[]> {
  const bytes = await storage?.read(THINGS_FILE);
  const earlier = bytes === undefined ? [] : parseThings(new TextDecoder().decode(bytes));
  const all = [...new Set([...earlier, ...found])].sort();
  if (storage !== null && all.length > earlier.length) await writeJson(storage, THINGS_FILE, all);
  return all;
}

/** @throws {UsageError} */
function parseThings(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  } catch {}
  throw new UsageError(
    `${THINGS_FILE} in the output directory is not a list of class names; give --things, or remove the file`,
  );
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

/** @throws {UsageError}: the two lists contradict each other, so they cannot be used in the same directory */
function checkIds(given: ClassList, { earlier, storage }: { earlier: ClassList; storage: Storage }): void {
  if (isPartOf(given, earlier) || isPartOf(earlier, given)) return;
  throw new UsageError(
    `--classes has different ids from ${listOf(storage)}, which the outputs there were made with; use another output directory`,
  );
}

/** Whether the other list has all classes of this list, with the same ids and settings. */
function isPartOf(list: ClassList, other: ClassList): boolean {
  const [{ classes, ...rest }, { classes: more, ...others }] = [list.toJSON(), other.toJSON()];
  return (
    isDeepStrictEqual(rest, others) &&
    classes.every((entry) => more.some((candidate) => isDeepStrictEqual(entry, candidate)))
  );
}

/** In Pascal VOC and COCO, class 0 is the background. */
export function firstIdOf(format: OutputFormat): { readonly firstId: number } {
  return { firstId: format === "voc" || format.startsWith("coco") ? 1 : 0 };
}

/** @throws {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED */
export async function readClasses(storage: Storage): Promise<ClassList | undefined> {
  const bytes = await storage.read(CLASSES_FILE);
  return bytes === undefined ? undefined : parseClasses(new TextDecoder().decode(bytes), listOf(storage));
}

/** @throws {ClassError} CLASS_LIST_INVALID: the message starts with the file's name */
export function parseClasses(text: string, file: string): ClassList {
  try {
    return ClassList.fromJSON(text);
  } catch (error) {
    throw inFile(error, file);
  }
}

function listOf(storage: Storage | null): string {
  return storage === null ? CLASSES_FILE : `${storage.name}/${CLASSES_FILE}`;
}

/** @throws {BatchError} STORAGE_FAILED */
export function writeClasses(storage: Storage, classes: ClassList): Promise<void> {
  return writeJson(storage, CLASSES_FILE, classes);
}

function pick<T extends object, K extends keyof T>(flags: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.filter((key) => flags[key] !== undefined).map((key) => [key, flags[key]]),
  ) as Pick<T, K>;
}
