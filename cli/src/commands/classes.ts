/// <reference types="node" />
/** `labelmap classes`: a report on a folder of masks or a data set, and, if asked, its class list. */

import { existsSync, statSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { ClassList } from "labelmap";
import { formatReport } from "labelmap/dataset";
import type { CollectedClasses } from "../batch/collect-classes.js";
import { WORK_FOLDER, WRITING_FOLDER } from "../batch/directory-storage.js";
import { lockDirectory } from "../batch/lock.js";
import { openStorage } from "../batch/open-storage.js";
import { noticer } from "../batch-run.js";
import { CLASSES_FILE, parseClasses, readClasses, writeClasses } from "../class-files.js";
import { masksFolder, ofMasks } from "../class-report/masks.js";
import { ofSet } from "../class-report/set.js";
import type { ClassSource } from "../class-report/source.js";
import { addExamples } from "../help.js";
import { readText } from "../input.js";
import { ANY_LEGEND, addLegendFlags, checkLegendName } from "../legend-flags.js";
import { joinNames, parseClassId, parseNames } from "../options.js";
import { print, STANDARD_STREAM, writeOutput } from "../output.js";
import { printable } from "../printable.js";
import { checkOutput, Inputs } from "../protect.js";
import { addRunFlags, type RunFlags, refuseFlag } from "../run-flags.js";
import { masksOrSet } from "../sources/masks-or-set.js";
import { isPattern } from "../sources/open-files.js";
import { ANY_SOURCE, addReadingFlags, openSet, type SourceFlags } from "../sources/open-set.js";
import { isIn } from "../sources/places.js";
import { UsageError } from "../usage-error.js";

interface ClassesFlags extends SourceFlags, RunFlags {
  readonly firstId?: number;
  void?: readonly string[];
  ignore?: readonly string[];
  readonly write?: boolean;
  readonly out?: string;
}

export function define(command: Command): void {
  command
    .description(
      "Prints a report on the masks of a source, and says how many classes they have. With --write or --out it also " +
        "creates a class list, or adds new classes to the list without changing existing ids. The source is a folder DIR " +
        "of name.png and name.json files, the output of `labelmap fetch`, or a data set in any format, which is recognised " +
        "and printed.",
    )
    .argument("<source...>", ANY_SOURCE)
    .option("--write", `for a folder of masks: create DIR/${CLASSES_FILE}, or add new classes to it`)
    .option(
      "-o, --out <file>",
      `create this class list, or add new classes to it; for a folder of masks, a new list starts with DIR/${CLASSES_FILE}, if that exists`,
    )
    .option("--first-id <number>", "for a new list: the id of the first class (default: 0)", parseClassId)
    .option(
      "--void <names>",
      "for a new list: names that are not classes, separated by commas (a name with a comma in double quotes)",
      parseNames,
    )
    .option(
      "--ignore <names>",
      "for a new list: names that the loss should ignore, separated by commas (as in --void)",
      parseNames,
    )
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"]),
    )
    .action(classes);
  addReadingFlags(command);
  addRunFlags(command, { dryRun: "for --write and --out", json: "the report", quiet: "" });
  addLegendFlags(
    command,
    `${ANY_LEGEND}, for masks that have no name.json beside them; the class ids are those of the legend, or follow its order if it has none`,
  );
  addExamples(command, [
    ["labelmap classes masks", "Report on the masks of a folder. Nothing is written."],
    ["labelmap classes masks --out classes.json", "Create a class list for `labelmap decode --classes`."],
    [
      "labelmap classes masks --legend pascal-voc --out voc.json",
      "Report on masks in the colours of Pascal VOC, and list its classes.",
    ],
    [
      "labelmap classes cvat-export --out cvat-classes.json",
      "Write the classes of a data set with the ids that they have in it.",
    ],
    ["labelmap classes dataset --write", "Add new classes to the list of an output directory."],
    ["labelmap classes masks --json | jq .similarNames", "Show names that may mean the same class."],
  ]);
}

async function classes(paths: readonly string[], flags: ClassesFlags): Promise<void> {
  const { classBy, json = false, dryRun = false, write = false, out, legend, ...rest } = flags;
  if (write && out !== undefined) throw new UsageError("give --write or --out, not both");
  if (dryRun && !write && out === undefined) {
    refuseFlag("--dry-run", "classes", "it writes only with --write or --out");
  }
  if (out === STANDARD_STREAM) throw new UsageError("--out needs a file, because the report is printed");
  if (legend === STANDARD_STREAM) throw new UsageError("--legend needs a file or a palette");
  if (legend !== undefined) checkLegendName(legend);
  const notice = noticer(flags);
  const source = await sourceOf(paths, flags, notice);
  const { name, folder, inputs } = source;
  if (write && folder === null) {
    throw new UsageError(`--write needs a folder of masks, but ${name} is a data set; use --out`);
  }
  if (out !== undefined && source.setFolder && isIn(out, source.setFolder)) {
    throw new UsageError(`${out} would be taken for a file of the data set ${name}; give a path outside it`);
  }
  const own = folder === null ? null : join(folder, CLASSES_FILE);
  const target = out ?? own ?? CLASSES_FILE;
  if (write || out !== undefined)
    new Inputs(inputs).refuse(target, "write the list to another file with --out");
  const by = classBy === undefined ? {} : { classBy };
  const { firstId, void: voidNames, ignore } = rest;
  const given = {
    ...(firstId === undefined ? {} : { firstId }),
    ...(voidNames === undefined ? {} : { void: voidNames }),
    ...(ignore === undefined ? {} : { ignore }),
  };
  const listOptions = await withKnownNames(given, () => source.collect(by), notice);
  const collect = async () => {
    // In a folder with a mask classes.png, classes.json is the result of this mask.
    const listed =
      own !== null && new Inputs(inputs).sameAs(own) === undefined
        ? await readClasses(await openStorage(folder!))
        : undefined;
    const present = out === undefined ? listed : await readList(out);
    const earlier = present ?? listed;
    if (earlier !== undefined && Object.keys(listOptions).length > 0) {
      throw new UsageError(
        `--first-id, --void and --ignore apply only to a new list, but ${present === undefined ? own : target} already exists; leave them out, or edit that file`,
      );
    }
    const start = earlier === undefined ? listOptions : { earlier };
    const { classes: list, added } = await source.collect({ ...start, ...by });
    const report = await source.report(list, classBy);
    // If an empty list were written, a later run could not start it with the first id of its format.
    const isChanged = added.length > 0 || (present === undefined && list.classes.length > 0);
    return { present, list, added, report, isChanged };
  };
  // The report comes first: it refuses a folder without masks before anything is written.
  let collected = await collect();
  if (out !== undefined && collected.isChanged && !dryRun) {
    const flag = checkOutput(out, inputs, { isForced: collected.present !== undefined });
    await writeOutput(out, Buffer.from(`${JSON.stringify(collected.list, null, 2)}\n`), flag);
  }
  if (write && collected.isChanged && !dryRun) {
    const unlock = await lockDirectory(folder!);
    try {
      const storage = await openStorage(folder!);
      // A run also gives ids to new classes, and may have done so in the meantime.
      const present = await readClasses(storage);
      if (JSON.stringify(present) !== JSON.stringify(collected.present)) collected = await collect();
      if (collected.isChanged) await writeClasses(storage, collected.list);
    } finally {
      await unlock();
      // Leave only the list: a folder of masks is no output directory. `rmdir` keeps folders that are not empty.
      for (const name of [WRITING_FOLDER, WORK_FOLDER]) await rmdir(join(folder!, name)).catch(() => {});
    }
  }
  notice(
    describeList(collected, {
      isFolder: folder !== null,
      name,
      target,
      isWritten: (write || out !== undefined) && !dryRun,
    }),
  );
  const { report } = collected;
  await print(printable(json ? JSON.stringify(report, null, 2) : formatReport(report), "\n"));
}

/** A folder of masks is read as it always was. Everything else is a data set, whose format is recognised and printed. */
async function sourceOf(
  paths: readonly string[],
  flags: ClassesFlags,
  notice: (text: string) => void,
): Promise<ClassSource> {
  const [first = "", ...others] = paths;
  const isFolder =
    others.length === 0 && (statSync(first, { throwIfNoEntry: false })?.isDirectory() ?? !isPattern(first));
  const isMissing = isFolder && !existsSync(first);
  const isKnown = isFolder && masksFolder(first) !== first;
  if (isMissing) return ofMasks(first, flags);
  if (isKnown && flags.from === undefined) return ofMasks(first, flags);
  const { masks, opened } = isFolder
    ? await masksOrSet(paths, flags)
    : { masks: undefined, opened: await openSet(paths, flags) };
  if (opened === undefined) return ofMasks(masks[0]!, flags);
  notice(`${printable(opened.name)}: ${opened.found}`);
  for (const { message } of opened.set.issues) notice(`  ${message}`);
  return ofSet(opened);
}

interface Collected {
  /** The list that is in the target already. */
  readonly present: ClassList | undefined;
  readonly list: ClassList;
  readonly added: readonly string[];
}

/** One line, whatever the names contain. */
function describeList(
  { present, list, added }: Collected,
  {
    isFolder,
    name,
    target,
    isWritten,
  }: {
    readonly isFolder: boolean;
    readonly name: string;
    readonly target: string;
    readonly isWritten: boolean;
  },
): string {
  const count = `${list.classes.length} classes`;
  const names = printable(added.join(", "));
  if (present === undefined) {
    return isWritten
      ? `${target}: ${count}, created`
      : isFolder
        ? `${name}: ${count}, and no list of them; --write creates ${target}, --out another file`
        : `${name}: ${count}; --out creates a list of them`;
  }
  if (added.length === 0) return `${target}: ${count}, none are new`;
  if (isWritten) return `${target}: ${count}, extended: ${names}`;
  return `${target}: ${count} with ${added.length} that it lacks: ${names}; --write adds them`;
}

async function readList(file: string): Promise<ClassList | undefined> {
  return existsSync(file) ? parseClasses(await readText(file), file) : undefined;
}

/** The options of a new list, whose names are those of classes. Says which names no result has. */
async function withKnownNames(
  options: Pick<ClassesFlags, "firstId" | "void" | "ignore">,
  collect: () => Promise<CollectedClasses>,
  notice: (text: string) => void,
): Promise<typeof options> {
  if (options.void === undefined && options.ignore === undefined) return options;
  const known = new Set((await collect()).classes.classes.map(({ name }) => name));
  const named = { ...options };
  for (const flag of ["void", "ignore"] as const) {
    if (options[flag] === undefined) continue;
    const names = joinNames(options[flag], known);
    named[flag] = names;
    for (const name of names.filter((candidate) => !known.has(candidate))) {
      notice(
        `warning: no result has the name "${name}" of --${flag}; put a name with a comma in double quotes`,
      );
    }
  }
  return named;
}
