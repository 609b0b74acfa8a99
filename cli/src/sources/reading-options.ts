/** From the flags of a command to the options of a format's reader. */

import { type PairFilesOptions, pairFiles } from "labelmap/dataset";
import type { FileSource, SetFormat, SetReadOptions } from "labelmap/formats";
import { readLegendText } from "../legend-flags.js";
import { type LegendReading, type LegendText, legendOfMask, readAny } from "../mask-legend.js";
import { UsageError } from "../usage-error.js";
import { FLAGS_OF_MASKS, type SourceFlags } from "./source-flags.js";

/** The signature and the header of a PNG. */
const MASK_HEAD_BYTES = 33;

/** The options of the format's reader. @throws {UsageError}: a flag that the format has no use for */
export async function readingOf(
  source: FileSource,
  format: SetFormat,
  flags: SourceFlags,
  prefix: string,
): Promise<object> {
  const { legend, encoding, form, suffix, read = {}, snap, strict, classBy, transparent, maxPixels } = flags;
  const limits = { ...(maxPixels !== undefined && { maxPixels }) };
  if (format !== "mask-folder") {
    const unused = [...FLAGS_OF_MASKS, "snap", "strict", "classBy", "transparent"] as const;
    const flag = unused.find((each) => flags[each] !== undefined);
    if (flag === undefined) return { ...limits, ...read };
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${FLAGS_OF_MASKS.includes(flag as never) ? prefix : ""}${name} is for folders of masks, but the source is read as ${format}; leave it out`,
    );
  }
  const text = legend === undefined ? undefined : await readLegendText(legend);
  const masks =
    text === undefined
      ? undefined
      : await legendOfMasks(
          source,
          text,
          { encoding, form, strict },
          {
            ...(suffix !== undefined && { suffix }),
            ...(typeof read.masks === "string" && { masks: read.masks }),
          },
        );
  return {
    ...limits,
    ...(encoding !== undefined && { encoding }),
    ...masks,
    ...(suffix !== undefined && { suffix }),
    ...(snap !== undefined && { snap }),
    ...(strict !== undefined && { strict }),
    ...(classBy !== undefined && { classBy }),
    ...(transparent !== undefined && { transparent }),
    ...read,
  } satisfies SetReadOptions["mask-folder"];
}

/** The legend, and how the masks stand for its labels: as the first mask shows, unless `--encoding` says so. */
async function legendOfMasks(
  source: FileSource,
  text: LegendText,
  reading: LegendReading,
  places: PairFilesOptions,
): Promise<object> {
  const { pairs } = pairFiles(await source.list(), { byNameOnly: true, ...places });
  const first = pairs[0]?.mask;
  if (first === undefined) return { legend: readAny(text, reading) };
  const { legend, encoding } = legendOfMask(await source.read(first, MASK_HEAD_BYTES), text, reading);
  return { legend, encoding };
}
