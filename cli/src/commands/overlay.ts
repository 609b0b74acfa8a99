/// <reference types="node" />
/** `labelmap overlay`: a picture of a mask for people to look at, over its photo if there is one. */

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  decodeMask,
  type LabelMap,
  type LabelMapError,
  parseResult,
  type SegmentationResult,
} from "labelmap";
import { COLORINGS } from "labelmap/colors";
import { decodeIds } from "labelmap/ids";
import { noticer } from "../batch-run.js";
import { HEAD_BYTES, kindOfBytes } from "../containers/kinds.js";
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
import { colorOfId } from "../inspect-mask/color-of-id.js";
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
import { drawOverlay } from "../overlay/draw-overlay.js";
import { drawOptions, noticeLetters, type OverlayFlags, overlaySet } from "../overlay/overlay-set.js";
import { encodePicture, formatOfOutput, PICTURE_FORMATS } from "../overlay/picture-file.js";
import { readPhoto } from "../overlay/read-photo.js";
import { printable } from "../printable.js";
import { checkOutput } from "../protect.js";
import { addRunFlags, refuseFlag } from "../run-flags.js";
import { ANY_SOURCE, addReadingFlags } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";
import { findViewed } from "../view-files.js";

export function define(command: Command): void {
  command
    .description(
      "Draws the labels of a mask for people: in soft colours, with lines between them, their names, and a legend below. A " +
        "photo beside the mask is drawn under them. For a data set, it draws a picture of each image in a folder, or one " +
        "sheet with small pictures of all.",
    )
    .argument("<mask>", `a PNG file; - is standard input; or a data set: ${ANY_SOURCE}`)
    .argument(
      "[legend...]",
      `the legend of the mask: ${ANY_LEGEND} (default: the name of the mask with .json); then its photo, which is scaled to the size of the mask (default: the name of the mask with .jpg, .jpeg or .webp); a PNG with more than ${MOST_COLORS} colours and no legend beside it is taken for the photo; or more files of a data set`,
    )
    .requiredOption(
      "-o, --output <file>",
      "the picture to write; its name ends in .png, .jpg or .webp; - is standard output; for a data set, a folder, or a file for one sheet of small pictures",
    )
    .addOption(
      new Option(
        "--colors <by>",
        "one colour for each class, a shade of it for each object, the mask's own, or another for each label",
      )
        .choices(COLORINGS)
        .default("class"),
    )
    .option("--opacity <share>", "how strongly the labels cover the photo, from 0 to 1", parseFraction, 0.5)
    .option("--outline", "draw only the lines around the labels")
    .option("--scale <factor>", "make the picture larger or smaller than the mask: 2, 0.25", parseScale, 1)
    .option("--no-names", "write no names on the labels")
    .addOption(drawnLegend())
    .option("--no-photo", "do not use the photo beside the mask, or those of the data set")
    .addOption(formatOption())
    .option(
      "--force",
      "overwrite the output if it exists; the mask, the legend and the photo are never overwritten",
    )
    .action(overlay);
  addLegendFlags(command, "the legend of the mask; the second argument is then the photo");
  addReadingFlags(command);
  addRunFlags(command, { dryRun: "", json: "what was drawn", quiet: "" });
  addExamples(command, [
    [
      "labelmap overlay street.png -o picture.png",
      "Draw the labels, over street.jpg if it exists. Their names are in street.json.",
    ],
    [
      "labelmap overlay street.png street.jpg -o picture.jpg --outline --scale 0.5",
      "Draw lines around the labels of a photo, in half its size, as a JPEG.",
    ],
    [
      "labelmap overlay - street.json street.jpg --opacity 0.3 -o - < street.png > picture.png",
      "Use it in a pipe, and show more of the photo.",
    ],
    ["labelmap overlay cvat-export -o pictures", "Draw all images of a data set, each over its photo."],
    ["labelmap overlay cvat-export -o sheet.webp", "Draw small pictures of all images on one sheet."],
    [
      "labelmap overlay street.png --legend cityscapes --colors mask -o palette.png",
      "Draw the labels in the colours of their palette.",
    ],
  ]);
}

/** `--legend` is the legend of the mask, so that this flag must have another name in the options. */
function drawnLegend(): Option {
  return Object.assign(new Option("--no-legend", "draw no legend below the picture"), {
    attributeName: () => "drawnLegend",
  });
}

/** The name `jpg` is accepted too, because files end in it. */
function formatOption(): Option {
  const help = "the format of the pictures of a data set, and on standard output (default: png)";
  const option = new Option("--format <name>", help).choices(PICTURE_FORMATS);
  const parse = option.parseArg!;
  return option.argParser((name, earlier) => parse(name === "jpg" ? "jpeg" : name, earlier));
}

const SMALLEST_SCALE = 0.01;
const LARGEST_SCALE = 32;

function parseScale(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= SMALLEST_SCALE && value <= LARGEST_SCALE) return value;
  throw new InvalidArgumentError(`It must be a number from ${SMALLEST_SCALE} to ${LARGEST_SCALE}.`);
}

async function overlay(mask: string, others: readonly string[], flags: OverlayFlags): Promise<void> {
  const { output, force = false, json = false, encoding, form } = flags;
  const isPngPhoto = await isPhotoInPng(others, flags);
  const set = isPngPhoto ? undefined : setOf(mask, others, flags);
  if (set !== undefined) return overlaySet(set.sources, { ...flags, ...set.legend });
  if (json && output === STANDARD_STREAM) {
    refuseFlag("--json", "overlay", "with --output - the only output is the picture");
  }
  const { legend: given, photo: named } = filesBeside(mask, others, flags, isPngPhoto);
  if (given !== undefined) checkLegendName(given);
  const result = given ?? resultBeside(mask);
  checkOneStandardInput([mask, result, named]);
  const format = formatOfOutput(output, flags.format);
  const found = named === undefined && flags.photo ? await photoBeside(mask) : undefined;
  const image = named ?? found;
  const flag = checkOutput(output, [mask, result, image], { isForced: force });
  const reading = { ...(encoding !== undefined && { encoding }), ...(form !== undefined && { form }) };
  const map = await decode(mask, result, reading).catch((error) => {
    throw nameFile(error, { mask, result: result ?? null });
  });
  const draw = async () => {
    const photo = image === undefined ? null : await readPhoto(await readInput(image));
    return drawOverlay(map, photo, drawOptions(flags));
  };
  const picture = await draw().catch((error) => {
    throw image === undefined ? error : inFile(error, image);
  });
  const about = {
    output,
    mask,
    photo: image ?? null,
    width: map.width,
    height: map.height,
    labels: map.labels.length,
  };
  if (flags.dryRun) {
    const text = `${output}: would draw ${nameOf(mask)}; nothing is written`;
    return print(printable(json ? JSON.stringify(about) : text));
  }
  await writeOutput(output, await encodePicture(picture, format), flag);
  noticeLetters(flags);
  if (found !== undefined) noticer(flags)(`${output}: over ${found}, which is beside the mask`);
  if (json) await print(printable(JSON.stringify(about)));
}

/** What the arguments after a mask are: a legend, a photo, or both. */
function filesBeside(
  mask: string,
  [second, third]: readonly string[],
  { legend, photo: isWanted }: OverlayFlags,
  isPngPhoto: boolean,
): { readonly legend: string | undefined; readonly photo: string | undefined } {
  const isLegend = second !== undefined && legend === undefined && !isPngPhoto && !isPhoto(second);
  const files = isLegend
    ? { legend: second, photo: third }
    : { legend: oneLegend(third && second, legend), photo: second };
  if (files.photo !== undefined && !isWanted) {
    throw new UsageError(`--no-photo is given, and the photo ${files.photo} of ${mask}; leave one out`);
  }
  return files;
}

/** A file with the bytes of a JPEG or a WebP can be no legend, whatever its name is. */
function isPhoto(path: string): boolean {
  const kind = path === STANDARD_STREAM ? null : kindOfBytes(firstBytes(path));
  return kind === "jpeg" || kind === "webp" || kind === "tiff";
}

/**
 * Whether the only argument after the mask is a photo in a PNG. Another mask has a legend beside it, or fewer colours, whose
 * samples have 8 bits.
 */
async function isPhotoInPng(others: readonly string[], flags: OverlayFlags): Promise<boolean> {
  const [second] = others;
  if (second === undefined || others.length > 1 || hasSetFlags(flags) || flags.legend !== undefined)
    return false;
  if (second === STANDARD_STREAM || kindOfBytes(firstBytes(second)) !== "png") return false;
  if (resultBeside(second) !== undefined) return false;
  try {
    await decodeIds(await readInput(second), { maxIds: MOST_COLORS });
    return false;
  } catch (error) {
    // A PNG that cannot be decoded is a damaged mask, whose error is said later.
    return ["IDS_TOO_MANY", "PNG_16_BIT_COLORS"].includes((error as LabelMapError).code);
  }
}

/** The photo that `labelmap view` would show with the mask. */
async function photoBeside(mask: string): Promise<string | undefined> {
  if (mask === STANDARD_STREAM || !/\.png$/i.test(mask)) return undefined;
  const photo = (await findViewed(mask)).masks[0]?.photo;
  return photo !== null && photo !== undefined && "realPath" in photo
    ? join(dirname(mask), photo.path)
    : undefined;
}

/**
 * The sources of a data set, if the arguments name one: a folder, an export, several masks, or a flag that only data sets
 * have. A mask may have a legend and an image after it, so two PNGs are masks only if the second one can be neither.
 */
function setOf(
  mask: string,
  others: readonly string[],
  flags: OverlayFlags,
): { readonly sources: readonly string[]; readonly legend: { readonly legend?: string } } | undefined {
  const sources = [mask, ...others];
  if (hasSetFlags(flags)) return { sources, legend: {} };
  if (mask === STANDARD_STREAM) return undefined;
  const isPng = (path: string | undefined) => path !== undefined && /\.png$/i.test(path);
  const isSecondMask =
    flags.legend === undefined && isPng(others[0]) && kindOfBytes(firstBytes(others[0]!)) === "png";
  if (others.length > 2 || (isPng(mask) && isSecondMask)) {
    return { sources, legend: {} };
  }
  const set = isPng(mask) && existsSync(mask) ? undefined : setArguments(mask, others);
  if (set === undefined) return undefined;
  return { sources: set.sources, legend: set.legend === undefined ? {} : { legend: set.legend } };
}

/** @throws what reading and decoding throw */
async function decode(mask: string, result: string | undefined, reading: LegendFlags): Promise<LabelMap> {
  const png = await readMask(mask, false);
  const source = result === undefined ? null : await readLegendText(result);
  const { legend, encoding } = legendOfMask(png, source, reading);
  const isBare = legend === null && encoding === "colors";
  return decodeMask(png, isBare ? await legendOfColors(png, mask) : legend, { encoding });
}

/** More colours than a mask has labels. A photo has them. */
const MOST_COLORS = 4096;

/**
 * A legend that calls each colour by its code.
 * @throws {UsageError}: there are too many colours; what `decodeIds` throws
 */
async function legendOfColors(png: Uint8Array, mask: string): Promise<SegmentationResult> {
  const { segments } = await decodeIds(png);
  if (segments.length > MOST_COLORS) {
    const problem = `${nameOf(mask)} has no result beside it, and ${segments.length} colours`;
    throw new UsageError(`${problem}; give its legend as the second argument`);
  }
  const colors = segments.map(({ id }) => colorOfId(id));
  return parseResult({ legend: Object.fromEntries(colors.map((color) => [color, color])) });
}

/** The first bytes of a file; none if there is no such file. */
function firstBytes(path: string): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return head;
  const file = openSync(path, "r");
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head;
}
