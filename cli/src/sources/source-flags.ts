/** The flags of the commands that read data sets, and what they say of the format. */

import { type Command, Option } from "commander";
import type { ClassBy, SnapOptions, Transparent } from "labelmap";
import { FORMATS, type SetFormat } from "labelmap/formats";
import { ANY_LEGEND, addLegendFlags, type LegendFlags, snapOption } from "../legend-flags.js";
import { type FormatOptions, parseFormatOption, parsePixelLimit } from "../options.js";
import { transparentOption } from "../output-flags.js";

/** The flags of every command that reads data sets. */
export interface SourceFlags extends LegendFlags {
  readonly from?: SetFormat;
  readonly suffix?: string;
  readonly read?: FormatOptions;
  readonly snap?: SnapOptions;
  readonly transparent?: Transparent;
  readonly classBy?: ClassBy;
  readonly strict?: boolean;
  readonly maxPixels?: number;
}

/** The names of the formats whose data sets are read. */
export const READABLE: readonly SetFormat[] = FORMATS.filter(({ set, reads }) => set && reads).map(
  ({ name }) => name as SetFormat,
);
/** What a source may be, in the help of arguments. */
export const ANY_SOURCE = "a folder, a zip file, files, or a pattern in quotes";

export function addSourceFlags(command: Command): void {
  addReadingFlags(command);
  addLegendFlags(command, `for a folder of masks: ${ANY_LEGEND}`);
  command
    .addOption(snapOption("read"))
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of a PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"]),
    )
    .addOption(transparentOption());
}

/** `--from`, `--suffix`, `--read` and `--max-pixels`, which single masks have no use for. */
export function addReadingFlags(command: Command): void {
  addFormatFlags(command);
  command.option(
    "--max-pixels <number>",
    "the most pixels a mask may have (default: 268435456)",
    parsePixelLimit,
  );
}

/** `--from`, `--suffix` and `--read`. */
export function addFormatFlags(command: Command): void {
  command
    .addOption(
      new Option("--from <format>", "the format of the source (default: recognised by its files)").choices(
        READABLE,
      ),
    )
    .option("--suffix <text>", "for a folder of masks: what their names end with, such as _mask")
    .option(
      "--read <name=value>",
      "an option of the format's reader, such as split=val; can be repeated",
      parseFormatOption,
    );
}

/** These flags are only for a folder of masks. */
export const FLAGS_OF_MASKS = ["legend", "encoding", "form", "suffix"] as const;

/** The format that the flags name or imply. If there is a legend, the masks have no layout of their own. */
export function formatOfFlags(flags: SourceFlags): SetFormat | undefined {
  return flags.from ?? (FLAGS_OF_MASKS.some((flag) => flags[flag] !== undefined) ? "mask-folder" : undefined);
}
