/** From the flags of `decode`, `fetch` and `enqueue` to the options of the outputs, with the class list that they need. */

import { ClassList } from "labelmap";
import { type CollectedClasses, type CollectOptions, collectClasses } from "./batch/collect-classes.js";
import { needsClasses, needsThings, type OutputFormat, type OutputOptions } from "./batch/output-options.js";
import type { OutputPlan } from "./batch/output-plan.js";
import { planOutput } from "./batch/plan-output.js";
import type { Storage } from "./batch/storage.js";
import {
  checkIds,
  extendThings,
  isPartOf,
  listOf,
  parseClasses,
  readClasses,
  writeClasses,
} from "./class-files.js";
import { readText } from "./input.js";
import { checkSampling, hasPhotoNames, type OutputFlags, readLabels } from "./output-flags.js";
import { UsageError } from "./usage-error.js";

/** Finds the classes of a source: `collectClasses` of its results, or `collectSetClasses`. */
export type CollectClasses = (
  options: Omit<CollectOptions, "order"> & {
    /** Whether `things` are needed. */
    readonly areThingsNeeded: boolean;
  },
) => Promise<CollectedClasses>;

/**
 * @param results the text of each legend
 * @param order the order of new classes, as in `collectClasses`
 */
export function fromResults(
  results: () => AsyncIterable<string> | Iterable<string>,
  order: "name" | "source" = "name",
): CollectClasses {
  return ({ areThingsNeeded: _, ...options }) => collectClasses(results(), { ...options, order });
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
 * @param collect finds the classes of the source; called only if they are needed
 * @param check is called with the complete plan before the list is written
 * @throws {UsageError}; {DecodeError} OPTION_INVALID; {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED
 */
export async function outputOf(
  flags: OutputFlags,
  storage: Storage | null,
  collect: CollectClasses,
  check?: (plan: OutputPlan) => Promise<void>,
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
    const collected = await collect({
      background: flags.format === "voc",
      areThingsNeeded: findsThings(flags),
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
  const plan = planOutput(complete);
  await check?.(plan);
  const isKnown = earlier !== undefined && classes !== undefined && isPartOf(classes, earlier);
  // If an empty list were written, a later run could not start it with the first id of its format.
  if (storage !== null && classes?.classes.length && !isKnown) await writeClasses(storage, classes);
  return complete;
}

/** In Pascal VOC and COCO, class 0 is the background. */
export function firstIdOf(format: OutputFormat): { readonly firstId: number } {
  return { firstId: format === "voc" || format.startsWith("coco") ? 1 : 0 };
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

function pick<T extends object, K extends keyof T>(flags: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.filter((key) => flags[key] !== undefined).map((key) => [key, flags[key]]),
  ) as Pick<T, K>;
}
