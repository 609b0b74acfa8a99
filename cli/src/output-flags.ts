/// <reference types="node" />
/** What `decode`, `fetch` and `enqueue` are told of their outputs, and the class list that the outputs need. */

import { isDeepStrictEqual } from "node:util";
import { type Command, Option } from "commander";
import { type ClassBy, ClassList, type Dtype, type View } from "labelmap";
import { SAMPLINGS, type Sampling } from "labelmap/geometry";
import { collectClasses } from "./batch/collect-classes.js";
import {
  FORMATS,
  needsClasses,
  needsThings,
  type OutputFormat,
  type OutputOptions,
  planOutput,
} from "./batch/output-options.js";
import { type Storage, writeJson } from "./batch/storage.js";
import { inFile, readText } from "./input.js";
import { parseNames, parsePositiveInteger, parsePositiveNumber, parseSize } from "./options.js";
import { UsageError } from "./usage-error.js";

export interface OutputFlags {
  readonly format: OutputFormat;
  readonly map?: View["map"];
  readonly dtype?: Dtype;
  readonly classes?: string;
  readonly things?: readonly string[];
  readonly labels?: string;
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

/** @param classes what the flag of that name means to the command. */
export function addOutputFlags(
  command: Command,
  classes = `the class list, JSON, which becomes that of the output directory (default: its ${CLASSES_FILE}, made of all results, or extended)`,
): void {
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
      new Option(
        "--dtype <dtype>",
        "of npy and png (default: uint8 for semantic, uint16 for instance, int32 for label and panoptic)",
      ).choices(["uint8", "uint16", "int32"]),
    )
    .option("--classes <file>", classes)
    .option(
      "--things <names>",
      `classes whose objects are counted, with commas (default: those with instances; ${THINGS_FILE} says them)`,
      parseNames,
    )
    .option(
      "--labels <file>",
      'of cityscapes: which of its labels a class is, where the names differ, JSON: {"pedestrian": "person"}',
    )
    .addOption(
      new Option("--missing <what>", "what becomes of a class that the list lacks (default: error)").choices([
        "error",
        "void",
      ]),
    )
    .option(
      "--divisor <number>",
      "of map panoptic: class id × divisor + instance (default: 1000)",
      parsePositiveInteger,
    )
    .option("--resize <size>", "the size that is written, such as 512x512", parseSize)
    .addOption(
      new Option("--sampling <how>", "of --resize: whose pixels are taken (default: nearest-exact)").choices(
        SAMPLINGS,
      ),
    )
    .option(
      "--snap <distance>",
      "give unknown colours the nearest label, up to this far in RGB",
      parsePositiveNumber,
    )
    .option("--strict", "fail where a legend's key is no colour")
    .addOption(
      new Option("--class-by <what>", "what makes labels one class (default: name)").choices([
        "name",
        "class_id",
      ]),
    )
    .option("--max-pixels <number>", "most pixels of a mask (default: 268435456)", parsePositiveInteger);
}

/** Whether `outputOf` will read the results. */
export function needsResults({ format, map, classes, things }: OutputFlags): boolean {
  const output = { format, ...(map === undefined ? {} : { map }) };
  return (needsClasses(output) && classes === undefined) || (needsThings(output) && things === undefined);
}

/**
 * What no result can mend, so that it is told before any is asked for.
 * @throws {UsageError}; {DecodeError} OPTION_INVALID: flags that do not go together.
 */
export function checkOutputFlags(flags: OutputFlags): void {
  if (flags.sampling !== undefined && flags.resize === undefined) {
    throw new UsageError("--sampling is of --resize");
  }
  const options = optionsOf(flags);
  const things = needsThings(options) || flags.things !== undefined ? [...new Set(flags.things)] : undefined;
  planOutput({
    ...options,
    // In place of what is read later.
    ...(flags.classes !== undefined || needsClasses(options)
      ? { classes: ClassList.fromNames(things ?? []) }
      : {}),
    ...(things === undefined ? {} : { things }),
    ...(flags.labels === undefined ? {} : { labels: {} }),
  });
}

/**
 * The options of the output. Where a class list or the things are needed and not given, they are made of all results; the
 * list is that of the output directory, if there is one, with what it lacks, and is written there. So is a list that is
 * given: whatever is made in a directory has the ids of its list.
 *
 * @param results the text of each result; asked for only where they are needed.
 * @throws {UsageError}; {DecodeError} OPTION_INVALID; {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED
 */
export async function outputOf(
  flags: OutputFlags,
  storage: Storage | null,
  results: () => AsyncIterable<string> | Iterable<string>,
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
      ...(start === undefined ? firstIdOf(flags.format) : { earlier: start }),
      ...(classBy === undefined ? {} : { classBy }),
    });
    classes = given ?? collected.classes;
    if (found === undefined && needsThings(output)) {
      found = (await extendThings(storage, collected.things)).filter(
        (name) => classes!.idOf(name) !== undefined,
      );
    }
    const background = collected.things.find((name) => classes!.idOf(name) === 0);
    if (flags.format === "voc" && background !== undefined) {
      const problem = `gives ${background} the id 0, which is VOC's background`;
      throw new UsageError(`${listOf(storage)} ${problem}; use another output directory`);
    }
  }
  const complete = {
    ...output,
    ...(classes === undefined ? {} : { classes }),
    ...(found === undefined || !needsThings(output) ? {} : { things: found }),
  };
  planOutput(complete);
  const isKnown = earlier !== undefined && classes !== undefined && isPartOf(classes, earlier);
  // An empty one would keep a later run from beginning it with its format's first id.
  if (storage !== null && classes?.classes.length && !isKnown) await writeClasses(storage, classes);
  return complete;
}

/** What the flags themselves say. */
function optionsOf({ resize, sampling, snap, classBy, things, ...rest }: OutputFlags) {
  return {
    format: rest.format,
    ...pick(rest, ["map", "dtype", "missing", "divisor", "strict", "maxPixels"]),
    ...(classBy === undefined ? {} : { classBy }),
    ...(things === undefined ? {} : { things }),
    ...(resize === undefined
      ? {}
      : { resize: { ...resize, ...(sampling === undefined ? {} : { sampling }) } }),
    ...(snap === undefined ? {} : { snap: { maxDistance: snap } }),
  } satisfies OutputOptions;
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

async function readLabels(file: string): Promise<Record<string, string>> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: is not JSON`);
  }
}

/** @throws {UsageError}: both lists cannot be that of one directory */
function checkIds(given: ClassList, { earlier, storage }: { earlier: ClassList; storage: Storage }): void {
  if (isPartOf(given, earlier) || isPartOf(earlier, given)) return;
  throw new UsageError(
    `--classes has other ids than ${listOf(storage)}, with which the outputs there were made; use another output directory`,
  );
}

/** Whether the other list says the same of all classes of this one. */
function isPartOf(list: ClassList, other: ClassList): boolean {
  const [{ classes, ...rest }, { classes: more, ...others }] = [list.toJSON(), other.toJSON()];
  return (
    isDeepStrictEqual(rest, others) &&
    classes.every((entry) => more.some((candidate) => isDeepStrictEqual(entry, candidate)))
  );
}

/** Pascal VOC's and COCO's class 0 is the background. */
export function firstIdOf(format: OutputFormat): { readonly firstId: number } {
  return { firstId: format === "voc" || format.startsWith("coco") ? 1 : 0 };
}

/** @throws {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED */
export async function readClasses(storage: Storage): Promise<ClassList | undefined> {
  const bytes = await storage.read(CLASSES_FILE);
  return bytes === undefined ? undefined : parseClasses(new TextDecoder().decode(bytes), listOf(storage));
}

function parseClasses(text: string, file: string): ClassList {
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
