/**
 * Folders of masks with one legend for all, or a legend or result beside each mask. Which files belong together is found by
 * their names (`pairFiles`).
 */

import type { OrConst } from "../../checks/const-options.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import "../../decode/register/ids.js";
import "../../decode/register/legend.js";
import "../../decode/register/snap.js";
import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { decodeMask } from "../../decode/decode.js";
import type { DecodeOptions } from "../../decode/decode-options.js";
import { encodingFor } from "../../decode/encodings/natural.js";
import { DecodeError, LabelMapError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import { type LegendSource, parseLegend, readLegend } from "../../legend/parse-legend.js";
import { identifyEntries } from "../../legend/result.js";
import { readText } from "../files.js";
import { pairFiles } from "../pair-files.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { encodeColourPng } from "../shared/colour-png.js";
import { isBackground } from "../shared/labelmap-classes.js";
import { classIdsOf, paint } from "../shared/segments.js";
import {
  classListFrom,
  dataSetOf,
  folderOf,
  inFile,
  type ListedItem,
  pathsOf,
} from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { maskFolder } from "./index.js";
import { isSharedLegend } from "./legend-names.js";
import { encodeColourMask } from "./write.js";

/** How a folder of masks is read. All options of `decodeMask` work, but for those that change the output. */
export interface MaskFolderReadOptions
  extends Omit<DecodeOptions, "into" | "crop" | "resize">,
    AbortableOptions {
  /**
   * The legend of all masks: the path of a file in the folder, or a legend in any form that `parseLegend` reads. Default:
   * the JSON file of the mask's name; if there is none, the legend in the mask's folder or in the nearest one above.
   */
  readonly legend?: LegendSource;
  /** What the names of masks end with, before `.png`: `_mask`. Then other PNGs are photos. */
  readonly suffix?: string;
  /** The folder of the masks: `masks`. PNGs in other folders are photos. */
  readonly masks?: string;
}

/** How a folder of masks is written. */
export interface MaskFolderOptions extends WriteSetOptions {
  /**
   * `"each"`, the default: `NAME.json` beside each mask, which names objects too. `"shared"`: one `legend.json` of the
   * classes.
   */
  readonly legend?: "each" | "shared";
}

/**
 * Reads a folder of masks, and its subfolders. A mask without a legend is an item whose `map` fails.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 * @throws {LabelMapError} SOURCE_MISSING: no mask has a legend.
 * @throws {LegendError} the legend of all masks cannot be used.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or a folder has several legends.
 */
export async function readMaskFolder<const Given extends object = MaskFolderReadOptions>(
  source: FileSource,
  options?: OrConst<Given, MaskFolderReadOptions>,
): Promise<DataSet>;
export async function readMaskFolder(
  source: FileSource,
  options: MaskFolderReadOptions = {},
): Promise<DataSet> {
  const keys =
    "legend suffix masks encoding snap engine strict classBy transparent maxPixels maxBytes verify signal";
  checkKeys(checkOptions(options), keys, "the options");
  const { legend, suffix, masks: folder, ...decoding } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const { pairs } = pairFiles(paths, {
    ...{ byNameOnly: true },
    ...(suffix !== undefined && { suffix }),
    ...(folder !== undefined && { masks: folder }),
  });
  const exists = new Set(paths);
  const isFile = typeof legend === "string" && exists.has(legend);
  const given = legend === undefined || isFile ? undefined : parseLegend(legend, { strict: decoding.strict });
  const sharedIn = given || isFile ? undefined : sharedLegends(paths);
  /** The path of a mask's legend; null if there is none. */
  const legendOf = (mask: string, result: string | null) =>
    isFile ? legend : (result ?? (sharedIn === undefined ? null : nearest(sharedIn, mask)));
  // A shared legend is read once.
  const texts = new Map<string, Promise<string>>();
  const read = (path: string) => {
    if (sharedIn?.get(folderOf(path)) !== path && !isFile) return readText(abortable, path);
    const text = texts.get(path) ?? readText(abortable, path);
    texts.set(path, text);
    return text;
  };
  const prefix = folder === undefined ? "" : `${folder.replace(/\/+$/, "")}/`;
  const found = pairs.map((pair) => ({ ...pair, legend: legendOf(pair.mask, pair.result) }));
  const listed = found.map(({ name, mask, photo, legend: path }): ListedItem => {
    return {
      name: prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name,
      ...{ mask, photo, split: null },
      decode: async () => {
        if (given === undefined && path === null) throw noLegend(mask);
        const text = given ?? (await inFile(path!, () => read(path!)));
        const png = await abortable.read(mask);
        if (decoding.encoding !== undefined) return decodeMask(png, text, decoding);
        const result = await inFile(path ?? mask, async () => readLegend(text, { strict: decoding.strict }));
        return decodeMask(png, result, { ...decoding, encoding: encodingFor(png, result.legend) });
      },
    };
  });
  const legends = [...new Set(found.map((pair) => pair.legend))].filter((path) => path !== null);
  if (listed.length > 0 && given === undefined && legends.length === 0) throw noLegend(listed[0]!.mask);
  const without = given === undefined ? found.filter((pair) => pair.legend === null) : [];
  const names = given
    ? "the legend that is given"
    : legends.length === 1
      ? legends[0]!
      : `${legends.length} legends, such as ${legends[0]}`;
  return dataSetOf(maskFolder, listed, {
    reason: `${maskFolder.title}: ${counted(listed.length, "mask")}, and ${names}.`,
    classes: () => classesOf(given === undefined ? legends : [given], read, decoding),
    issues:
      without.length === 0
        ? []
        : [
            {
              code: "legend-missing",
              message: `${counted(without.length, "mask has", "masks have")} no legend, first ${without[0]!.mask}.`,
              path: without[0]!.mask,
            },
          ],
  });
}

function noLegend(mask: string): LabelMapError {
  const problem = `${mask} has no legend: neither a JSON file of its name nor a file such as labelmap.txt or legend.json`;
  return new LabelMapError("SOURCE_MISSING", `${problem}; give it as \`legend\`.`);
}

/** The legend of each folder that has one. @throws {DecodeError} OPTION_INVALID: a folder has several */
function sharedLegends(paths: readonly string[]): ReadonlyMap<string, string> {
  const legends = new Map<string, string>();
  for (const path of paths.filter(isSharedLegend)) {
    const folder = folderOf(path);
    const other = legends.get(folder);
    if (other !== undefined) {
      const problem = `${quote(other)} and ${quote(path)} may both be the legend of the masks`;
      throw new DecodeError("OPTION_INVALID", `${problem}; say which one as \`legend\`.`);
    }
    legends.set(folder, path);
  }
  return legends;
}

/** The legend in the folder of a mask, or in the nearest folder above. */
function nearest(legends: ReadonlyMap<string, string>, mask: string): string | null {
  for (let folder = folderOf(mask); ; folder = folderOf(folder)) {
    const legend = legends.get(folder);
    if (legend !== undefined) return legend;
    if (folder === "") return null;
  }
}

/**
 * The classes of all legends. If each has a number of its own in all of them, that is its id. Otherwise the ids count from 1,
 * in the order of the names, and `background` is 0.
 */
async function classesOf(
  legends: readonly LegendSource[],
  read: (path: string) => Promise<string>,
  { classBy, strict }: Pick<DecodeOptions, "classBy" | "strict">,
): Promise<ClassList> {
  const classes = new Map<
    string,
    { ids: Set<number | undefined>; isThing: boolean; group: string | undefined }
  >();
  for (const legend of legends) {
    const isPath = typeof legend === "string";
    const result = isPath
      ? await inFile(legend, async () => readLegend(await read(legend), { name: legend, strict }))
      : readLegend(legend, { strict });
    identifyEntries(result, classBy).forEach(({ className, instanceNumber }, index) => {
      const { id, isThing = instanceNumber > 0, supercategory } = result.legend.entries[index]!;
      const known = classes.get(className) ?? { ids: new Set(), isThing: false, group: supercategory };
      classes.set(className, { ...known, isThing: known.isThing || isThing });
      known.ids.add(id);
    });
  }
  const names = [...classes.keys()].sort();
  const ids = names.map((name) =>
    classes.get(name)!.ids.size === 1 ? [...classes.get(name)!.ids][0] : undefined,
  );
  const isNumbered = !ids.includes(undefined) && new Set(ids).size === ids.length;
  let next = 1;
  const entries = names.map((name, place): ClassEntry => {
    const { isThing, group } = classes.get(name)!;
    return {
      id: isNumbered ? ids[place]! : isBackground(name) ? 0 : next++,
      name,
      ...(group !== undefined && { supercategory: group }),
      ...(isThing && { isThing }),
    };
  });
  return classListFrom(entries);
}

/**
 * Writes a folder of masks: `NAME.png` in colours and `NAME.json`, the legend in the vendor's form.
 *
 * @throws {ClassError} CLASS_UNKNOWN: with a shared legend, the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeMaskFolder<const Given extends object = MaskFolderOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, MaskFolderOptions>,
): Promise<WrittenSet>;
export async function writeMaskFolder(
  items: ItemsToWrite,
  sink: FileSink,
  options: MaskFolderOptions = {},
): Promise<WrittenSet> {
  const { legend = "each", missing = "error" } = options;
  if (legend !== "each" && legend !== "shared") throw invalid('legend must be "each" or "shared".');
  const writer = new SetWriter(sink, options, "train", "legend");
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) =>
    `${name}${/^\.png$/i.test(photoEnding) ? "_image" : ""}${photoEnding}`;
  const classes = legend === "shared" ? await classesFor(items, options) : undefined;
  const colours = ["#000000", ...(classes?.classes.map((_, place) => vocColor(place + 1)) ?? [])];
  const placeOfId = new Map(classes?.classes.map(({ id }, place) => [id, place + 1]));
  for await (const { name, map } of writer.open(items, photoPath)) {
    writer.loseCrowds(map, name);
    if (classes === undefined) {
      const mask = encodeColourMask(map);
      await writer.write(`${name}.png`, mask.png);
      await writer.write(`${name}.json`, JSON.stringify({ legend: mask.legend }));
      continue;
    }
    const ids = classIdsOf(map, classes, { missing });
    const table = Int32Array.from([0, ...ids.map((id) => (id === undefined ? 0 : placeOfId.get(id)!))]);
    const { width, height } = map;
    await writer.write(
      `${name}.png`,
      encodeColourPng({ width, height, data: paint(map.data, table) }, colours),
    );
    writer.loseClasses(map, classes, name);
    const objects = map.labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0);
    writer.lose("objects-merged", objects.length, name);
  }
  if (classes !== undefined) {
    const names = classes.classes.map((entry, place) => [colours[place + 1], entry.name]);
    await writer.write("legend.json", JSON.stringify({ legend: Object.fromEntries(names) }));
  }
  return writer.result();
}
