/// <reference types="node" />
/** `labelmap classes`: a report on a folder of masks, and, if asked, the class list of the folder. */

import { existsSync } from "node:fs";
import { readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type ClassBy, type ClassList, decodeMask, LabelMapError } from "labelmap";
import { DatasetReport, formatReport } from "labelmap/dataset";
import { listMasks } from "labelmap/dataset/node";
import { encodingOf } from "labelmap/ids";
import { type CollectedClasses, collectClasses } from "../batch/collect-classes.js";
import { WORK_FOLDER, WRITING_FOLDER } from "../batch/directory-storage.js";
import { lockDirectory } from "../batch/lock.js";
import { openStorage } from "../batch/open-storage.js";
import { SOURCES } from "../batch/sources.js";
import { say } from "../batch-run.js";
import { CLASSES_FILE, parseClasses, readClasses, writeClasses } from "../class-files.js";
import { addExamples } from "../help.js";
import { readText } from "../input.js";
import {
  ANY_LEGEND,
  addLegendFlags,
  checkLegendName,
  isPalette,
  type LegendFlags,
  readLegendText,
} from "../legend-flags.js";
import { type LegendReading, type LegendText, legendOfMask } from "../mask-legend.js";
import { joinNames, parseClassId, parseNames } from "../options.js";
import { print, STANDARD_STREAM, writeOutput } from "../output.js";
import { printable } from "../printable.js";
import { checkOutput, Inputs } from "../protect.js";
import { UsageError } from "../usage-error.js";

interface ClassesFlags extends LegendFlags {
  readonly firstId?: number;
  void?: readonly string[];
  ignore?: readonly string[];
  readonly classBy?: ClassBy;
  readonly write?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Prints a report on the masks in DIR, and says how many classes they have. With --write or --out it also creates a " +
        "class list from all results, or adds new classes to the list without changing existing ids. DIR contains name.png " +
        "and name.json files, or is the output of `labelmap fetch`.",
    )
    .argument("<dir>", "the folder")
    .option("--write", `create DIR/${CLASSES_FILE}, or add new classes to it`)
    .option(
      "-o, --out <file>",
      `create this class list, or add new classes to it; a new list starts with DIR/${CLASSES_FILE}, if that exists`,
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
    .option("--json", "print the report as JSON")
    .action(classes);
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
    ["labelmap classes dataset --write", "Add new classes to the list of an output directory."],
    ["labelmap classes masks --json | jq .similarNames", "Show names that may mean the same class."],
  ]);
}

async function classes(dir: string, flags: ClassesFlags): Promise<void> {
  const { classBy, json = false, write = false, out, legend, encoding, form, ...given } = flags;
  if (write && out !== undefined) throw new UsageError("give --write or --out, not both");
  if (out === STANDARD_STREAM) throw new UsageError("--out needs a file, because the report is printed");
  const folder = existsSync(join(dir, SOURCES)) ? join(dir, SOURCES) : dir;
  if (legend === STANDARD_STREAM) throw new UsageError("--legend needs a file or a palette");
  if (legend !== undefined) checkLegendName(legend);
  const common = legend === undefined ? null : await readLegendText(legend);
  const source: Sources = { folder, common, encoding, form };
  const inputs = [
    ...(await inputsOf(folder)),
    ...(legend === undefined || isPalette(legend) ? [] : [legend]),
  ];
  const own = join(dir, CLASSES_FILE);
  const target = out ?? own;
  if (write || out !== undefined)
    new Inputs(inputs).refuse(target, "write the list to another file with --out");
  const by = {
    ...(classBy === undefined ? {} : { classBy }),
    encoding,
    form,
    order: common === null ? ("name" as const) : ("source" as const),
  };
  const listOptions = await withKnownNames(given, () => collectClasses(readResults(source), by));
  const collect = async () => {
    // In a folder with a mask classes.png, classes.json is the result of this mask.
    const listed =
      new Inputs(inputs).sameAs(own) === undefined ? await readClasses(await openStorage(dir)) : undefined;
    const present = out === undefined ? listed : await readList(out);
    const earlier = present ?? listed;
    if (earlier !== undefined && Object.keys(listOptions).length > 0) {
      throw new UsageError(
        `--first-id, --void and --ignore apply only to a new list, but ${present === undefined ? own : target} already exists; leave them out, or edit that file`,
      );
    }
    const start = earlier === undefined ? listOptions : { earlier };
    const { classes: list, added } = await collectClasses(readResults(source), { ...start, ...by });
    const report = await reportOf(source, list, classBy);
    // If an empty list were written, a later run could not start it with the first id of its format.
    const isChanged = added.length > 0 || (present === undefined && list.classes.length > 0);
    return { present, list, added, report, isChanged };
  };
  // The report comes first: it refuses a folder without masks before anything is written.
  let collected = await collect();
  if (out !== undefined && collected.isChanged) {
    const flag = checkOutput(out, inputs, { isForced: collected.present !== undefined });
    await writeOutput(out, Buffer.from(`${JSON.stringify(collected.list, null, 2)}\n`), flag);
  }
  if (write && collected.isChanged) {
    const unlock = await lockDirectory(dir);
    try {
      const storage = await openStorage(dir);
      // A run also gives ids to new classes, and may have done so in the meantime.
      const present = await readClasses(storage);
      if (JSON.stringify(present) !== JSON.stringify(collected.present)) collected = await collect();
      if (collected.isChanged) await writeClasses(storage, collected.list);
    } finally {
      await unlock();
      // Leave only the list: a folder of masks is no output directory. `rmdir` keeps folders that are not empty.
      for (const name of [WRITING_FOLDER, WORK_FOLDER]) await rmdir(join(dir, name)).catch(() => {});
    }
  }
  say(describeList(collected, { dir, target, isWritten: write || out !== undefined }));
  const { report } = collected;
  await print(printable(json ? JSON.stringify(report, null, 2) : formatReport(report), "\n"));
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
  { dir, target, isWritten }: { readonly dir: string; readonly target: string; readonly isWritten: boolean },
): string {
  const count = `${list.classes.length} classes`;
  const names = printable(added.join(", "));
  if (present === undefined) {
    return isWritten
      ? `${target}: ${count}, created`
      : `${dir}: ${count}, and no list of them; --write creates ${target}, --out another file`;
  }
  if (added.length === 0) return `${target}: ${count}, none are new`;
  if (isWritten) return `${target}: ${count}, extended: ${names}`;
  return `${target}: ${count} with ${added.length} that it lacks: ${names}; --write adds them`;
}

/** All masks of the folder, and the results that lie beside them. */
async function inputsOf(folder: string): Promise<string[]> {
  const masks = await listMasks(folder);
  return masks.flatMap(({ file, result }) => [
    join(folder, file),
    ...(result === null ? [] : [join(folder, result)]),
  ]);
}

async function readList(file: string): Promise<ClassList | undefined> {
  return existsSync(file) ? parseClasses(await readText(file), file) : undefined;
}

/** The options of a new list, whose names are those of classes. Says which names no result has. */
async function withKnownNames(
  options: Pick<ClassesFlags, "firstId" | "void" | "ignore">,
  collect: () => Promise<CollectedClasses>,
): Promise<typeof options> {
  if (options.void === undefined && options.ignore === undefined) return options;
  const known = new Set((await collect()).classes.classes.map(({ name }) => name));
  const named = { ...options };
  for (const flag of ["void", "ignore"] as const) {
    if (options[flag] === undefined) continue;
    const names = joinNames(options[flag], known);
    named[flag] = names;
    for (const name of names.filter((candidate) => !known.has(candidate))) {
      say(`warning: no result has the name "${name}" of --${flag}; put a name with a comma in double quotes`);
    }
  }
  return named;
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
