/** What a file of CVAT says, as text that is not checked yet: the labels, and the shapes of each image. */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { canonicalColor, parseColor } from "../../legend/legend.js";
import { isBackground } from "../shared/labelmap-classes.js";
import { classListFrom } from "../shared/set-reading.js";
import { elementsNamed, elementsOf, parseRoot, type XmlElement } from "./parse-xml.js";

/** The format's name in messages. */
export const FORMAT = "CVAT for images";

/** An attribute of a shape: `{ name: "weather", value: "rain" }`. */
export interface CvatAttribute {
  readonly name: string;
  readonly value: string;
}

/** A shape or a tag of an image. */
export interface CvatShape {
  /** Where it is, as XPath: `image[1]/polygon[3]`. */
  readonly path: string;
  /** The name of its element: `polygon`. */
  readonly type: string;
  /** The XML attributes of the element: `label`, `points`. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly attributes: readonly CvatAttribute[];
}

export interface CvatImage {
  readonly path: string;
  /** The file name of the photo. It may have folders. */
  readonly name: string;
  readonly width: string | undefined;
  readonly height: string | undefined;
  /** The part of a project that the image belongs to. */
  readonly subset: string | null;
  readonly shapes: readonly CvatShape[];
}

export interface CvatAnnotations {
  readonly images: readonly CvatImage[];
  /** The classes: first the labels that the file lists, in their order, then other labels of shapes. */
  readonly classes: ClassList;
  /** `#rrggbb` by the name of the label. */
  readonly colors: ReadonlyMap<string, string>;
}

/**
 * Reads the file, but checks no shape.
 *
 * @param text the content of `annotations.xml`
 * @param name what messages call the file
 * @throws {FormatError} FORMAT_INVALID: not well-formed, no file of CVAT, or an image without a name. FORMAT_UNSUPPORTED:
 *   a file of "CVAT for video".
 */
export async function readAnnotations(text: string, name: string): Promise<CvatAnnotations> {
  const root = await parseRoot(text, name);
  if (root.name !== "annotations") {
    const problem = `the root is <${root.name.slice(0, 80)}> instead of <annotations>`;
    throw new FormatError("FORMAT_INVALID", name, `${problem}; export the task as "CVAT for images 1.1".`);
  }
  const tracks = elementsNamed(root, "track").length;
  if (tracks > 0) {
    const problem = `has ${counted(tracks, "track")} of "CVAT for video"`;
    const remedy = 'export the task as "CVAT for images 1.1", which has the shapes of each frame';
    throw new FormatError("FORMAT_UNSUPPORTED", name, `${problem}; ${remedy}.`);
  }
  const images = elementsNamed(root, "image").map((element, place) => readImage(element, place, name));
  const { names, colors } = readLabels(root);
  for (const { fields } of images.flatMap(({ shapes }) => shapes)) {
    if (fields.label !== undefined && fields.label !== "") names.add(fields.label);
  }
  return { images, classes: classListFrom(numbered(names)), colors };
}

function readImage(element: XmlElement, place: number, file: string): CvatImage {
  const path = `image[${place + 1}]`;
  const { name, width, height, subset } = element.attributes as Partial<Record<string, string>>;
  if (name === undefined || name === "") {
    throw new FormatError(
      "FORMAT_INVALID",
      file,
      `${path}: has no name; give it the file name of its photo.`,
    );
  }
  const counts = new Map<string, number>();
  const shapes = elementsOf(element).map((child): CvatShape => {
    const { name: type, attributes: fields } = child;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const attributes = elementsNamed(child, "attribute").map((attribute) => ({
      name: attribute.attributes.name ?? "",
      value: attribute.text,
    }));
    return { path: `${path}/${type.slice(0, 80)}[${count}]`, type, fields, attributes };
  });
  return { path, name, width, height, subset: subset ?? null, shapes };
}

/** The labels are in `meta/task/labels`, or with `job` or `project` instead of `task`. Those with a parent are points. */
function readLabels(root: XmlElement) {
  const names = new Set<string>();
  const colors = new Map<string, string>();
  const textOf = (label: XmlElement, name: string) => elementsNamed(label, name)[0]?.text ?? "";
  const inside = (elements: readonly XmlElement[], name: string) =>
    elements.flatMap((element) => elementsNamed(element, name));
  const groups = elementsNamed(root, "meta").flatMap(elementsOf);
  for (const label of inside(inside(groups, "labels"), "label")) {
    const name = textOf(label, "name");
    if (name === "" || textOf(label, "parent") !== "" || names.has(name)) continue;
    names.add(name);
    const color = textOf(label, "color");
    if (parseColor(color) >= 0) colors.set(name, canonicalColor(color));
  }
  return { names, colors };
}

/** Ids count from 1 in the order of the names. The background has 0. */
function numbered(names: Iterable<string>): ClassEntry[] {
  let next = 1;
  let hasBackground = false;
  return Array.from(names, (name): ClassEntry => {
    const isZero = isBackground(name) && !hasBackground;
    hasBackground ||= isZero;
    return { id: isZero ? 0 : next++, name };
  });
}

/** @throws {FormatError} FORMAT_INVALID: the file has no such image, or several images and no name is given. */
export function imageNamed({ images }: CvatAnnotations, name: string | undefined, file: string): CvatImage {
  const found = name === undefined ? images : images.filter((image) => image.name === name);
  if (found.length === 1) return found[0]!;
  const listed = images.slice(0, 3).map((image) => quote(image.name));
  const problem =
    name === undefined
      ? `has ${counted(found.length, "image")}; say which one as \`image\``
      : `has ${counted(found.length, "image")} with the name ${quote(name)}`;
  const names =
    listed.length === 0 ? "" : `; its images are ${listed.join(", ")}${images.length > 3 ? " …" : ""}`;
  throw new FormatError("FORMAT_INVALID", file, `${problem}${names}.`);
}
