/**
 * Maps of class ids without a legend, as models write them: arrays (`.npy`, `.npz`), and grey or palette PNGs. The ids come
 * from a class list.
 */

import {
  ClassError,
  type ClassList,
  DecodeError,
  decodeMask,
  FormatError,
  type LabelMap,
  LabelMapError,
  LegendError,
} from "labelmap";
import { counted, quote } from "labelmap/checks";
import { pairFiles } from "labelmap/dataset";
import {
  type DataSet,
  decodeNpy,
  decodeNpz,
  type FileSource,
  FORMATS,
  type NpyArray,
  npyToMap,
  type SetItem,
} from "labelmap/formats";
import type { EncodingName } from "labelmap/ids";
import { naturalEncoding } from "labelmap/ids";
import { labelMapFrom, relabel } from "labelmap/maps";
import type { OpenedFiles } from "../sources/open-files.js";
import type { OpenedSet, SourceFlags } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

export interface IdMapOptions {
  readonly classes: ClassList;
  readonly missing: "error" | "void";
  /** The flags of the truth, for its limits. */
  readonly flags: SourceFlags;
  readonly encoding?: EncodingName | undefined;
  readonly suffix?: string | undefined;
}

/** @throws {UsageError}: there are no such files, or two of them have the same name */
export async function openIdMaps(
  files: OpenedFiles,
  options: IdMapOptions,
): Promise<OpenedSet & { readonly notice: string }> {
  const paths = await files.source.list();
  const hasPngs = paths.some((path) => /\.png$/i.test(path));
  const hasArrays = paths.some((path) => ARRAY.test(path));
  // Arrays are surely class ids. PNGs beside them may be pictures of them.
  const isArrays = hasArrays && options.encoding === undefined;
  if (!isArrays && !hasPngs) {
    throw new UsageError(
      `${files.name} has neither masks (.png) nor arrays of class ids (.npy, .npz); check the path`,
    );
  }
  const { suffix = "" } = options;
  const found = isArrays ? arraysIn(paths, suffix) : pngsIn(paths, suffix);
  const decode = isArrays ? decodeArray : decodePng;
  const items = found.map(({ name, path }): SetItem => {
    return {
      ...{ name, photo: null, split: null, issues: [] },
      map: () => inFile(path, async () => decode(files.source, path, options)),
    };
  });
  const kind = isArrays ? "arrays" : "PNGs";
  if (items.length === 0) {
    throw new UsageError(
      `${files.name}: the names of no ${kind} end with ${suffix}; check --prediction-suffix`,
    );
  }
  const formatName = isArrays ? (/\.npz$/i.test(found[0]!.path) ? "npz" : "npy") : "id-png";
  const reason = `Class ids: ${counted(items.length, isArrays ? "array" : "PNG")} without a legend.`;
  const set: DataSet = {
    format: FORMATS.find(({ name }) => name === formatName)!,
    count: items.length,
    reason,
    issues: [],
    classes: async () => options.classes,
    async *[Symbol.asyncIterator]() {
      yield* items;
    },
  };
  const notice = "has no legend of its own; its numbers are read as class ids of the truth";
  return { ...files, set, found: reason, notice };
}

const MOST_NAMES = 5;

interface NamedPath {
  readonly name: string;
  readonly path: string;
}

function pngsIn(paths: readonly string[], suffix: string): NamedPath[] {
  const { pairs } = pairFiles(paths, { byNameOnly: true, ...(suffix !== "" && { suffix }) });
  return pairs.map(({ name, mask }) => ({ name, path: mask }));
}

const ARRAY = /\.np[yz]$/i;

/** Named like masks: without the ending, and without the folder if there is only one. */
function arraysIn(paths: readonly string[], suffix: string): NamedPath[] {
  const stemOf = (path: string) => path.replace(ARRAY, "");
  const arrays = paths.filter(
    (path) => ARRAY.test(path) && stemOf(path).toLowerCase().endsWith(suffix.toLowerCase()),
  );
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
  const folders = new Set(arrays.map(folderOf));
  return arrays.map((path) => {
    const stem = stemOf(path);
    const start = folders.size === 1 ? folderOf(path).length : 0;
    return { name: stem.slice(start, stem.length - suffix.length), path };
  });
}

async function decodeArray(
  source: FileSource,
  path: string,
  { classes, missing, flags: { maxPixels } }: IdMapOptions,
): Promise<LabelMap> {
  const bytes = await source.read(path);
  const arrays = /\.npz$/i.test(path) ? decodeNpz(bytes) : undefined;
  const map = npyToMap(arrays === undefined ? decodeNpy(bytes) : classIdsOf(arrays));
  const pixels = map.width * map.height;
  if (maxPixels !== undefined && pixels > maxPixels) {
    throw new DecodeError(
      "OPTION_INVALID",
      `the array has ${map.width}×${map.height} pixels, but --max-pixels allows ${maxPixels}; allow more.`,
    );
  }
  const numbers = arrays?.get("instance");
  const instances = numbers === undefined ? {} : { instances: npyToMap(numbers) };
  return labelMapFrom(map, { classes, missing, ...instances });
}

/** The array with the class ids: `semantic`, or the only one. @throws {FormatError} FORMAT_INVALID: there is none */
function classIdsOf(arrays: ReadonlyMap<string, NpyArray>): NpyArray {
  const found = arrays.get("semantic") ?? (arrays.size === 1 ? [...arrays.values()][0] : undefined);
  if (found !== undefined) return found;
  const names = [...arrays.keys()].slice(0, MOST_NAMES).map(quote).join(", ");
  const problem = `the array "semantic" is missing; there are ${names || "none"}`;
  throw new FormatError("FORMAT_INVALID", ".npz", `${problem}. Save the class ids under that name.`);
}

async function decodePng(
  source: FileSource,
  path: string,
  { classes, missing, encoding, flags: { maxPixels } }: IdMapOptions,
): Promise<LabelMap> {
  const png = await source.read(path);
  const chosen = encoding ?? naturalEncoding(png);
  if (chosen === "colors") {
    throw new LegendError(
      "LEGEND_INVALID",
      "the mask has colours, but there is no legend for them; give it with --prediction-legend, or say how the colours stand for numbers with --prediction-encoding.",
    );
  }
  const map = await decodeMask(png, null, {
    encoding: chosen,
    ...(maxPixels !== undefined && { maxPixels }),
  });
  const entryOf = new Map(classes.classes.map((entry) => [entry.id, entry]));
  return relabel(map, ({ classId, pixelCount }) => {
    const entry = entryOf.get(Number(classId));
    if (entry !== undefined) {
      const { id, name, supercategory = null } = entry;
      return { className: name, classId: id, supercategory };
    }
    const isVoid = classId === classes.voidId || classId === classes.ignoreId;
    if (isVoid || missing === "void") return null;
    throw new ClassError(
      "CLASS_UNKNOWN",
      `the classes have no id ${classId} (${counted(pixelCount, "pixel")}); give the prediction's own classes with --prediction-legend, or pass missing: "void".`,
    );
  });
}

/** Puts the path before the message of a decode's error. */
async function inFile<T>(path: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof LabelMapError && !error.message.includes(path)) {
      error.message = `${path}: ${error.message}`;
    }
    throw error;
  }
}
