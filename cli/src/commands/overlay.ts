/// <reference types="node" />
/// <reference types="node" />
/** `labelmap overlay`: a picture of a mask for people to look at, over its image if one is given. */

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
import { STANDARD_STREAM, writeOutput } from "../output.js";
import { encodeCanvas } from "../overlay/canvas.js";
import { drawOverlay } from "../overlay/draw-overlay.js";
import { readPhoto } from "../overlay/read-photo.js";
import { checkOutput } from "../protect.js";
import { UsageError } from "../usage-error.js";

interface OverlayOptions extends LegendFlags {
  readonly output: string;
  readonly opacity: number;
  readonly force?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Draws the labels of a mask in their colours, with lines between them and a legend below. If you give the image, the " +
        "labels are drawn over it.",
    )
    .argument("<mask>", "a PNG file; - is standard input")
    .argument("[legend]", `${ANY_LEGEND} (default: the name of the mask with .json)`)
    .argument("[image]", "the annotated image: a PNG or JPEG file of the same size as the mask")
    .requiredOption(
      "-o, --output <file>",
      "the PNG file to write; its name ends in .png; - is standard output",
    )
    .option("--opacity <share>", "how strongly the labels cover the image, from 0 to 1", parseFraction, 0.5)
    .option(
      "--force",
      "overwrite the output if it exists; the mask, the legend and the image are never overwritten",
    )
    .action(overlay);
  addLegendFlags(command, "the legend; the second argument is then the image");
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
    [
      "labelmap overlay street.png street.jpg --legend cityscapes -o palette.png",
      "Draw the colours of a palette over the photo.",
    ],
  ]);
}

async function overlay(
  mask: string,
  second: string | undefined,
  third: string | undefined,
  { output, opacity, force = false, legend: named, ...reading }: OverlayOptions,
): Promise<void> {
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
  await writeOutput(output, encodeCanvas(drawOverlay(map, { photo, opacity })), flag);
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

/** @throws {UsageError}: the name is that of another format, and its readers would not expect a PNG */
function checkFormat(output: string): void {
  const ending = extname(output);
  if (output === STANDARD_STREAM || ending === "" || /^\.png$/i.test(ending)) return;
  throw new UsageError(
    `overlay writes PNG files, but ${output} ends in ${ending}; give a name that ends in .png`,
  );
}
