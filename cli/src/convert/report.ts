/** What `labelmap convert` prints: the plan of a dry run, and what a run did. */

import type { ClassList } from "labelmap";
import { counted } from "labelmap/checks";
import { say } from "../batch-run.js";
import { inFlags } from "../in-flags.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import type { OpenedSet } from "../sources/open-set.js";
import type { Converted } from "./convert-set.js";
import type { ConvertFlags } from "./flags.js";
import { TARGETS } from "./targets.js";

const MOST_PRINTED_FAILURES = 10;

type Result = Converted & { readonly kept: number; readonly removed: number };

export async function report(
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
  // Writers of formats without unlabelled pixels have already counted them.
  const isCounted = written.issues.some(({ code }) => code.startsWith("unlabelled-is-"));
  if (unlabelled.pixels > 0 && !isCounted) {
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
export async function describePlan(
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
