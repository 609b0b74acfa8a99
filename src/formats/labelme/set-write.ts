/** Label maps to a folder of LabelMe. */

import type { OrConst } from "../../checks/const-options.js";
import type { ClassList } from "../../legend/class-list.js";
import type { FileSink, WriteSetOptions, WrittenSet } from "../set.js";
import { inWordsOfList } from "../shared/list-labels.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { fileOfMap, type LabelMeOptions } from "./write.js";

/** How a folder of LabelMe is written. */
export interface LabelMeSetOptions extends WriteSetOptions, Pick<LabelMeOptions, "shapes" | "simplify"> {}

/**
 * Writes a folder of LabelMe: `NAME.json` for each image, `NAME.jpg` beside it if you give `photos`, and `labels.txt` for
 * LabelMe's converters. LabelMe has no parts, so `split` is not written.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeLabelMeSet<const Given extends object = LabelMeSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, LabelMeSetOptions>,
): Promise<WrittenSet>;
export async function writeLabelMeSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: LabelMeSetOptions = {},
): Promise<WrittenSet> {
  const { shapes, simplify, missing = "error" } = options;
  const own = { ...(shapes !== undefined && { shapes }), ...(simplify !== undefined && { simplify }) };
  const writer = new SetWriter(sink, options, "train", "shapes simplify");
  const classes = await classesFor(items, options);
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) => `${name}${photoEnding}`;
  for await (const { name, map, photoEnding } of writer.open(items, photoPath)) {
    const imagePath = `${name.slice(name.lastIndexOf("/") + 1)}${photoEnding ?? ".jpg"}`;
    const listed = inWordsOfList(map, classes, missing);
    const { file, filledPixels } = fileOfMap(listed, { ...own, imagePath });
    writer.loseClasses(map, classes, name);
    writer.loseUnnumbered(listed, name);
    writer.lose("hole-filled", filledPixels, name);
    await writer.write(`${name}.json`, JSON.stringify(file));
  }
  await writer.write("labels.txt", labelsTxtOf(classes));
  return writer.result();
}

/** The first two lines are those that labelme2voc.py needs. A class `background` has shapes, so it is listed as well. */
function labelsTxtOf(classes: ClassList): string {
  const names = ["__ignore__", "_background_", ...classes.classes.map(({ name }) => name)];
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}
