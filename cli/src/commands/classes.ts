/// <reference types="node" />
/** `labelmap classes`: the class list of a folder of masks, and a report on the masks. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { ClassBy } from "labelmap";
import { formatReport } from "labelmap/dataset";
import { listMasks, reportDirectory } from "labelmap/dataset/node";
import { type CollectedClasses, collectClasses } from "../batch/collect-classes.js";
import { lockDirectory } from "../batch/lock.js";
import { openStorage } from "../batch/open-storage.js";
import { SOURCES } from "../batch/sources.js";
import { say } from "../batch-run.js";
import { addExamples } from "../help.js";
import { joinNames, parseClassId, parseNames } from "../options.js";
import { print } from "../output.js";
import { CLASSES_FILE, readClasses, writeClasses } from "../output-flags.js";
import { printable } from "../printable.js";
import { UsageError } from "../usage-error.js";

interface ClassesFlags {
  readonly firstId?: number;
  void?: readonly string[];
  ignore?: readonly string[];
  readonly classBy?: ClassBy;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      `Creates DIR/${CLASSES_FILE} from all results in DIR, or adds new classes to it without changing existing ids. ` +
        "Then prints a report on the masks. DIR contains name.png and name.json files, or is the output of `labelmap fetch`.",
    )
    .argument("<dir>", "the folder")
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
  addExamples(command, [
    ["labelmap classes masks", "Create the class list of a folder, and report on its masks."],
    ["labelmap classes masks --json | jq .similarNames", "Show names that may mean the same class."],
  ]);
}

async function classes(dir: string, flags: ClassesFlags): Promise<void> {
  const { classBy, json = false, ...given } = flags;
  const folder = existsSync(join(dir, SOURCES)) ? join(dir, SOURCES) : dir;
  const storage = await openStorage(dir);
  const by = classBy === undefined ? {} : { classBy };
  const listOptions = await withKnownNames(given, () => collectClasses(readResults(folder), by));
  const collect = async () => {
    const earlier = await readClasses(storage);
    if (earlier !== undefined && Object.keys(listOptions).length > 0) {
      throw new UsageError(
        `--first-id, --void and --ignore apply only to a new list, but ${join(dir, CLASSES_FILE)} already exists; leave them out, or edit that file`,
      );
    }
    const start = earlier === undefined ? listOptions : { earlier };
    const collected = await collectClasses(readResults(folder), { ...start, ...by });
    return {
      earlier,
      list: collected.classes,
      added: collected.added,
      report: await reportDirectory(folder, { classes: collected.classes, ...by }),
    };
  };
  // The report comes first: it refuses a folder without masks before anything is written there.
  let collected = await collect();
  if (collected.added.length > 0) {
    const unlock = await lockDirectory(dir);
    try {
      // A run also gives ids to new classes, and may have done so in the meantime.
      const present = await readClasses(storage);
      if (JSON.stringify(present) !== JSON.stringify(collected.earlier)) collected = await collect();
      if (collected.added.length > 0) await writeClasses(storage, collected.list);
    } finally {
      await unlock();
    }
  }
  const { earlier, list, added, report } = collected;
  const what = earlier === undefined ? "created" : added.length === 0 ? "none are new" : "extended";
  say(
    `${join(dir, CLASSES_FILE)}: ${list.classes.length} classes, ${what}${added.length > 0 && earlier !== undefined ? `: ${added.join(", ")}` : ""}`,
  );
  await print(printable(json ? JSON.stringify(report, null, 2) : formatReport(report), "\n"));
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

async function* readResults(folder: string): AsyncIterable<string> {
  for (const { id, hasResult } of await listMasks(folder)) {
    if (hasResult) yield await readFile(join(folder, `${id}.json`), "utf8");
  }
}
