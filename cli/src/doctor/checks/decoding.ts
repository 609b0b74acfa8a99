/** Checks of whether masks can be decoded, and whether both engines decode them alike. */

import { counted } from "labelmap/checks";
import { type DecodeIdsOptions, decodeIds, naturalEncoding } from "labelmap/ids";
import { type LegendForm, parseLegend } from "labelmap/legend";
import { inFlags } from "../../in-flags.js";
import type { Failure } from "../../inspect-set/walk.js";
import { type ColourCount, coloursOf } from "../colours.js";
import { type Check, type Collector, type Found, NameList } from "../finding.js";

/** Failures that have a check of their own. */
const OF_OTHERS = new Set(["LEGEND_AMBIGUOUS", "LEGEND_COLOR_CONFLICT", "PNG_16_BIT_COLORS"]);

const COPY_AGAIN = "Copy or export these masks again.";

export const undecodable: Check = {
  code: "mask-undecodable",
  severity: "error",
  finds: "masks that cannot be decoded",
  remedy: COPY_AGAIN,
  start: () => {
    const names = new NameList();
    const counts = new Map<string, number>();
    let first: Failure | undefined;
    let encoding: "grey" | "palette-index" | "colors" | undefined;
    let haveIds = true;
    return {
      see({ failure, files }) {
        if (failure === null || OF_OTHERS.has(failure.code)) return;
        first ??= failure;
        names.add(failure.name);
        counts.set(failure.code, (counts.get(failure.code) ?? 0) + 1);
        if (files[0] !== undefined) encoding ??= naturalEncoding(files[0].bytes);
        haveIds &&= failure.code === "LEGEND_INVALID" && failure.message.includes("has ids");
      },
      finish({ commands, summary }) {
        if (first === undefined) return [];
        const codes = [...counts].map(([code, count]) => `${code} (${count})`).join(", ");
        const message = `${counted(names.count, "mask")} cannot be decoded: ${codes}; first ${first.name}: ${inFlags(first.message, first.code)}`;
        const found = { message, count: names.count, names: names.names };
        const isGrey = encoding === "grey" || encoding === "palette-index";
        // With the right encoding, all of them are read.
        if (haveIds && isGrey && summary.failed === names.count) {
          const remedy = `The legend has numbers, and so have the masks; read them with --encoding ${encoding}.`;
          const command = commands.convert(["--encoding", encoding!], { areReadable: true });
          return [{ ...found, remedy, command }];
        }
        const command = commands.convert();
        const repair = repairOf([...counts.keys()], first);
        const remedy = command === null ? `${repair}.` : `${repair}, or leave them out as the command does.`;
        return [{ ...found, command, remedy }];
      },
    };
  },
};

/** What helps against failures with these codes, without a full stop. */
function repairOf(codes: readonly string[], { message }: Failure): string {
  const isMissing = codes.every((code) => code === "SOURCE_MISSING");
  if (isMissing && /legend/.test(message)) return "Add their legends, or give one for all with --legend";
  // Anything else is no damage of the masks, and its message has its own remedy.
  const isDamage = codes.some((code) => code.startsWith("PNG_") && code !== "PNG_TOO_LARGE");
  return isDamage ? COPY_AGAIN.slice(0, -1) : "Do what the message says";
}

export const wideFailures: Check = {
  code: "mask-16-bit",
  severity: "error",
  finds: "masks of 16 bits per sample with a legend of colours",
  remedy:
    "If the samples are numbers, read the masks with an --encoding and a legend of ids. If they are colours, save them with 8 bits per sample.",
  start: () => {
    const names = new NameList();
    return {
      see({ failure, item }) {
        if (failure?.code === "PNG_16_BIT_COLORS") names.add(item.name);
      },
      finish: ({ commands }) => {
        const message = `${counted(names.count, "mask has", "masks have")} 16 bits per sample, which are no colours of a legend: ${names}`;
        return foundIn(names, message, { command: commands.convert() });
      },
    };
  },
};

export const ambiguousLegend: Check = {
  code: "legend-ambiguous",
  severity: "error",
  finds: "legends that can be read in several ways",
  remedy: "Write a # before each colour, or choose the form of the legend with --legend and --form.",
  start: ({ readText }) => {
    const names = new NameList();
    let first: Failure | undefined;
    let colours: readonly ColourCount[] | null = null;
    return {
      async see({ failure, files }) {
        if (failure?.code !== "LEGEND_AMBIGUOUS") return;
        names.add(failure.name);
        if (first === undefined && files[0] !== undefined) colours = await coloursOf(files[0].bytes);
        first ??= failure;
      },
      async finish({ problem, commands, summary }) {
        if (first === undefined) return [];
        // If all masks have one legend, the problem names its file.
        const { message } = problem?.code === "LEGEND_AMBIGUOUS" ? problem : first;
        const [, path] = /^(.+?): can be read in/.exec(message) ?? [];
        const isOneLegend = path !== undefined && summary.failed === names.count && summary.images === 0;
        const form = isOneLegend ? bestForm(await readText(path), message, colours ?? []) : undefined;
        return [
          {
            message: `${counted(names.count, "mask has", "masks have")} a legend that can be read in several ways: ${inFlags(message, "LEGEND_AMBIGUOUS")}`,
            ...{ count: names.count, names: names.names },
            command: form === undefined ? null : commands.convertWithLegend(path!, form),
          },
        ];
      },
    };
  },
};

/** The form in which the legend has most of the pixels of a mask; `undefined` if it has none in any form. */
function bestForm(text: string, message: string, colours: readonly ColourCount[]): LegendForm | undefined {
  const forms = Array.from(message.matchAll(/\{ form: "([^"]+)" \}/g), ([, form]) => form as LegendForm);
  const pixelsIn = (form: LegendForm) => {
    const known = new Set(parseLegend(text, { form }).entries.map(({ rgb }) => rgb));
    return colours.reduce((sum, { rgb, pixels }) => sum + (known.has(rgb) ? pixels : 0), 0);
  };
  const scored = forms.map((form) => ({ form, pixels: pixelsIn(form) }));
  scored.sort((a, b) => b.pixels - a.pixels);
  return scored[0] !== undefined && scored[0].pixels > 0 ? scored[0].form : undefined;
}

export const sharedColour: Check = {
  code: "colour-shared",
  severity: "error",
  finds: "colours that a legend gives to two classes",
  remedy: "Give each class a colour of its own in the legend, or the same name.",
  start: () => {
    const names = new NameList();
    let first: Failure | undefined;
    return {
      see({ failure }) {
        if (failure?.code !== "LEGEND_COLOR_CONFLICT") return;
        first ??= failure;
        names.add(failure.name);
      },
      finish: ({ commands }) =>
        foundIn(
          names,
          `${counted(names.count, "mask has", "masks have")} a legend in which two classes have one colour; first ${first?.name}: ${first?.message}`,
          { command: commands.convert() },
        ),
    };
  },
};

/** How many masks get a second opinion, unless all do. */
const SAMPLE = 16;

/** What an engine makes of a mask: the number of each pixel, or the code of its error. */
type Reading = (
  png: Uint8Array,
  options: Pick<DecodeIdsOptions, "engine">,
) => Promise<Pick<Awaited<ReturnType<typeof decodeIds>>, "width" | "height" | "data" | "ids">>;

export const engines: Check = {
  code: "engines-disagree",
  severity: "error",
  finds: `masks that the two engines decode differently (${SAMPLE} masks; all with --thorough)`,
  remedy: "This is a defect of labelmap. Please report it with the mask.",
  start: ({ set, isThorough }) => compareEngines(isThorough ? 1 : Math.ceil(set.count / SAMPLE)),
};

/**
 * @param step every so many masks are compared
 * @param read for tests: decodes a mask with an engine
 */
export function compareEngines(step: number, read: Reading = decodeIds): Collector {
  const names = new NameList();
  const places: string[] = [];
  return {
    async see({ place, item, map, files }) {
      if (map === null || place % Math.max(1, step) !== 0) return;
      for (const { path, bytes } of files) {
        const difference = await differenceOf(bytes, read);
        if (difference === null) continue;
        names.add(item.name);
        places.push(`${path}: ${difference}`);
        break;
      }
    },
    finish: () =>
      foundIn(
        names,
        `the engines fused and upng disagree on ${counted(names.count, "mask")}; first ${places[0]}`,
      ),
  };
}

async function differenceOf(png: Uint8Array, read: Reading): Promise<string | null> {
  const [fused, upng] = await Promise.all(
    (["fused", "upng"] as const).map((engine) =>
      read(png, { engine }).catch((error: unknown) => codeOf(error)),
    ),
  );
  if (typeof fused === "string" || typeof upng === "string") {
    return fused === upng || (typeof fused === "string" && typeof upng === "string")
      ? null
      : `one of them fails with ${typeof fused === "string" ? fused : upng}`;
  }
  const { width, data, ids } = fused!;
  const other = upng!;
  if (width !== other.width || data.length !== other.data.length) return "the sizes differ";
  const pixel = data.findIndex((index, place) => ids[index] !== other.ids[other.data[place]!]);
  return pixel < 0 ? null : `the pixel (${pixel % width}, ${Math.floor(pixel / width)}) differs`;
}

/** @throws the error itself, if it is a defect of the program */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return code;
  throw error;
}

/** A finding about these images; nothing if there are none. */
export function foundIn(names: NameList, message: string, more: Partial<Found> = {}): Found[] {
  return names.count === 0 ? [] : [{ message, count: names.count, names: names.names, ...more }];
}
