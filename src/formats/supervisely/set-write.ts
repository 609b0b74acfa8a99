/** Label maps to a project of Supervisely. */

import type { OrConst } from "../../checks/const-options.js";
import type { FileSink, WriteSetOptions, WrittenSet } from "../set.js";
import { inWordsOfList } from "../shared/list-labels.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { encodeSupervisely, type SuperviselyOptions, superviselyMeta } from "./write.js";

/** How a project of Supervisely is written. */
export interface SuperviselySetOptions extends WriteSetOptions, SuperviselyOptions {}

/**
 * Writes a project of Supervisely: `PART/ann/NAME.jpg.json` for each image, `PART/img/NAME.jpg` if you give `photos`, and
 * `meta.json` at the end. The data set of images without a part is `ds0`. An image `a/b` is the image `b` of the inner data
 * set `PART/datasets/a`.
 *
 * Supervisely has figures only. So stuff is a figure too, and an object when it is read, unless you name the `things`.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeSuperviselySet<const Given extends object = SuperviselySetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, SuperviselySetOptions>,
): Promise<WrittenSet>;
export async function writeSuperviselySet(
  items: ItemsToWrite,
  sink: FileSink,
  options: SuperviselySetOptions = {},
): Promise<WrittenSet> {
  const { geometry, missing = "error" } = options;
  const own = geometry === undefined ? {} : { geometry };
  const writer = new SetWriter(sink, options, "ds0", "geometry");
  const classes = await classesFor(items, options);
  const meta = superviselyMeta(classes, own);
  const pathOf = (split: string, name: string, folder: string) => {
    const inner = name.split("/");
    const last = inner.pop()!;
    return `${[split, ...inner].join("/datasets/")}/${folder}/${last}`;
  };
  const photoPath = (item: { name: string; split: string; photoEnding: string }) =>
    `${pathOf(item.split, item.name, "img")}${item.photoEnding}`;
  for await (const { name, split, map, photoEnding } of writer.open(items, photoPath)) {
    const listed = inWordsOfList(map, classes, missing);
    const { annotation } = encodeSupervisely(listed, own);
    writer.loseClasses(map, classes, name);
    writer.loseUnnumbered(listed, name);
    const path = `${pathOf(split, name, "ann")}${photoEnding ?? ".jpg"}.json`;
    await writer.write(path, JSON.stringify(annotation));
  }
  await writer.write("meta.json", JSON.stringify(meta));
  return writer.result();
}
