/// <reference types="node" />
/** `labelmap convert`: a data set in one format to the same set in another. */

import { type Command, Option } from "commander";
import { counted } from "labelmap/checks";
import type { FileSource } from "labelmap/formats";
import { withLock } from "../batch/run.js";
import { interruption, say } from "../batch-run.js";
import { readClassMap } from "../convert/class-map.js";
import { classesAfter, convertSet } from "../convert/convert-set.js";
import { NO_FILTERS } from "../convert/filters.js";
import { addConvertFlags, type ConvertFlags, checkFlags, originOf, writingOf } from "../convert/flags.js";
import { RecordedFolder } from "../convert/recorded-folder.js";
import { describePlan, report } from "../convert/report.js";
import { resizedPhotos } from "../convert/resized-photos.js";
import { TARGETS } from "../convert/targets.js";
import { addExamples } from "../help.js";
import { readText } from "../input.js";
import { parseClasses } from "../output-flags.js";
import { startProgress } from "../progress.js";
import { ANY_SOURCE, type OpenedSet, openSet } from "../sources/open-set.js";
import { checkOutside } from "../sources/outside-source.js";

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
  addConvertFlags(command);
  command.action(convert);
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
  checkOutside(out, opened);
  const given =
    flags.classes === undefined
      ? {}
      : { classes: parseClasses(await readText(flags.classes), flags.classes) };
  const classMap = flags.mapClasses === undefined ? {} : { classMap: await readClassMap(flags.mapClasses) };
  const write = await writingOf(flags);
  const photos = flags.photos ? await photosOf(opened, flags) : undefined;
  // A name that is no class is noticed before anything is written.
  const after = await classesAfter(set, { ...given, ...classMap, filters: flags.filter ?? NO_FILTERS });
  const origin = originOf(opened, flags, given.classes);
  if (dryRun) {
    await RecordedFolder.check(out, origin);
    return describePlan(opened, flags, after.classes);
  }

  const signal = interruption(
    "finishing the image in progress, then stopping; press Ctrl-C again to stop at once",
  );
  const progress = await startProgress(set.count, { isQuiet: quiet });
  const result = await withLock(out, async () => {
    const folder = await RecordedFolder.open(out, origin, force);
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
        ...(photos !== undefined && { photos }),
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

/** The photos as they are, or in the size of the masks. */
async function photosOf({ source }: OpenedSet, { resize }: ConvertFlags): Promise<FileSource> {
  return resize === undefined ? source : resizedPhotos(source, resize);
}
