/// <reference types="node" />
/** The flags of `labelmap compare`, and what its help says of its JSON. */

import { type Command, Option } from "commander";
import { missingOption } from "../missing-option.js";
import { parseFraction, parseNames, parsePositiveInteger, parseRatio } from "../options.js";
import { addRunFlags, type RunFlags } from "../run-flags.js";
import { addSourceFlags, type SourceFlags } from "../sources/open-set.js";
import { addPredictionFlags, type PredictionFlags } from "./prediction.js";

export interface CompareFlags extends SourceFlags, PredictionFlags, RunFlags {
  readonly classes?: string;
  readonly mapClasses?: string;
  readonly missing?: "error" | "void";
  readonly things?: readonly string[];
  readonly allowMissing?: boolean;
  readonly boundaryRatio: number;
  readonly by: "class" | "supercategory";
  readonly worst: number;
  readonly confusion?: boolean;
  readonly failUnder?: number;
  readonly html?: string;
  readonly force?: boolean;
}

export function addCompareFlags(command: Command): void {
  addSourceFlags(command);
  addPredictionFlags(command);
  command
    .option(
      "--classes <file>",
      "a class list (JSON) with the classes to compare (default: the classes of both sides)",
    )
    .option(
      "--map-classes <file>",
      'a JSON file that renames, merges and drops classes of both sides: {"car": "vehicle", "human": ["person", "rider"], "sky": null}',
    )
    .addOption(missingOption())
    .option(
      "--things <names>",
      "classes that have objects, separated by commas (default: those whose labels have numbers)",
      parseNames,
    )
    .option("--allow-missing", "compare the images that both sides have, even if a side has more")
    .option(
      "--boundary-ratio <share>",
      "the width of boundaries as a share of the image's diagonal; 0.005 for Cityscapes and LVIS",
      parseRatio,
      0.02,
    )
    .addOption(
      new Option("--by <what>", "what the rows are; with supercategory, all its classes count as one")
        .choices(["class", "supercategory"])
        .default("class"),
    )
    .option("--worst <number>", "how many of the worst images are listed", parsePositiveInteger, 10)
    .option("--confusion", "print the confusion matrix too")
    .option("--fail-under <score>", "exit with code 1 if the mean IoU is lower", parseFraction)
    .option(
      "--html <file>",
      "write a report with pictures of the worst images: one HTML file that loads nothing",
    )
    .option(
      "--force",
      "overwrite the file of --html if it exists; files of the two sides are never overwritten",
    );
  addRunFlags(command, { dryRun: "", json: "everything", quiet: "" });
}

/** The end of the help. */
export const JSON_HELP = `Exit codes: 0 success; 1 an image could not be compared, or the mean IoU is below --fail-under; 2 invalid arguments, or
images that only one side has.
--json prints an object. A score is from 0 to 1, and null if it is not defined. The keys:
  truth, prediction  source, format, images, onlyHere (images), classesOnlyHere, unlabelled (pixels, images)
  images             how many pairs were compared; failures: name, side, code and message of those that could not be
  means              iou, precision, recall, dice, boundaryIoU, pixelAccuracy, frequencyWeightedIoU
  panoptic           all, things and stuff, each with pq, sq, rq and classCount; hasObjects says whether there are objects
  classes            id, name, isThing, truthPixels, predictedPixels, iou, precision, recall, dice, boundaryIoU, pq, sq, rq,
                     truePositives, falsePositives, falseNegatives; supercategories has
                     the same, but classNames instead of id and boundaryIoU
  confusion          classes, pixels (a list for each class of the truth), unpredicted (pixels without a predicted class)
  worst              name, meanIoU, pixelAccuracy, meanBoundaryIoU, pq, lowestClass, lowestIoU
  classesNotInList, by, boundaryRatio, failUnder, passed`;
