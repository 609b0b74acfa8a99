/// <reference types="node" />
/** What `decode`, `fetch` and `enqueue` are told of their outputs, and the class list that the outputs need. */
import { type Command, Option } from "commander";
import { collectClasses } from "../batch/collect-classes.js";
import {
  FORMATS,
  needsClasses,
  needsThings,
  type OutputFormat,
  type OutputOptions,
} from "../batch/output-options.js";
import { type Storage, writeJson } from "../batch/storage.js";
import { ClassList } from "../classes.js";
import { SAMPLINGS, type Sampling } from "../geometry/sampling.js";
import type { ClassBy } from "../result.js";
import type { Dtype, View } from "../views.js";
import { readText } from "./input.js";
import { parseNames, parsePositiveInteger, parsePositiveNumber, parseSize } from "./options.js";
import { UsageError } from "./usage-error.js";

export interface OutputFlags {
  readonly format: OutputFormat;
  readonly map?: View["map"];
  readonly dtype?: Dtype;
  readonly classes?: string;
  readonly things?: readonly string[];
  readonly missing?: "error" | "void";
  readonly divisor?: number;
  readonly resize?: { readonly width: number; readonly height: number };
  readonly sampling?: Sampling;
  readonly snap?: number;
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  readonly maxPixels?: number;
}

/** The class list in an output directory, which grows with the data set. */
export const CLASSES_FILE = "classes.json";
/** In an output directory, the classes whose objects are counted, which grow as well. */
const THINGS_FILE = "things.json";

export function addOutputFlags(command: Command): void {
  command
    .addOption(
      new Option("-f, --format <format>", "what is written for each mask").choices(FORMATS).default("npy"),
    )
    .addOption(
      new Option("-m, --map <map>", "of npy and png: what the values are (default: label)").choices([
        "label",
        "semantic",
        "instance",
        "panoptic",
      ]),
    )
    .addOption(
      new Option("--dtype <dtype>", "of npy and png (default: by the map)").choices([
        "uint8",
        "uint16",
        "int32",
      ]),
    )
    .option(
      "--classes <file>",
      `the class list, JSON (default: ${CLASSES_FILE} in the output directory, made of all results, or extended)`,
    )
    .option(
      "--things <names>",
      `classes whose objects are counted, with commas (default: those with instances; ${THINGS_FILE} says them)`,
      parseNames,
    )
    .addOption(
      new Option("--missing <what>", "what becomes of a class that the list lacks").choices([
        "error",
        "void",
      ]),
    )
    .option("--divisor <number>", "of map panoptic: class id × divisor + instance", parsePositiveInteger)
    .option("--resize <size>", "the size that is written, such as 512x512", parseSize)
    .addOption(new Option("--sampling <how>", "of --resize: whose pixels are taken").choices(SAMPLINGS))
    .option(
      "--snap <distance>",
      "give unknown colours the nearest label, up to this far in RGB",
      parsePositiveNumber,
    )
    .option("--strict", "fail where a legend's key is no colour")
    .addOption(new Option("--class-by <what>", "what makes labels one class").choices(["name", "class_id"]))
    .option("--max-pixels <number>", "most pixels of a mask", parsePositiveInteger);
}

/** Whether `outputOf` will read the results. */
export function needsResults({ format, map, classes, things }: OutputFlags): boolean {
  const output = { format, ...(map === undefined ? {} : { map }) };
  return (needsClasses(output) && classes === undefined) || (needsThings(output) && things === undefined);
}

/**
 * The options of the output. Where a class list or the things are needed and not given, they are made of all results; the
 * list is that of the output directory, if there is one, with what it lacks, and is written there.
 *
 * @param results the text of each result; asked for only where they are needed.
 * @throws {UsageError}; {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED
 */
export async function outputOf(
  flags: OutputFlags,
  storage: Storage | null,
  results: () => AsyncIterable<string> | Iterable<string>,
): Promise<OutputOptions> {
  const { classes: classFile, resize, sampling, snap, classBy, things, ...rest } = flags;
  if (sampling !== undefined && resize === undefined) throw new UsageError("--sampling is of --resize");
  const output = {
    format: flags.format,
    ...pick(rest, ["map", "dtype", "missing", "divisor", "strict", "maxPixels"]),
    ...(classBy === undefined ? {} : { classBy }),
    ...(things === undefined ? {} : { things }),
    ...(resize === undefined
      ? {}
      : { resize: { ...resize, ...(sampling === undefined ? {} : { sampling }) } }),
    ...(snap === undefined ? {} : { snap: { maxDistance: snap } }),
  } satisfies OutputOptions;
  const given = classFile === undefined ? undefined : ClassList.fromJSON(await readText(classFile));
  if (!needsResults(flags)) return given === undefined ? output : { ...output, classes: given };

  const earlier = given ?? (storage === null ? undefined : await readClasses(storage));
  const collected = await collectClasses(results(), {
    ...(earlier === undefined ? firstIdOf(flags.format) : { earlier }),
    ...(classBy === undefined ? {} : { classBy }),
  });
  const classes = given ?? collected.classes;
  if (given === undefined && storage !== null && collected.added.length > 0)
    await writeClasses(storage, classes);
  if (!needsThings(output) || things !== undefined) return { ...output, classes };
  const found = await extendThings(storage, collected.things);
  return { ...output, classes, things: found.filter((name) => classes.idOf(name) !== undefined) };
}

/**
 * The classes of which an object was ever found here, and not those of today's results alone: else what is finished were
 * made with other options as soon as the list of jobs is another one.
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
    `${THINGS_FILE} of the output directory is no list of class names; give --things, or remove it`,
  );
}

/** Pascal VOC's and COCO's class 0 is the background. */
export function firstIdOf(format: OutputFormat): { readonly firstId: number } {
  return { firstId: format === "voc" || format.startsWith("coco") ? 1 : 0 };
}

/** @throws {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED */
export async function readClasses(storage: Storage): Promise<ClassList | undefined> {
  const bytes = await storage.read(CLASSES_FILE);
  return bytes === undefined ? undefined : ClassList.fromJSON(new TextDecoder().decode(bytes));
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
