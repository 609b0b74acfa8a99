/// <reference types="node" />
/// <reference types="node" />
/** `labelmap overlay`: a picture of a mask for people to look at, over its image if one is given. */

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { Command } from "commander";
import { decodeMask, type LabelMap } from "labelmap";
import { addExamples } from "../help.js";
import {
  checkOneStandardInput,
  inFile,
  nameFile,
  nameOf,
  readInput,
  readMask,
  resultBeside,
} from "../input.js";
import { hasSetFlags } from "../inspect-set/inspect-set.js";
import { setArguments } from "../inspect-set/is-set.js";
import {
  ANY_LEGEND,
  addLegendFlags,
  checkLegendName,
  type LegendFlags,
  oneLegend,
  readLegendText,
} from "../legend-flags.js";
import { legendOfMask } from "../mask-legend.js";
import { parseFraction } from "../options.js";
import { print, STANDARD_STREAM, writeOutput } from "../output.js";
import { encodeCanvas } from "../overlay/canvas.js";
import { drawOverlay } from "../overlay/draw-overlay.js";
import { type OverlaySetFlags, overlaySet } from "../overlay/overlay-set.js";
import { readPhoto } from "../overlay/read-photo.js";
import { printable } from "../printable.js";
import { checkOutput } from "../protect.js";
import { addRunFlags, refuseFlag } from "../run-flags.js";
import { ANY_SOURCE, addReadingFlags } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

type OverlayOptions = OverlaySetFlags;

export function define(command: Command): void {
  command
    .description(
      "Draws the labels of a mask in their colours, with lines between them and a legend below. If you give the image, the " +
        "labels are drawn over it. For a data set, it draws a picture of each image in a folder, over the photos of the set.",
    )
    .argument("<mask>", `a PNG file; - is standard input; or a data set: ${ANY_SOURCE}`)
    .argument(
      "[legend...]",
      `the legend of the mask: ${ANY_LEGEND} (default: the name of the mask with .json); then the annotated image, a PNG or JPEG file of the same size as the mask; or more files of a data set`,
    )
    .requiredOption(
      "-o, --output <file>",
      "the PNG file to write; its name ends in .png; - is standard output; for a data set, the folder",
    )
    .option("--opacity <share>", "how strongly the labels cover the image, from 0 to 1", parseFraction, 0.5)
    .option(
      "--force",
      "overwrite the output if it exists; the mask, the legend and the image are never overwritten",
    )
    .action(overlay);
  addLegendFlags(command, "the legend; the second argument is then the image");
  addReadingFlags(command);
  addRunFlags(command, { dryRun: "", json: "what was drawn", quiet: "" });
  addExamples(command, [
    ["labelmap overlay street.png -o picture.png", "Draw the labels alone. Their names are in street.json."],
    [
      "labelmap overlay street.png street.json street.jpg -o over-photo.png",
      "Draw the labels over the photo.",
    ],
    [
      "labelmap overlay - street.json street.jpg --opacity 0.3 -o - < street.png > picture.png",
      "Use it in a pipe, and show more of the photo.",
    ],
    ["labelmap overlay cvat-export -o pictures", "Draw all images of a data set, each over its photo."],
    [
      "labelmap overlay street.png street.jpg --legend cityscapes -o palette.png",
      "Draw the colours of a palette over the photo.",
    ],
  ]);
}

async function overlay(mask: string, others: readonly string[], flags: OverlayOptions): Promise<void> {
  const { output, opacity, force = false, legend: named, json = false, encoding, form } = flags;
  const set = setOf(mask, others, flags);
  if (set !== undefined) return overlaySet(set.sources, { ...flags, ...set.legend });
  const [second, third] = others;
  const reading = {
    ...(encoding === undefined ? {} : { encoding }),
    ...(form === undefined ? {} : { form }),
  };
  if (json && output === STANDARD_STREAM) {
    refuseFlag("--json", "overlay", "with --output - the only output is the picture");
  }
  const [given, image] = named === undefined ? [second, third] : [oneLegend(third && second, named), second];
  if (given !== undefined) checkLegendName(given);
  const result = given ?? resultBeside(mask);
  checkOneStandardInput([mask, result, image]);
  checkFormat(output);
  const flag = checkOutput(output, [mask, result, image], { isForced: force });
  const map = await decode(mask, result, reading).catch((error) => {
    throw nameFile(error, { mask, result: result ?? null });
  });
  const photo =
    image === undefined
      ? null
      : await readPhoto(await readInput(image)).catch((error) => {
          throw inFile(error, image);
        });
  const picture = encodeCanvas(drawOverlay(map, { photo, opacity }));
  const about = { output, mask, width: map.width, height: map.height, labels: map.labels.length };
  if (flags.dryRun) {
    const text = `${output}: would draw ${nameOf(mask)}; nothing is written`;
    return print(printable(json ? JSON.stringify(about) : text));
  }
  await writeOutput(output, picture, flag);
  if (json) await print(printable(JSON.stringify(about)));
}

/**
 * The sources of a data set, if the arguments name one: a folder, an export, several masks, or a flag that only data sets
 * have. A mask may have a legend and an image after it, so two PNGs are masks only if the second one can be neither.
 */
function setOf(
  mask: string,
  others: readonly string[],
  flags: OverlayOptions,
): { readonly sources: readonly string[]; readonly legend: { readonly legend?: string } } | undefined {
  const sources = [mask, ...others];
  if (hasSetFlags(flags)) return { sources, legend: {} };
  if (mask === STANDARD_STREAM) return undefined;
  const isPng = (path: string | undefined) => path !== undefined && /\.png$/i.test(path);
  const isSecondMask = flags.legend === undefined && isPng(others[0]) && hasPngBytes(others[0]!);
  if (others.length > 2 || (isPng(mask) && isSecondMask)) {
    return { sources, legend: {} };
  }
  const set = isPng(mask) && existsSync(mask) ? undefined : setArguments(mask, others);
  if (set === undefined) return undefined;
  return { sources: set.sources, legend: set.legend === undefined ? {} : { legend: set.legend } };
}

/** @throws {UsageError}: there is no legend, and the mask has colours; what reading and decoding throw */
async function decode(mask: string, result: string | undefined, reading: LegendFlags): Promise<LabelMap> {
  const png = await readMask(mask, false);
  const source = result === undefined ? null : await readLegendText(result);
  const { legend, encoding } = legendOfMask(png, source, reading);
  if (legend === null && encoding === "colors") {
    throw new UsageError(`${nameOf(mask)} has no result beside it; give its legend as the second argument`);
  }
  return decodeMask(png, legend, { encoding });
}

/** Whether the content is that of a PNG. A legend may have any name. */
function hasPngBytes(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const head = Buffer.alloc(4);
  const file = openSync(path, "r");
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head.equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
}

/** @throws {UsageError}: the name is that of another format, and its readers would not expect a PNG */
function checkFormat(output: string): void {
  const ending = extname(output);
  if (output === STANDARD_STREAM || ending === "" || /^\.png$/i.test(ending)) return;
  throw new UsageError(
    `overlay writes PNG files, but ${output} ends in ${ending}; give a name that ends in .png`,
  );
}
