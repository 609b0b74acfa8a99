/// <reference types="node" />
/** `labelmap doctor`: what a data set is, what is wrong with it, and what to run next. */

import type { Command } from "commander";
import { describeDiagnosis } from "../doctor/describe.js";
import { type DoctorFlags, diagnose } from "../doctor/diagnose.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addRunFlags, WRITES_NOTHING } from "../run-flags.js";
import { ANY_SOURCE, addSourceFlags } from "../sources/open-set.js";

export function define(command: Command): void {
  command
    .description(
      "Examines a data set: says what it is, what is wrong with it, and which command to run next. Errors are masks that " +
        "cannot be read, warnings are probably wrong, and notes may be intentional. Nothing is written.",
    )
    .argument("<source...>", ANY_SOURCE);
  addSourceFlags(command);
  command.option("--thorough", "compare the two engines on all masks (default: on 16 masks)").action(doctor);
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: "the diagnosis", quiet: "" });
  addExamples(command, [
    ["labelmap doctor masks", "Examine a folder of masks."],
    ["labelmap doctor cvat-export --thorough", "Compare the engines on every mask."],
    ["labelmap doctor voc --json | jq '.findings[].code'", "Print the codes of the findings."],
  ]);
  command.addHelpText("after", OUTPUT_HELP);
}

const OUTPUT_HELP = `The exit code is 1 if there is an error or a warning. The last line is the command to run next.
--json prints source, format, candidates, summary (as \`labelmap inspect --json\` of a data set), findings, files, near and
  next. A finding has code, severity, message, remedy, count, names (the first 100) and command.`;

async function doctor(paths: readonly string[], flags: DoctorFlags): Promise<void> {
  const diagnosis = await diagnose(paths, flags);
  const { json = false } = flags;
  await print(json ? printable(JSON.stringify(diagnosis, null, 2), "\n") : describeDiagnosis(diagnosis));
  if (diagnosis.findings.some(({ severity }) => severity !== "note")) process.exitCode = 1;
}
