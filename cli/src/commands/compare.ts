/// <reference types="node" />
/** `labelmap compare`: how well a prediction agrees with the truth, as text, as JSON, and as a page. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { counted } from "labelmap/checks";
import { say } from "../batch-run.js";
import { type Compared, compareSets, readPair, SIDES } from "../compare/compare-sets.js";
import { describeSummary, formatScore } from "../compare/describe.js";
import { addCompareFlags, type CompareFlags, JSON_HELP } from "../compare/flags.js";
import { renderPage } from "../compare/html/page.js";
import { drawPictures, type Pictures } from "../compare/html/pictures.js";
import { type JoinedClasses, joinClasses } from "../compare/joined-classes.js";
import { checkPairs, type PairedImages, pairImages } from "../compare/pair-images.js";
import { openPrediction } from "../compare/prediction.js";
import { type Summary, summarise } from "../compare/summary.js";
import { readClassMap } from "../convert/class-map.js";
import { addExamples } from "../help.js";
import { readText } from "../input.js";
import { joinNames } from "../options.js";
import { print, STANDARD_STREAM, writeOutput } from "../output.js";
import { parseClasses } from "../output-flags.js";
import { printable } from "../printable.js";
import { startProgress } from "../progress.js";
import { checkOutput } from "../protect.js";
import { ANY_SOURCE, type OpenedSet, openSet } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

const MOST_PRINTED_FAILURES = 10;
const MOST_NAMED = 10;
/** Three pictures each, of about 20 KB. */
const MOST_PICTURES = 50;

export function define(command: Command): void {
  command
    .description(
      "Compares a prediction with the truth, image by image: IoU, precision, recall, Dice and boundary IoU of each class, " +
        "and panoptic quality if there are objects. Images and classes are matched by name. The formats of both " +
        "sides are recognised and printed.",
    )
    .argument("<truth>", `the truth: ${ANY_SOURCE}`)
    .argument(
      "<prediction>",
      "what to score: the same, or a folder of class ids (.npy, or PNGs without a legend)",
    )
    .action(compare);
  addCompareFlags(command);
  addExamples(command, [
    [
      "labelmap compare truth model",
      "Compare what a model predicted with the truth. If the model's masks have no legend, the truth's legend is used.",
    ],
    ["labelmap compare truth model --html report.html", "Write a report to look at."],
    [
      "labelmap compare truth model --fail-under 0.5 --quiet",
      "Check a model in CI: the exit code is 1 if it is worse.",
    ],
    [
      "labelmap compare truth model --json | node -p 'JSON.parse(fs.readFileSync(0)).means.iou'",
      "Print the mean IoU.",
    ],
  ]);
  command.addHelpText("after", JSON_HELP);
}

async function compare(truthPath: string, predictionPath: string, flags: CompareFlags): Promise<void> {
  const { by, boundaryRatio, missing = "error", json = false, quiet = false, failUnder = null } = flags;
  const notice = (text: string) => {
    if (!quiet) say(text);
  };
  const given =
    flags.classes === undefined ? undefined : parseClasses(await readText(flags.classes), flags.classes);
  const classMap = flags.mapClasses === undefined ? undefined : await readClassMap(flags.mapClasses);
  const truth = await openSet([truthPath], flags);
  const tell = ({ name, found, set }: OpenedSet) => {
    notice(`${name}: ${found}`);
    for (const { message } of set.issues) notice(`  ${message}`);
  };
  tell(truth);
  const truthClasses = await truth.set.classes();
  const lender = { truth, flags, classes: given ?? truthClasses, missing };
  const prediction = await openPrediction(predictionPath, flags, lender);
  tell(prediction);
  if (prediction.notice !== null) notice(`  ${prediction.name} ${prediction.notice}`);
  const htmlFlag =
    flags.html === undefined ? null : await checkHtml(flags.html, { truth, prediction, flags });

  const joined = joinClasses({
    ...{ truth: truthClasses, prediction: await prediction.set.classes() },
    ...{ given, classMap, by },
  });
  const paired = await pairImages(truth.set, prediction.set);
  tellMissing(paired, joined, { truth, prediction, notice, allowMissing: flags.allowMissing ?? false });
  if (flags.dryRun) {
    const plan = { images: paired.pairs.length, classes: joined.classes.classes.map(({ name }) => name) };
    const text = `would compare ${counted(plan.images, "image")} and ${counted(plan.classes.length, "class", "classes")}`;
    return print(printable(json ? JSON.stringify({ ...plan, html: flags.html ?? null }) : text));
  }

  const progress = await startProgress(paired.pairs.length, { isQuiet: quiet });
  const compared = await compareSets(paired.pairs, {
    ...{ joined, missing, boundaryRatio, worst: flags.worst },
    things:
      flags.things &&
      joinNames(
        flags.things,
        new Set(joined.classes.classes.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])])),
      ),
    onProgress: ({ done, failed }) => progress.update({ done, failed, kept: 0, failedBefore: 0 }),
  }).finally(() => progress.stop());
  const sideOf = (side: (typeof SIDES)[number], { name, set }: OpenedSet) => ({
    ...{ source: name, format: set.format.name, images: set.count },
    ...{ onlyHere: paired.onlyIn[side], classesOnlyHere: joined.onlyIn[side] },
  });
  const summary = summarise(compared, {
    ...{ truth: sideOf("truth", truth), prediction: sideOf("prediction", prediction) },
    ...{ classesNotInList: joined.notInList, by, boundaryRatio, failUnder },
  });
  tellProblems(summary, notice);
  // Before anything is printed: the reader of a pipe may close it.
  if (flags.html !== undefined) {
    const pictures = await drawWorst(compared, joined);
    const page = renderPage(summary, { colors: compared.colors, pictures });
    await writeOutput(flags.html, new TextEncoder().encode(page), htmlFlag!);
    notice(`${flags.html} is written`);
  }
  if (json) await print(printable(JSON.stringify(summary)));
  else await print(describeSummary(summary, { confusion: flags.confusion ?? false }));
  if (summary.failures.length > 0) process.exitCode = 1;
  if (summary.passed === false) {
    say(`the mean IoU is ${formatScore(summary.means.iou)}, below the ${failUnder} of --fail-under`);
    process.exitCode = 1;
  }
}

interface Sides {
  readonly truth: OpenedSet;
  readonly prediction: OpenedSet;
}

/** @throws {UsageError}: the report is no file, its folder is missing, it is an input, or it exists */
async function checkHtml(
  html: string,
  { truth, prediction, flags }: Sides & { readonly flags: CompareFlags },
): Promise<"w" | "wx"> {
  if (html === STANDARD_STREAM) throw new UsageError("--html needs the name of a file; - is standard output");
  if (!existsSync(dirname(html)))
    throw new UsageError(`--html: there is no folder ${dirname(html)}; create it`);
  const filesOf = async ({ source, root, inputs }: OpenedSet) => [
    ...inputs,
    ...(root === null ? [] : (await source.list()).map((path) => join(root, path))),
  ];
  const { legend, predictionLegend, classes, mapClasses, force = false } = flags;
  return checkOutput(
    html,
    [
      ...(await filesOf(truth)),
      ...(await filesOf(prediction)),
      legend,
      predictionLegend,
      classes,
      mapClasses,
    ],
    { isForced: force },
  );
}

/** Says what is not compared. @throws {UsageError}: images of one side are missing in the other */
function tellMissing(
  paired: PairedImages,
  { onlyIn, notInList }: JoinedClasses,
  options: Sides & { readonly notice: (text: string) => void; readonly allowMissing: boolean },
): void {
  const { truth, prediction, notice, allowMissing } = options;
  const names = { truth: truth.name, prediction: prediction.name };
  const missing = checkPairs(paired, names, { allowMissing });
  if (missing !== null) notice(`  ${missing}`);
  if (paired.notice !== null) notice(`  ${paired.notice}`);
  for (const side of SIDES) {
    const count = onlyIn[side].length;
    if (count > 0)
      notice(`  ${counted(count, "class", "classes")} only in ${names[side]}: ${listOf(onlyIn[side])}`);
  }
  if (notInList.length > 0) notice(`  --classes lacks ${listOf(notInList)}`);
}

/** Says what went wrong with images, and what has no label. */
function tellProblems({ failures, ...sides }: Summary, notice: (text: string) => void): void {
  for (const { name, side, code, message } of failures.slice(0, MOST_PRINTED_FAILURES)) {
    say(printable(`  ${name}: ${side === null ? "" : `${side}: `}${code}: ${message}`));
  }
  if (failures.length > MOST_PRINTED_FAILURES) say(`  and ${failures.length - MOST_PRINTED_FAILURES} more`);
  for (const side of SIDES) {
    const { pixels, images } = sides[side].unlabelled;
    if (pixels > 0) {
      notice(`  ${counted(pixels, "pixel")} of the ${side} in ${counted(images, "image")} have no label`);
    }
  }
}

/** The pictures of the worst images. They are read once more, so that no more than one pair is in memory. */
async function drawWorst({ worst, colors }: Compared, joined: JoinedClasses): Promise<Pictures[]> {
  const pictures: Pictures[] = [];
  for (const { pair } of worst.slice(0, MOST_PICTURES)) {
    pictures.push(drawPictures(await readPair(pair, joined), joined.classes, colors));
  }
  return pictures;
}

function listOf(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}
