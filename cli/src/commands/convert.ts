/// <reference types="node" />
/** `labelmap convert`: a data set in one format to the same set in another. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { type Command, Option } from "commander";
import type { ClassList } from "labelmap";
import { counted } from "labelmap/checks";
import type { Sampling } from "labelmap/geometry";
import { withLock } from "../batch/run.js";
import { interruption, say } from "../batch-run.js";
import { readClassMap } from "../convert/class-map.js";
import { type Converted, classesAfter, convertSet } from "../convert/convert-set.js";
import { type Filters, NO_FILTERS, parseFilter } from "../convert/filters.js";
import { RecordedFolder } from "../convert/recorded-folder.js";
import { TARGETS, type TargetName } from "../convert/targets.js";
import { addExamples } from "../help.js";
import { inFlags } from "../in-flags.js";
import { readText } from "../input.js";
import {
  type FormatOptions,
  parseFormatOption,
  parseNames,
  parsePositiveInteger,
  parseSeed,
  parseShares,
} from "../options.js";
import { print } from "../output.js";
import {
  checkSampling,
  LABELS_FLAG,
  parseClasses,
  RESIZE_FLAG,
  readLabels,
  samplingOption,
} from "../output-flags.js";
import { printable } from "../printable.js";
import { startProgress } from "../progress.js";
import { addRunFlags } from "../run-flags.js";
import {
  ANY_SOURCE,
  addSourceFlags,
  type OpenedSet,
  openSet,
  type SourceFlags,
} from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

interface ConvertFlags extends SourceFlags {
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
const FORMATS_OF_OBJECTS = ["coco-panoptic", "coco-instances", "yolo"];
const MOST_PRINTED_FAILURES = 10;

export function define(command: Command): void {
  command
    .description(
      "Converts a data set to another format. The format of the source is recognised and printed. What the other format " +
        "cannot hold is reported. If a run is interrupted, run the same command again: finished files are kept.",
    )
    .argument("<source...>", ANY_SOURCE)
    .addOption(
      new Option("--to <format>", "the format to write")
        .choices(TARGETS.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .requiredOption("-o, --out <dir>", "the output directory");
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
    .addOption(
      new Option(
        "--missing <what>",
        "what to do with a class that is not in the list (default: error)",
      ).choices(["error", "void"]),
    )
    .option(
      "--things <names>",
      "for COCO and YOLO: classes whose objects are counted, separated by commas",
      parseNames,
    )
    .addOption(
      new Option(
        "--objects <what>",
        "for COCO and YOLO: what an object is if its label has no number: the label, or each connected area (default: numbered)",
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
    .option("--photos", "copy the photos to their place in the format")
    .option(
      "--write <name=value>",
      "an option of the format's writer, such as pixels=rgb; can be repeated",
      parseFormatOption,
    )
    .option(
      "--force",
      "overwrite files that no conversion has written; files of the source are never overwritten",
    )
    .action(convert);
  addRunFlags(command, { dryRun: "also what the format would lose", json: "the summary", quiet: "" });
  addExamples(command, [
    [
      "labelmap convert cvat-export --to coco-panoptic --out coco",
      "Convert an export from CVAT to COCO panoptic.",
    ],
    [
      "labelmap convert voc --to yolo --out yolo --objects components --split 0.8,0.2 --photos",
      "Make a training set for YOLO, with an object for each connected area.",
    ],
    [
      'labelmap convert "masks/*.png" --to voc --out cars --filter class:car --filter labelled',
      "Convert the cars of the masks that have any.",
    ],
  ]);
}

async function convert(paths: readonly string[], flags: ConvertFlags): Promise<void> {
  const { to, out, json = false, quiet = false, dryRun = false, force = false } = flags;
  checkFlags(flags);
  const notice = (text: string) => {
    if (!quiet) say(text);
  };
  const opened = await openSet(paths, flags);
  const { set, name } = opened;
  notice(`${name}: ${opened.found}`);
  for (const { message } of set.issues) notice(`  ${message}`);
  checkOut(out, opened);
  const given =
    flags.classes === undefined
      ? {}
      : { classes: parseClasses(await readText(flags.classes), flags.classes) };
  const classMap = flags.mapClasses === undefined ? {} : { classMap: await readClassMap(flags.mapClasses) };
  const write = await writingOf(flags);
  // A name that is no class is noticed before anything is written.
  const after = await classesAfter(set, { ...given, ...classMap, filters: flags.filter ?? NO_FILTERS });
  if (dryRun) return describePlan(opened, flags, after.classes);

  const signal = interruption(
    "finishing the image in progress, then stopping; press Ctrl-C again to stop at once",
  );
  const progress = await startProgress(set.count, { isQuiet: quiet });
  const result = await withLock(out, async () => {
    const folder = await RecordedFolder.open(out, originOf(opened, flags, given.classes), force);
    try {
      const converted = await convertSet(set, folder, {
        ...{ to, signal, write },
        ...after,
        ...classMap,
        ...(flags.resize !== undefined && {
          resize: { ...flags.resize, ...(flags.sampling !== undefined && { sampling: flags.sampling }) },
        }),
        ...(flags.split !== undefined && { shares: flags.split }),
        ...(flags.seed !== undefined && { seed: flags.seed }),
        ...(flags.photos && { photos: opened.source }),
        onProgress: ({ done, failed }) => progress.update({ done, failed, kept: 0, failedBefore: 0 }),
      });
      // The files of an image that cannot be read today may still be good.
      const removed = converted.failures.length > 0 ? 0 : await folder.removeStale();
      return { ...converted, kept: folder.kept, removed };
    } finally {
      progress.stop();
      await folder.close();
    }
  });
  for (const [code, { count, first }] of opened.odd ?? []) {
    notice(`  ${first}${count > 1 ? ` (${counted(count - 1, "more file")} with the issue ${code})` : ""}`);
  }
  await report(result, { out, to, json, notice });
}

type Result = Converted & { readonly kept: number; readonly removed: number };

async function report(
  { written, resizedAway, filtered, failures, unlabelled, issues, photosLeft, kept, removed }: Result,
  { out, to, json, notice }: { out: string; to: string; json: boolean; notice: (text: string) => void },
): Promise<void> {
  for (const { name, code, message } of failures.slice(0, MOST_PRINTED_FAILURES)) {
    say(printable(`  ${name}: ${code}: ${inFlags(message, code)}`));
  }
  if (failures.length > MOST_PRINTED_FAILURES) say(`  and ${failures.length - MOST_PRINTED_FAILURES} more`);
  for (const { code, message } of written.issues) notice(`  ${to}: ${inFlags(message, code)}`);
  for (const [code, count] of Object.entries(issues)) {
    notice(
      `  ${counted(count, "image has", "images have")} the issue ${code}; \`labelmap inspect\` says more`,
    );
  }
  if (unlabelled.pixels > 0) {
    notice(
      `  ${counted(unlabelled.pixels, "pixel")} in ${counted(unlabelled.images, "image")} of the source have no label`,
    );
  }
  if (resizedAway.labels > 0) {
    const { labels, images, first } = resizedAway;
    const where = `in ${counted(images, "image")}, first in ${first}`;
    notice(`  ${counted(labels, "label")} ${where} have no pixels after --resize`);
  }
  if (photosLeft > 0) notice(`  ${counted(photosLeft, "photo")} not copied; --photos copies them`);
  const summary = { out, to, images: written.images, files: written.files, kept, removed, filtered };
  if (json) {
    const more = {
      failed: failures.length,
      unlabelled,
      resizedAway,
      issues,
      losses: written.issues,
      failures,
    };
    await print(printable(JSON.stringify({ ...summary, ...more })));
  } else {
    const parts = [
      `${counted(written.images, "image")} in ${counted(written.files, "file")}`,
      ...(kept > 0 ? [`${kept} already up to date`] : []),
      ...(removed > 0 ? [`${removed} removed, because their images are gone`] : []),
      ...(filtered > 0 ? [`${counted(filtered, "image")} left out by filters`] : []),
      ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ];
    await print(`${printable(out)}: ${parts.join(", ")}`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

/** `--dry-run`: what a run would do. */
async function describePlan(
  { set, name }: OpenedSet,
  { to, out, json = false }: ConvertFlags,
  classes: ClassList,
): Promise<void> {
  const target = TARGETS.find(({ name: each }) => each === to)!;
  const names = classes.classes.map(({ name: className }) => className);
  const { loses } = target;
  if (json) {
    const plan = { source: name, from: set.format.name, to, out, images: set.count, classes: names, loses };
    return print(printable(JSON.stringify({ ...plan, issues: set.issues })));
  }
  await print(
    printable(
      [
        `${counted(set.count, "image")} from ${set.format.title} to ${target.title} in ${out}`,
        `${counted(names.length, "class", "classes")}: ${names.join(", ")}`,
        `files: ${target.files.join("; ")}`,
        `lost: ${loses}`,
      ].join("\n"),
      "\n",
    ),
  );
}

/** @throws {UsageError}: flags that do not go together */
function checkFlags(flags: ConvertFlags): void {
  const { to, labels, objects, minArea, things, resize, seed, split, photos } = flags;
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
  if (photos && resize !== undefined) {
    throw new UsageError(
      "--photos copies the photos in their own size; resize them yourself, and leave out --photos",
    );
  }
}

/** @throws {UsageError}: the output directory is the source, is in it, or has it inside */
function checkOut(out: string, { root, inputs }: OpenedSet): void {
  const target = realPlace(out);
  const isInside = (path: string, folder: string) => {
    const way = relative(folder, path);
    return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
  };
  const given = inputs.map(realPlace);
  const folder = root === null ? null : realPlace(root);
  for (const input of [...(folder === null ? [] : [folder]), ...given]) {
    if (!isInside(target, input) && !isInside(input, target)) continue;
    // The folder around single files is no source by itself.
    if (input === folder && !given.includes(folder) && !isInside(input, target)) continue;
    throw new UsageError(
      `the output directory ${out} is the source ${input}, or one is inside the other; choose another one`,
    );
  }
}

/** The place on the disk, without links. What does not exist yet has the place of the folder that will hold it. */
function realPlace(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return join(realPlace(dirname(full)), basename(full));
}

/** The options of the format's writer. */
async function writingOf(flags: ConvertFlags): Promise<FormatOptions> {
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
function originOf(
  { set, inputs }: OpenedSet,
  flags: ConvertFlags,
  classes: unknown,
): Record<string, unknown> {
  const { out: _, dryRun, json, quiet, force, legend, mapClasses, classes: file, ...rest } = flags;
  const paths = [legend, mapClasses, file].filter((path) => path !== undefined);
  return {
    source: inputs.map((path) => resolve(path)),
    from: set.format.name,
    files: paths,
    ...rest,
    ...(classes !== undefined && { classes }),
  };
}
