/**
 * PNGs of class ids, with or without numbers of objects, and the list that names the ids: what the readers of public data
 * sets share. The decoder reads the samples (`ENCODINGS` of `labelmap/ids`); here the ids get their names.
 */

import type { AbortableOptions } from "./abortable.js";
import "../../decode/register/ids.js";
import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, kindOf } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { decodeMask } from "../../decode/decode.js";
import type { EncodingInput } from "../../decode/encodings/encoding.js";
import type { LimitOptions } from "../../decode/limits.js";
import { type PngInput, toBytes } from "../../decode/png-input.js";
import { FormatError } from "../../errors.js";
import { type ClassEntry, ClassList } from "../../legend/class-list.js";
import type { Palette } from "../../legend/palettes/palette.js";
import type { Label } from "../../maps/label.js";
import { LabelMap } from "../../maps/label-map.js";
import { lookUpValues } from "../../maps/views.js";
import { classesById } from "./class-names.js";
import { pngKind } from "./evidence.js";
import { classListFrom } from "./set-reading.js";

/** How the PNGs of a public data set are read. */
export interface NamedIdOptions extends LimitOptions, AbortableOptions {
  /** The names of the class ids. Default: the names of the data set. An id that the list lacks is an error. */
  readonly classes?: ClassList;
}

/** A class id of a data set, and what is known of it. */
export interface NamedId extends ClassEntry {
  /** `#rrggbb` */
  readonly color?: string;
  /** Whether it is no class to train on. Its pixels have a label, but the class list calls it void. */
  readonly isVoid?: boolean;
}

/** The ids of a palette in their order. Void ids are left out unless `keepVoid` is set. */
export function idsOfPalette({ entries }: Palette, keepVoid = false): NamedId[] {
  const ids = new Map<number, NamedId>();
  for (const entry of entries) {
    if (entry.id < 0 || ids.has(entry.id) || (entry.isVoid && !keepVoid)) continue;
    ids.set(entry.id, entry);
  }
  return [...ids.values()].sort(byId);
}

const byId = (a: NamedId, b: NamedId) => a.id - b.id;

/** The class list of a data set: `classes` of the options, or the data set's own ids. */
export function classListOfIds(ids: readonly NamedId[], { classes }: NamedIdOptions = {}): ClassList {
  if (classes !== undefined) return classes;
  const entries = ids
    .filter(({ isVoid }) => isVoid !== true)
    .map(({ id, name, supercategory, isThing }) => ({
      ...{ id, name },
      ...(supercategory !== undefined && { supercategory }),
      ...(isThing !== undefined && { isThing }),
    }));
  const list = classListFrom(entries);
  const voidNames = ids.filter(({ isVoid }) => isVoid).map(({ name }) => name);
  return voidNames.length === 0 ? list : ClassList.fromJSON({ ...list.toJSON(), void: voidNames });
}

/**
 * Whether a PNG of one channel holds palette indices, which are then the ids.
 * @throws {DecodeError} OPTION_INVALID: not bytes.
 */
export function channelOf(png: PngInput): "index" | "grey" {
  return pngKind(toBytes(png))?.isPalette ? "index" : "grey";
}

/**
 * The label map of a PNG of ids, with a label for each class and object that occurs.
 *
 * @param format its title, for messages
 * @param ids the data set's own ids in their order, unless the options have `classes`
 * @throws {FormatError} FORMAT_INVALID: an id that is not listed and does not mean unlabelled.
 * @throws {DecodeError} ENCODING_MISMATCH: the PNG has other channels or another depth. OPTION_INVALID, WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeNamedIds(
  png: PngInput,
  encoding: EncodingInput,
  ids: readonly NamedId[],
  format: string,
  options: NamedIdOptions,
): Promise<LabelMap> {
  const { classes, ...limits } = options;
  const known = classes === undefined ? ids : [...classesById(classes).values()].sort(byId);
  const map = await decodeMask(png, { categories: categoriesOf(known) }, { ...limits, encoding });
  const [unknown] = map.unlabelled.ids ?? [];
  if (unknown !== undefined) {
    const problem = `${counted(unknown.count, "pixel has", "pixels have")} the value ${unknown.id}, whose class id has no name`;
    throw new FormatError("FORMAT_INVALID", format, `${problem}; give a list of all ids as \`classes\`.`);
  }
  return occurringLabels(map);
}

/** COCO's form of a legend: it has all that is known of an id. Of several ids with one colour, the first gets it. */
function categoriesOf(ids: readonly NamedId[]) {
  const colors = new Set<string>();
  return ids.map(({ id, name, isThing, supercategory, color }) => {
    const isOwn = color !== undefined && !colors.has(color);
    if (isOwn) colors.add(color);
    return { id, name, isthing: isThing, supercategory, ...(isOwn && { color }) };
  });
}

/**
 * The map without labels that have no pixel.
 * @param change what else is different about a label
 */
export function occurringLabels(
  map: LabelMap,
  change: (label: Label) => Partial<Pick<Label, "className" | "classId">> = () => ({}),
): LabelMap {
  const kept = map.labels.filter(({ pixelCount }) => pixelCount > 0);
  const table = new Int32Array(map.labels.length + 1).fill(-1);
  const labels = kept.map((label, index): Label => {
    table[label.index + 1] = index;
    const changed = { ...label, ...change(label), index };
    const { className, instanceNumber } = changed;
    return { ...changed, name: instanceNumber > 0 ? `${className} # ${instanceNumber}` : className };
  });
  const data = new Int32Array(map.data.length);
  lookUpValues(map.data, table, data);
  const { width, height, unlabelled, snapped, issues } = map;
  return new LabelMap({ width, height, data, labels, unlabelled, snapped, issues });
}

/**
 * Checks what a reader of one image gets: an object with one of these files.
 * @param keys the options beside those of `NamedIdOptions`
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkFiles(files: object, names: readonly string[], options: object, keys = ""): void {
  if (!isObject(files)) throw invalid(`The files are ${kindOf(files)}; give an object.`);
  if (!names.some((name) => files[name] !== undefined)) {
    throw invalid(`The files lack a mask; give ${names.map((name) => `\`${name}\``).join(" or ")}.`);
  }
  checkKeys(checkOptions(options), `${keys} classes maxPixels maxBytes verify strict signal`, "the options");
}
