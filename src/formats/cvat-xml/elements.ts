/** The XML of one image, and of the whole file. CVAT writes numbers with two digits after the point; so does this file. */

import { isObject } from "../../checks/describe.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { Label } from "../../maps/label.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { measureObjects } from "../../objects/measure.js";
import { simplifyRing } from "../../objects/simplify-ring.js";
import { areasToPaint, pixelsInHoles } from "../shared/painted-areas.js";
import { paint } from "../shared/segments.js";
import { toXmlText } from "./xml-text.js";

/** How shapes are written. */
export interface ShapeStyle {
  readonly shapes: "masks" | "polygons";
  /** In pixels. */
  readonly simplify: number;
}

/** What is written of an image, and what is lost. */
export interface WrittenImage {
  readonly xml: string;
  /** Unlabelled pixels that get the label around them, by class. */
  readonly filled: ReadonlyMap<string, number>;
  /** The labels that are written. */
  readonly labels: readonly Label[];
  /** Attributes that are no name with a value. */
  readonly lostAttributes: number;
}

/** The names of the attributes of each class, in the order in which they occur. */
export type AttributeNames = Map<string, Set<string>>;

/**
 * @param classNames the class name of each label, or `undefined` if its pixels are left out
 * @param attributeNames the names of the image's attributes are added to it
 */
export function imageElement(
  map: LabelledPixels,
  classNames: readonly (string | undefined)[],
  about: { readonly id: number; readonly name: string; readonly subset?: string | undefined },
  { shapes, simplify }: ShapeStyle,
  attributeNames: AttributeNames,
): WrittenImage {
  const indices = classNames.map((name, index) => (name === undefined ? -1 : index));
  const kept = { ...map, data: paint(map.data, Int32Array.of(-1, ...indices)) };
  const written = new Set<Label>();
  const lines: string[] = [];
  let lostAttributes = 0;
  const add = (index: number, element: string, fields: string, group: number) => {
    const label = map.labels[index]!;
    const className = classNames[index]!;
    const { xml, names, lost } = attributesOf(label);
    if (!written.has(label)) lostAttributes += lost;
    written.add(label);
    if (!attributeNames.has(className)) attributeNames.set(className, new Set());
    for (const name of names) attributeNames.get(className)!.add(name);
    const groupField = group === 0 ? "" : ` group_id="${group}"`;
    const start = `    <${element} label="${toXmlText(className, "class")}" source="file" occluded="0" ${fields} z_order="0"${groupField}>`;
    lines.push(`${start}\n${xml}    </${element}>\n`);
  };
  let filled: ReadonlyMap<string, number> = new Map();
  if (shapes === "masks") {
    for (const { value, bbox } of measureObjects(kept)) {
      const [left, top, width, height] = bbox;
      const rle = rowRuns(kept, value, bbox).join(", ");
      add(value, "mask", `rle="${rle}" left="${left}" top="${top}" width="${width}" height="${height}"`, 0);
    }
  } else {
    const areas = areasToPaint(kept);
    filled = pixelsInHoles(kept, areas);
    const counts = new Map<Label, number>();
    for (const { label } of areas) counts.set(label, (counts.get(label) ?? 0) + 1);
    for (const { label, polygon } of areas) {
      const ring = simplify > 0 ? simplifyRing([...polygon.outer], simplify) : polygon.outer;
      // Shapes of a group are one object.
      add(
        label.index,
        "polygon",
        `points="${pointsText(ring)}"`,
        counts.get(label) === 1 ? 0 : label.index + 1,
      );
    }
  }
  const subset = about.subset === undefined ? "" : ` subset="${toXmlText(about.subset, "part")}"`;
  const size = `width="${map.width}" height="${map.height}"`;
  const start = `  <image id="${about.id}" name="${toXmlText(about.name, "name")}"${subset} ${size}>\n`;
  return { xml: `${start}${lines.join("")}  </image>\n`, filled, labels: [...written], lostAttributes };
}

/** The lengths of runs along the rows of a box, first of pixels with another value. */
function rowRuns(
  { width, data }: DenseMap<Int32Array>,
  value: number,
  [left, top, boxWidth, boxHeight]: readonly [number, number, number, number],
): number[] {
  const runs: number[] = [];
  let isInside = false;
  let length = 0;
  for (let y = top; y < top + boxHeight; y++) {
    for (let x = left; x < left + boxWidth; x++) {
      if ((data[y * width + x] === value) !== isInside) {
        runs.push(length);
        length = 0;
        isInside = !isInside;
      }
      length++;
    }
  }
  runs.push(length);
  return runs;
}

function pointsText(ring: readonly number[]): string {
  const points: string[] = [];
  for (let at = 0; at < ring.length; at += 2)
    points.push(`${ring[at]!.toFixed(2)},${ring[at + 1]!.toFixed(2)}`);
  return points.join(";");
}

/** Attributes of the form `{ name, value }`, as the reader gives them. */
function attributesOf({ attributes }: Label): { xml: string; names: string[]; lost: number } {
  const names: string[] = [];
  let xml = "";
  for (const attribute of attributes) {
    const { name, value } = isObject(attribute) ? attribute : {};
    const isValue = ["string", "number", "boolean"].includes(typeof value);
    if (typeof name !== "string" || name === "" || !isValue) continue;
    names.push(name);
    xml += `      <attribute name="${toXmlText(name, "attribute")}">${toXmlText(String(value), "value")}</attribute>\n`;
  }
  return { xml, names, lost: attributes.length - names.length };
}

/**
 * What stands before the images: the labels, with a colour of Pascal VOC each, and their attributes.
 *
 * @param subsets the parts of the images. Only projects have parts
 */
export function startOfFile(
  classNames: readonly string[],
  attributeNames: AttributeNames,
  images: number,
  subsets: readonly string[],
): string {
  const labels = classNames.map((name, place) => {
    const attributes = [...(attributeNames.get(name) ?? [])].map(
      (attribute) =>
        `            <attribute><name>${toXmlText(attribute, "attribute")}</name><mutable>False</mutable><input_type>text</input_type><default_value></default_value><values></values></attribute>\n`,
    );
    const inside = attributes.length === 0 ? "" : `\n${attributes.join("")}          `;
    return `        <label>
          <name>${toXmlText(name, "class")}</name>
          <color>${vocColor(place + 1)}</color>
          <type>any</type>
          <attributes>${inside}</attributes>
        </label>\n`;
  });
  const owner = subsets.length === 0 ? "task" : "project";
  const parts =
    subsets.length === 0 ? "" : `      <subsets>${toXmlText(subsets.join("\n"), "part")}</subsets>\n`;
  return `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <${owner}>
      <size>${images}</size>
      <mode>annotation</mode>
${parts}      <labels>
${labels.join("")}      </labels>
    </${owner}>
  </meta>
`;
}

export const END_OF_FILE = "</annotations>\n";
