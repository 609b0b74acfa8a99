/// <reference types="node" />
/**
 * `labelmap inspect`: prints what is in a mask or a data set, as a table or as JSON. Without a legend it prints the numbers
 * of a grey or palette image, and the colours of any other.
 */

import { type Command, Option } from "commander";
import { addExamples } from "../help.js";
import { checkOneStandardInput, resultBeside } from "../input.js";
import { describeColors, describeLabels } from "../inspect-mask/describe.js";
import { type ColorReport, describeMask, type LabelReport, type MaskFlags } from "../inspect-mask/report.js";
import { addSetFlags, hasSetFlags, type InspectSetFlags, inspectSet } from "../inspect-set/inspect-set.js";
import { setArguments } from "../inspect-set/is-set.js";
import { ANY_LEGEND, addLegendFlags, checkLegendName, oneLegend, snapOption } from "../legend-flags.js";
import { print } from "../output.js";
import { transparentOption } from "../output-flags.js";
import { printable } from "../printable.js";
import { addRunFlags, WRITES_NOTHING } from "../run-flags.js";

interface InspectOptions extends MaskFlags, InspectSetFlags {
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Prints the labels of a mask with their colours, classes, pixels and boxes. It also prints the colours and ids that " +
        "are not in the legend, and what is wrong with the legend. Without a legend it prints the numbers of a grey or " +
        "palette image, and the colours of any other mask. For a data set, it prints the format and how it was recognised, " +
        "the parts and sizes of the images, and the pixels and objects of each class.",
    )
    .argument(
      "<mask>",
      "a PNG file; - is standard input; or a data set: a folder, several files, a pattern, or an annotation file",
    )
    .argument("[legend...]", `${ANY_LEGEND} (default: the name of the mask with .json, if it exists)`)
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of the PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"] as const),
    )
    .addOption(snapOption("count"))
    .addOption(transparentOption())
    .action(inspect);
  addLegendFlags(command, "the same as the second argument");
  addSetFlags(command);
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: "everything", quiet: "" });
  addExamples(command, [
    [
      "labelmap inspect street.png",
      "Print the labels of street.png. Their names are in street.json in the same folder.",
    ],
    ["labelmap inspect street.png street.json --strict", "Fail if a key of the legend is not a colour."],
    ["labelmap inspect street.png pascal-voc", "Name the colours of Pascal VOC."],
    ["labelmap inspect masks", "Print what a data set contains: classes, objects, sizes and parts."],
    ["labelmap inspect - < street.png", "Print the colours or numbers of a mask, without any legend."],
    [
      "labelmap inspect street.png --json | node -p 'JSON.parse(fs.readFileSync(0)).labels.length'",
      "Count the labels.",
    ],
  ]);
  command.addHelpText("after", JSON_HELP);
}

const JSON_HELP = `--json prints an object with the keys mask, result (the legend's file), width, height, form and encoding. It also has:
  for labels   labels, unlabelled, snapped and issues, as the library's decodeMask returns them;
  for colours  if there is no legend: colors, each with color, pixelCount and bbox (x, y, width, height), and issues.
For a data set, it has: source, format, title, reason, images, pixels, objects, parts, photos, sizes, classes, unlabelled,
  failed, failures, omitted and issues.`;

async function inspect(mask: string, others: readonly string[], options: InspectOptions): Promise<void> {
  const set = setArguments(mask, others);
  if (set !== undefined || hasSetFlags(options)) {
    const { sources = [mask, ...others], legend: given } = set ?? {};
    const legend = oneLegend(given, options.legend);
    return inspectSet(sources, { ...options, ...(legend !== undefined && { legend }) });
  }
  const [argument] = others;
  const given = oneLegend(argument, options.legend);
  checkOneStandardInput([mask, given]);
  if (given !== undefined) checkLegendName(given);
  const report = await describeMask(mask, given ?? resultBeside(mask) ?? null, options);
  const text = "colors" in report ? describeColors : describeLabels;
  return print(options.json ? toJson(report) : text(report as LabelReport & ColorReport));
}

/** JSON does not escape all control characters (DEL, C1), and the text may be shown in a terminal. */
function toJson(report: LabelReport | ColorReport): string {
  return printable(JSON.stringify(report, null, 2), "\n");
}
