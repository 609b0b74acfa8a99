/** Whole data sets of CVAT's export "CVAT for images 1.1": `annotations.xml`, and the photos in `images/`. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { joinBytes } from "../../checks/join-bytes.js";
import { FormatError, type Issue } from "../../errors.js";
import { checkPath, readText } from "../files.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { checkThings, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { checkMaxPixels } from "../shared/points.js";
import { classIdsOf } from "../shared/segments.js";
import { dataSetOf, folderOf, type ListedItem, pathsOf, withoutEnding } from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { type CvatImage, readAnnotations } from "./annotations.js";
import { type AttributeNames, END_OF_FILE, imageElement, startOfFile } from "./elements.js";
import { cvatXml } from "./index.js";
import { drawImage } from "./read.js";
import { type CvatXmlShapeOptions, checkStyle, isGroup } from "./write.js";

/** How a set of CVAT's XML is read. */
export interface CvatXmlSetReadOptions extends ShapeReadOptions, AbortableOptions {
  /** The path of the XML file. Default: `annotations.xml` in any folder, or the only XML file. */
  readonly annotations?: string;
  /** Only the images of this subset: `train`. Default: all images. */
  readonly split?: string;
}

/** How a set of CVAT's XML is written. */
export interface CvatXmlSetOptions extends WriteSetOptions, CvatXmlShapeOptions {}

const NO_PART = "default";

/**
 * Reads an export of CVAT, unpacked. The XML is parsed at once, and its text stays in memory. An image is drawn when you ask
 * for its map. Class ids count from 1 in the order of the labels; `background` is 0.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no XML file or no image, the XML is malformed, or an image's name may leave
 *   the folder. FORMAT_UNSUPPORTED: a file of "CVAT for video".
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or there are several XML files.
 */
export async function readCvatXmlSet(
  source: FileSource,
  options: CvatXmlSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "annotations split things maxPixels signal", "the options");
  const known = { things: checkThings(options.things), maxPixels: checkMaxPixels(options.maxPixels) };
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const path = options.annotations ?? chooseFile(paths);
  const annotations = await readAnnotations(await readText(abortable, path), path);
  const partOf = ({ subset }: CvatImage) => (subset === NO_PART ? null : subset);
  const images = annotations.images.filter(
    (image) => options.split === undefined || partOf(image) === options.split,
  );
  const exists = new Set(paths);
  const folder = folderOf(path) === "" ? "" : `${folderOf(path)}/`;
  const names = images.map(({ name }) => withoutEnding(checkPath(name)));
  // The tasks of a project may have images of the same name.
  const isUnique = new Set(names).size === names.length;
  const listed = images.map((image, place): ListedItem => {
    const { name: file, subset } = image;
    const places = [`images/${file}`, ...(subset === null ? [] : [`images/${subset}/${file}`]), file];
    const name = isUnique || subset === null ? names[place]! : checkPath(`${subset}/${names[place]!}`);
    return {
      ...{ name, split: partOf(image) },
      photo: places.map((each) => folder + each).find((each) => exists.has(each)) ?? null,
      mask: `${path}, ${image.path}`,
      decode: async () => drawImage(image, annotations, known),
    };
  });
  return dataSetOf(cvatXml, listed, {
    reason: `${cvatXml.title}: ${path} (${counted(listed.length, "image")}).`,
    classes: async () => annotations.classes,
    issues: missingPhotos(listed, path),
    signal: options.signal,
  });
}

/** If some photos are there, the others should be too. */
function missingPhotos(listed: readonly ListedItem[], path: string): Issue[] {
  const missing = listed.filter(({ photo }) => photo === null);
  if (missing.length === 0 || missing.length === listed.length) return [];
  const message = `${path}: the photos of ${counted(missing.length, "image")} are missing, first of ${quote(missing[0]!.name)}.`;
  return [{ code: "photo-missing", message, path }];
}

function chooseFile(paths: readonly string[]): string {
  const files = paths.filter((path) => /\.xml$/i.test(path));
  const usual = files.filter((path) => /(?:^|\/)annotations\.xml$/i.test(path));
  const [only, ...others] = usual.length > 0 ? usual : files;
  if (only === undefined) {
    throw new FormatError("FORMAT_INVALID", cvatXml.title, "there is no XML file; expected annotations.xml.");
  }
  if (others.length === 0) return only;
  const listed = [only, ...others].slice(0, 3).map(quote).join(", ");
  const found = `there are ${others.length + 1} XML files, such as ${listed}`;
  throw invalid(`${found}; say which one as \`annotations\`.`);
}

/**
 * Writes a set that CVAT imports as "CVAT 1.1": `annotations.xml`, and the photos in `images/`. If items have parts, they are
 * the subsets of a project, and the photos are in folders of their names.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {FormatError} FORMAT_INVALID: a name has a character that XML cannot hold.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeCvatXmlSet<const Given extends object = CvatXmlSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, CvatXmlSetOptions>,
): Promise<WrittenSet>;
export async function writeCvatXmlSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: CvatXmlSetOptions = {},
): Promise<WrittenSet> {
  const style = checkStyle(options);
  const { missing = "error" } = options;
  const writer = new SetWriter(sink, options, NO_PART, "shapes simplify");
  const classes = await classesFor(items, options);
  const nameOfId = new Map(classes.classes.map(({ id, name }) => [id, name]));
  const attributeNames: AttributeNames = new Map();
  const subsets = new Set<string>();
  const images: Uint8Array[] = [];
  const encoder = new TextEncoder();
  const names = new Set<string>();
  const photoPath = ({ name, split, photoEnding }: { name: string; split: string; photoEnding: string }) =>
    `images/${split === NO_PART ? "" : `${split}/`}${name}${photoEnding}`;
  for await (const { name, split, map, photoEnding } of writer.open(items, photoPath)) {
    if (names.has(name)) {
      const problem = `two images have the name ${quote(name)}, so one is already there; give each image its own name`;
      throw new FormatError("FORMAT_INVALID", "data set", `${problem}.`);
    }
    names.add(name);
    const subset = split === NO_PART ? undefined : split;
    if (subset !== undefined) subsets.add(subset);
    const classNames = classIdsOf(map, classes, { missing }).map((id) => nameOfId.get(id as number));
    const about = { id: images.length, name: `${name}${photoEnding || ".png"}`, subset };
    const written = imageElement(map, classNames, about, style, attributeNames);
    images.push(encoder.encode(written.xml));
    writer.loseClasses(map, classes, name);
    writer.lose(
      "hole-filled",
      [...written.filled.values()].reduce((sum, count) => sum + count, 0),
      name,
    );
    writer.lose("attribute-not-written", written.lostAttributes, name);
    const numbered = written.labels.filter(({ instanceNumber }) => instanceNumber > 0);
    const things = new Set(numbered.map(({ index }) => classNames[index]));
    for (const label of written.labels) {
      if (label.instanceNumber > 0) continue;
      const isOfThings = isGroup(label) || things.has(classNames[label.index]);
      writer.lose(isOfThings ? "group-is-one-object" : "stuff-is-object", 1, name);
    }
  }
  const classNames = classes.classes.map(({ name }) => name);
  const start = startOfFile(classNames, attributeNames, images.length, [...subsets]);
  await writer.write(
    "annotations.xml",
    // In bytes, since a string has at most 2^29 characters.
    joinBytes([encoder.encode(start), ...images, encoder.encode(END_OF_FILE)]),
  );
  return writer.result();
}
