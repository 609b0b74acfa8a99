/// <reference types="node" />
/** The flags that say what a mask's colours or numbers mean: `--legend`, `--encoding` and `--form`. */

import { existsSync, statSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { LabelMapError, type SnapOptions, type Transparent } from "labelmap";
import { didYouMean } from "labelmap/checks";
import { ENCODINGS, type EncodingName } from "labelmap/ids";
import { LEGEND_FORMS, type LegendForm, PALETTES } from "labelmap/legend";
import { nameOf, readText } from "./input.js";
import type { LegendText } from "./mask-legend.js";
import { parsePositiveNumber } from "./options.js";
import { STANDARD_STREAM } from "./output.js";
import { UsageError } from "./usage-error.js";

export interface LegendFlags {
  readonly legend?: string;
  readonly encoding?: EncodingName;
  readonly form?: LegendForm;
}

/** What a legend may be, in the help of arguments. */
export const ANY_LEGEND =
  "the vendor's result (JSON), a legend in another form (such as labelmap.txt, class_dict.csv, meta.json), or a palette";

/** @param legend the help text of `--legend` in this command. */
export function addLegendFlags(command: Command, legend?: string): void {
  if (legend !== undefined) command.option("--legend <file|palette>", legend);
  addEncodingFlags(command);
}

/** `--encoding` and `--form`. */
export function addEncodingFlags(command: Command): void {
  command
    .addOption(
      new Option(
        "--encoding <name>",
        "how the samples stand for labels: colours of the legend, or numbers of classes and objects (default: grey or palette-index for such images if the legend has no colours for them, otherwise colors)",
      )
        .choices(ENCODING_NAMES)
        .argParser(choiceOf(ENCODING_NAMES)),
    )
    .addOption(
      new Option("--form <name>", "the form of the legend, if it can be read in several ways")
        .choices(FORM_NAMES)
        .argParser(choiceOf(FORM_NAMES)),
    );
}

const ENCODING_NAMES = ["colors", ...ENCODINGS.map(({ name }) => name)];
const FORM_NAMES = LEGEND_FORMS.map(({ name }) => name);
/** Other spellings of the names of encodings. */
const SPELLINGS: Readonly<Record<string, string>> = { gray: "grey", colours: "colors" };

/** Parses one of these names. If the text is not one, the error names the closest. */
function choiceOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    const name = names.includes(text) ? text : SPELLINGS[text];
    if (name !== undefined && names.includes(name)) return name;
    const meant = didYouMean(text, names).replace(/^; d/, "D");
    throw new InvalidArgumentError(`${meant} Allowed choices are ${names.join(", ")}.`.trim());
  };
}

/** `--snap`. @param verb what the command does with such a colour */
export function snapOption(verb: string): Option {
  return new Option(
    "--snap <distance>",
    `${verb} a colour that is not in the legend as the nearest one that is, up to this distance in RGB; neighbours or neighbours:DISTANCE as the nearest one beside the pixel`,
  ).argParser(parseSnap);
}

/** The flags of a command that say how its masks are read, as `labelmap inspect` takes them. */
export function readingArgs(flags: {
  readonly encoding?: EncodingName;
  readonly form?: LegendForm;
  readonly snap?: SnapOptions;
  readonly transparent?: Transparent;
}): string[] {
  const { encoding, form, snap, transparent } = flags;
  const distance =
    snap === undefined
      ? undefined
      : [snap.to === "neighbours" ? snap.to : "", snap.maxDistance ?? ""]
          .filter((part) => part !== "")
          .join(":");
  return Object.entries({ encoding, form, snap: distance, transparent }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

/** `12`: a distance. `neighbours` or `neighbours:12`: only colours beside the pixel. */
function parseSnap(text: string): SnapOptions {
  if (text === "neighbours") return { to: "neighbours" };
  const distance = text.replace(/^neighbours:/, "");
  try {
    const maxDistance = parsePositiveNumber(distance);
    return distance === text ? { maxDistance } : { to: "neighbours", maxDistance };
  } catch {
    throw new InvalidArgumentError("It must be a number above 0, neighbours, or neighbours:DISTANCE.");
  }
}

/**
 * The one legend of an argument and of `--legend`.
 * @throws {UsageError}: both are given
 */
export function oneLegend(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined) {
    throw new UsageError(`the legend is given twice: ${argument} and --legend ${flag}; leave one out`);
  }
  return argument ?? flag;
}

/** Whether this is the name of a palette, and not a file of this name. */
export function isPalette(path: string): boolean {
  return path !== STANDARD_STREAM && !isFile(path) && Object.hasOwn(PALETTES, path.toLowerCase());
}

/** @throws {UsageError}: it is neither a file nor a palette; what `readText` throws */
export async function readLegendText(path: string): Promise<LegendText> {
  checkLegendName(path);
  return { text: isPalette(path) ? path : await readText(path), name: nameOf(path) };
}

/**
 * @throws {UsageError}: it looks like the name of a palette, but there is neither a palette nor a file of this name.
 *   {LabelMapError} SOURCE_MISSING: it looks like the name of a file, and there is none
 */
export function checkLegendName(path: string): void {
  if (path === STANDARD_STREAM || isPalette(path) || existsSync(path)) return;
  if (/[./\\]/.test(path)) {
    throw new LabelMapError("SOURCE_MISSING", `the legend ${path} does not exist; check its path`);
  }
  const palettes = Object.keys(PALETTES);
  const meant = didYouMean(path, palettes);
  throw new UsageError(
    `there is no file and no palette ${path}${meant}${meant === "" ? ";" : ""} the palettes are ${palettes.join(", ")}`,
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}
