/**
 * The classes of a `labelmap.txt`, which Pascal VOC and CVAT share: the colour and the number of each class in the masks.
 *
 * If all colours are Pascal VOC's, a class has the number of its colour there, as in palette PNGs. Otherwise a class has the
 * number of its line, with the background first, as datumaro numbers them (`plugins/voc_format/format.py`).
 */

import { FormatError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { formatLabelmapTxt } from "../../legend/files/write-legend.js";
import { vocColor, vocColorMap } from "../../legend/palettes/pascal-voc.js";
import { parseLegend } from "../../legend/parse-legend.js";
import { readText } from "../files.js";
import type { FileSource } from "../set.js";
import { classListFrom } from "./set-reading.js";

export interface LabelmapClasses {
  readonly classes: ClassList;
  /** The colour of each class id, for `decodeVoc`; undefined if they are Pascal VOC's. */
  readonly palette: readonly string[] | undefined;
}

const BLACK = "#000000";
/** 255 is void. */
const MOST_CLASSES = 255;
export const isBackground = (name: string) => /^_*background_*$/i.test(name);

export async function readLabelmapClasses(source: FileSource, path: string): Promise<LabelmapClasses> {
  return labelmapClasses(await readText(source, path), path);
}

/**
 * @param name what messages call the file
 * @throws {FormatError} FORMAT_INVALID: the text is malformed. FORMAT_UNSUPPORTED: it has more than 255 classes.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT: two classes have one colour.
 */
export function labelmapClasses(text: string, name: string): LabelmapClasses {
  const { entries } = parseLegend(text, { name, form: "CVAT labelmap.txt" });
  const places = entries.map(({ rgb, color, id }) => (rgb < 0 ? id! : vocColorMap.indexOf(color)));
  if (places.every((place) => place >= 0 && place < MOST_CLASSES)) {
    const classes = entries.map((entry, index) => ({ id: places[index]!, name: entry.name }));
    return { classes: classListFrom(sorted(classes)), palette: undefined };
  }
  const background = entries.find(({ name, color }) => isBackground(name) || color === BLACK);
  const others = entries.filter((entry) => entry !== background);
  const palette = [background?.color ?? BLACK, ...others.map(({ color }) => color)];
  if (palette.length > MOST_CLASSES) {
    const problem = `has ${palette.length} classes, but masks with void have at most ${MOST_CLASSES}`;
    throw new FormatError("FORMAT_UNSUPPORTED", name, `${problem}.`);
  }
  const names = [background?.name ?? "background", ...others.map((entry) => entry.name)];
  return { classes: classListFrom(names.map((className, id) => ({ id, name: className }))), palette };
}

const sorted = (classes: ClassEntry[]) => classes.sort((a, b) => a.id - b.id);

/**
 * A `labelmap.txt` of classes, in the order of their ids, with the Pascal VOC colour of each id. The first line is the
 * background, unless the classes have one.
 * @throws {FormatError} FORMAT_INVALID: a name that the file cannot express.
 */
export function labelmapTxtOf(classes: readonly ClassEntry[]): string {
  const hasBackground = classes.some(({ id, name }) => id === 0 || isBackground(name));
  const all = hasBackground ? classes : [{ id: 0, name: "background" }, ...classes];
  return formatLabelmapTxt(new Map(sorted([...all]).map(({ id, name }) => [vocColor(id), name])));
}
