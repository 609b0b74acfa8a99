/// <reference types="node" />
/** `labelmap overlay` of a data set: a picture of each image in a folder, or a sheet with small pictures of all. */

import { basename, extname } from "node:path";
import { type LabelMap, LabelMapError } from "labelmap";
import { counted } from "labelmap/checks";
import type { Coloring } from "labelmap/colors";
import type { SetItem } from "labelmap/formats";
import { withLock } from "../batch/run.js";
import { interruption, noticer, say } from "../batch-run.js";
import { type Origin, RecordedFolder } from "../convert/recorded-folder.js";
import { describeOdd } from "../decode/sources.js";
import { inFlags } from "../in-flags.js";
import { inFile } from "../input.js";
import { type Failure, failureOf } from "../inspect-set/walk.js";
import { print, STANDARD_STREAM, writeOutput } from "../output.js";
import { printable } from "../printable.js";
import { startProgress } from "../progress.js";
import { checkOutput, endsAsFolder, isFolder } from "../protect.js";
import { type OpenedSet, openSet, type SourceFlags } from "../sources/open-set.js";
import { checkOutside } from "../sources/outside-source.js";
import { isIn } from "../sources/places.js";
import { UsageError } from "../usage-error.js";
import { ContactSheet, MOST_ON_SHEET } from "./contact-sheet.js";
import { type DrawOptions, drawOverlay } from "./draw-overlay.js";
import {
  ENDING_OF,
  encodePicture,
  formatOfName,
  formatOfOutput,
  type Picture,
  type PictureFormat,
} from "./picture-file.js";
import { readPhoto } from "./read-photo.js";
import { foreignLetters } from "./text.js";

export interface OverlayFlags extends SourceFlags {
  readonly output: string;
  readonly colors: Coloring;
  readonly opacity: number;
  readonly scale: number;
  readonly names: boolean;
  readonly photo: boolean;
  readonly outline?: boolean;
  readonly drawnLegend?: boolean;
  readonly format?: PictureFormat;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** @param classNames of the data set */
export function drawOptions(
  { colors, opacity, scale, names, outline = false, drawnLegend: legend = true }: OverlayFlags,
  classNames: readonly string[] = [],
): DrawOptions {
  return { colors, classNames, opacity, scale, names, outline, legend };
}

/** Says which names were drawn in a font of the machine, since they look different elsewhere, or may be missing. */
export function noticeLetters(flags: Pick<OverlayFlags, "quiet">): void {
  const letters = foreignLetters();
  if (letters !== undefined) noticer(flags)(printable(letters));
}

const MOST_PRINTED_FAILURES = 10;

/**
 * Draws the labels of each image, over its photo if the set has it: a picture of each in a folder, or one sheet. The exit
 * code is 1 if an image cannot be drawn.
 * @throws {UsageError}: no format is recognised, or several; the output is the source, or standard output
 */
export async function overlaySet(paths: readonly string[], flags: OverlayFlags): Promise<void> {
  const { output: out, json = false } = flags;
  if (out === STANDARD_STREAM) {
    throw new UsageError("overlay of a data set writes a folder or a sheet; give the name of one, not -");
  }
  const isSheet = extname(out) !== "" && !endsAsFolder(out) && !isFolder(out);
  const format = isSheet ? formatOfSheet(out, flags.format) : (flags.format ?? "png");
  const opened = await openSet(paths, flags);
  const { set, name, found } = opened;
  const notice = noticer(flags);
  notice(`${printable(name)}: ${found}`);
  for (const { message } of set.issues) notice(`  ${message}`);
  if (isSheet) checkSheetOutside(out, opened);
  else checkOutside(out, opened);
  if (flags.dryRun) {
    if (!isSheet) await RecordedFolder.check(out, originOf(opened, flags));
    const plan = { source: name, from: set.format.name, out, images: set.count };
    return print(
      json
        ? printable(JSON.stringify(plan))
        : printable(`${out}: would draw ${counted(set.count, "image")} of ${name}`),
    );
  }
  const options = drawOptions(flags, await classNamesOf(opened));
  const { failures, summary, report } = isSheet
    ? await drawSheet(opened, flags, options, format)
    : await drawFolder(opened, flags, options, format);
  for (const line of describeOdd(opened)) notice(line);
  noticeLetters(flags);
  for (const { name: image, code, message } of failures.slice(0, MOST_PRINTED_FAILURES)) {
    say(printable(`  ${image}: ${code}: ${inFlags(message, code)}`));
  }
  if (failures.length > MOST_PRINTED_FAILURES) say(`  and ${failures.length - MOST_PRINTED_FAILURES} more`);
  if (json) {
    await print(printable(JSON.stringify({ out, ...report, failed: failures.length, failures })));
  } else {
    const failed = failures.length > 0 ? [`${failures.length} failed`] : [];
    await print(`${printable(out)}: ${[...summary, ...failed].join(", ")}`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

/** What was drawn: for people, and as JSON. */
interface Drawn {
  readonly failures: readonly Failure[];
  readonly summary: readonly string[];
  readonly report: Readonly<Record<string, number>>;
}

/** What the pictures of a folder are made from and with. */
function originOf({ inputs }: OpenedSet, flags: OverlayFlags): Origin {
  const { dryRun: _, json: __, quiet: ___, force: ____, output: _____, ...options } = flags;
  return { overlay: inputs, ...options };
}

async function drawFolder(
  opened: OpenedSet,
  flags: OverlayFlags,
  drawing: DrawOptions,
  format: PictureFormat,
): Promise<Drawn> {
  const { output: out, force = false } = flags;
  return withLock(out, async () => {
    const folder = await RecordedFolder.open(out, originOf(opened, flags), force);
    try {
      const { drawn, failures } = await drawEach(opened, flags, async (item) => {
        const picture = await drawMap(await item.map(), item, opened, flags, drawing);
        await folder.write(`${item.name}.${ENDING_OF[format]}`, await encodePicture(picture, format));
      });
      // The picture of an image that cannot be read today may still be good.
      if (failures.length === 0) await folder.removeStale();
      const { kept } = folder;
      const upToDate = kept > 0 ? [`${kept} already up to date`] : [];
      return {
        failures,
        summary: [counted(drawn, "picture"), ...upToDate],
        report: { drawn: drawn - kept, kept },
      };
    } finally {
      await folder.close();
    }
  });
}

async function drawSheet(
  opened: OpenedSet,
  flags: OverlayFlags,
  drawing: DrawOptions,
  format: PictureFormat,
): Promise<Drawn> {
  const { output: out, force = false } = flags;
  const flag = checkOutput(out, opened.inputs, { isForced: force });
  const sheet = new ContactSheet(drawing);
  const { drawn, failures } = await drawEach(
    opened,
    flags,
    async (item) => {
      const map = await item.map();
      sheet.add(item.name, map, await drawMap(map, item, opened, flags, sheet.optionsFor(map)));
    },
    MOST_ON_SHEET,
  );
  const omitted = Math.max(0, opened.set.count - MOST_ON_SHEET);
  if (omitted > 0) noticer(flags)(`  the first ${MOST_ON_SHEET} images are on the sheet; ${omitted} are not`);
  if (drawn === 0) {
    const summary = ["no sheet is written, because no image could be drawn"];
    return { failures, summary, report: { drawn, omitted } };
  }
  await writeOutput(out, await encodePicture(sheet.finish(), format), flag);
  return { failures, summary: [`a sheet of ${counted(drawn, "picture")}`], report: { drawn, omitted } };
}

/** A set whose classes cannot be listed still has masks that can be drawn. */
async function classNamesOf({ set }: OpenedSet): Promise<string[]> {
  try {
    return (await set.classes()).classes.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Calls `draw` with one image after the other, with progress and Ctrl-C. */
async function drawEach(
  { set }: OpenedSet,
  { quiet = false }: OverlayFlags,
  draw: (item: SetItem) => Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<{ readonly drawn: number; readonly failures: Failure[] }> {
  const signal = interruption();
  const progress = await startProgress(Math.min(set.count, most), { isQuiet: quiet });
  const failures: Failure[] = [];
  let drawn = 0;
  try {
    for await (const item of set) {
      signal.throwIfAborted();
      if (drawn + failures.length >= most) break;
      try {
        await draw(item);
        drawn++;
      } catch (error) {
        if (error instanceof UsageError || isMissingPeer(error)) throw error;
        failures.push(failureOf(item.name, error));
      }
      progress.update({ done: drawn, failed: failures.length, kept: 0, failedBefore: 0 });
    }
  } finally {
    progress.stop();
  }
  return { drawn, failures };
}

/** What is not installed is missing for all images. */
function isMissingPeer(error: unknown): boolean {
  return error instanceof LabelMapError && error.code === "PEER_MISSING";
}

/** @throws {UsageError}: the name is neither that of a picture nor clearly that of a folder */
function formatOfSheet(out: string, given: PictureFormat | undefined): PictureFormat {
  if (formatOfName(out) !== undefined) return formatOfOutput(out, given);
  throw new UsageError(
    `${out} is no name of a sheet, which ends in .png, .jpg or .webp; for a folder, write ${out}/`,
  );
}

/** A sheet beside the masks would be read as a mask, or as a photo of one. @throws {UsageError} */
function checkSheetOutside(out: string, { root, inputs, isWholeFolder = false }: OpenedSet): void {
  // The folder around single files is no source by itself.
  const folders = [...inputs.filter(isFolder), ...(isWholeFolder && root !== null ? [root] : [])];
  const source = folders.find((folder) => isIn(out, folder));
  if (source === undefined) return;
  throw new UsageError(
    `the sheet ${out} is in the source ${source}, and would be read as a part of it; choose a place outside of it`,
  );
}

async function drawMap(
  map: LabelMap,
  item: SetItem,
  { source }: OpenedSet,
  flags: OverlayFlags,
  options: DrawOptions,
): Promise<Picture> {
  const path = flags.photo ? item.photo : null;
  const photo =
    path === null
      ? null
      : await readPhoto(new Uint8Array(await source.read(path))).catch((error: unknown) => {
          throw error instanceof LabelMapError ? inFile(error, basename(path)) : error;
        });
  return drawOverlay(map, photo, options);
}
