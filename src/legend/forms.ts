/**
 * The forms of legends that `parseLegend` reads: how each is recognised and read, who writes it, and an example. The
 * documentation's table is made from these declarations.
 *
 * Forms of a group are tried together. If several recognise a source, it is ambiguous; if none does, the next group is
 * tried. So a file of COCO is not taken for an object whose keys are labels.
 */
import { isObject } from "../checks/describe.js";
import { isClassTable, readClassTable } from "./files/class-dict-csv.js";
import { type Drafts, invalidLegend, type Source, titleOf } from "./files/draft.js";
import { isLabelmapTxt, readLabelmapTxt } from "./files/labelmap-txt.js";
import { draftsOfLines, type LegendLine, linesOf, type TextLine } from "./files/legend-lines.js";
import {
  findCategories,
  isObjectList,
  metaFieldsOf,
  readDatasetMeta,
  readObjectList,
  readObjectPairs,
  readSupervisely,
} from "./files/object-lists.js";
import { type PairsForm, pairsFormsOf, readPairs } from "./files/pairs.js";
import { isGimpPalette, isLabelColorsTxt, readGimpPalette, readLabelColorsTxt } from "./files/rgb-lines.js";
import { draftsOfPalette, findPalette, PALETTES } from "./palettes/by-name.js";

/** The name of a form, as `Legend.form` and messages have it, and the option `form` takes it. */
export type LegendForm =
  | "colors to names"
  | "names to colors"
  | "colors to ids"
  | "names to ids"
  | "ids to names"
  | "ids to colors"
  | "colors to objects"
  | "ids to objects"
  | "names to objects"
  | "COCO categories"
  | "Supervisely meta.json"
  | "MMSegmentation dataset_meta"
  | "list of objects"
  | "list of names"
  | "CVAT labelmap.txt"
  | "label_colors.txt"
  | "class table"
  | "GIMP palette"
  | "palette name";

/** What is known about a form, as `LEGEND_FORMS` lists it. */
export interface LegendFormDeclaration {
  readonly name: LegendForm;
  /** Who writes it, and where it is described. */
  readonly source: string;
  /** What such a file may be called, if its name says what it is. */
  readonly files?: RegExp;
  /** What the entries of the example have. Other files of the form may have more or less. */
  readonly keys: "colors" | "ids" | "colors and ids";
  readonly example: string;
}

/** A form with its code. */
export interface FormReader extends LegendFormDeclaration {
  readonly recognise: (source: Source) => boolean;
  readonly read: (source: Source) => Drafts;
}

/** The forms that are recognised from the members of an object. One look at the members finds all that are possible. */
function pairs(about: Omit<LegendFormDeclaration, "name"> & { readonly name: PairsForm }): FormReader {
  const { name } = about;
  return {
    ...about,
    recognise: (source) => pairsFormsOf(source).includes(name),
    read: (source) => (name.endsWith("objects") ? readObjectPairs(source, name) : readPairs(source, name)),
  };
}

/** A form of text whose lines are labels. */
function lines(
  about: LegendFormDeclaration,
  isForm: (lines: readonly TextLine[]) => boolean,
  readLines: (lines: readonly TextLine[], format: string) => LegendLine[],
): FormReader {
  const { name } = about;
  return {
    ...about,
    recognise: ({ text, value }) => text !== undefined && value === undefined && isForm(linesOf(text, name)),
    read: (source) => {
      const title = titleOf(source, name);
      // linesOf says what is wrong with something that is no text.
      const found = linesOf((source.text ?? source.value) as string, title);
      return draftsOfLines(readLines(found, title), title);
    },
  };
}

/** Objects and lists whose fields have names that say what they are. */
const NAMED_FIELDS: readonly FormReader[] = [
  {
    name: "COCO categories",
    source: "COCO (cocodataset.org), segments.ai (docs.segments.ai): `categories` with or without colours",
    keys: "colors and ids",
    example:
      '{ "categories": [{ "id": 3, "name": "car", "isthing": 1, "supercategory": "vehicle", "color": [0, 0, 142] }] }',
    recognise: (source) => findCategories(source) !== undefined,
    read: (source) =>
      readObjectList(source, "COCO categories", [
        ...source.path,
        ...(findCategories(source) ?? ["categories"]),
      ]),
  },
  {
    name: "Supervisely meta.json",
    source:
      "Supervisely (developer.supervisely.com): `classes` with `title` and `color`; the ids are the server's",
    files: /^meta\.json$/i,
    keys: "colors",
    example: '{ "classes": [{ "title": "car", "shape": "bitmap", "color": "#0000ff" }], "tags": [] }',
    recognise: ({ value }) => isObject(value) && isObjectList(value.classes),
    read: (source) => readSupervisely(source, "Supervisely meta.json"),
  },
  {
    name: "MMSegmentation dataset_meta",
    source: "MMSegmentation (mmsegmentation.readthedocs.io): `classes` and `palette`; the ids are the places",
    keys: "colors and ids",
    example: '{ "classes": ["road", "car"], "palette": [[128, 64, 128], [0, 0, 142]] }',
    recognise: ({ value }) => metaFieldsOf(value) !== undefined,
    read: (source) => readDatasetMeta(source, "MMSegmentation dataset_meta"),
  },
  {
    name: "list of objects",
    source:
      "COCO's panoptic categories, CVAT's labels, the vendor's point clouds: `name`, `text` or `label`, `color`, `id`",
    keys: "colors and ids",
    example: '[{ "id": 1, "text": "car", "color": "#0000ff" }]',
    recognise: ({ value }) => isObjectList(value),
    read: (source) => readObjectList(source, "list of objects"),
  },
  {
    name: "list of names",
    source: "a JSON file of class names; the ids are the places",
    keys: "ids",
    example: '["background", "road", "car"]',
    recognise: ({ value }) => Array.isArray(value) && typeof value[0] === "string",
    read: (source) => readDatasetMeta(source, "list of names"),
  },
];

/** Objects whose members are the labels. */
const PAIRS: readonly FormReader[] = [
  pairs({
    name: "colors to names",
    source: 'the vendor\'s results, with or without `{ "legend": … }` around it',
    keys: "colors",
    example: '{ "#ff0000": "car", "(0, 0, 0, 255)": "road", "0x00ff00": "tree" }',
  }),
  pairs({
    name: "names to colors",
    source: "scripts and configuration files",
    keys: "colors",
    example: '{ "car": "#ff0000", "road": [128, 64, 128] }',
  }),
  pairs({
    name: "colors to ids",
    source: "scripts that turn colours into class ids; the names are the ids",
    keys: "colors and ids",
    example: '{ "(128, 64, 128)": 0, "(0, 0, 142)": 13 }',
  }),
  pairs({
    name: "names to ids",
    source: "`label2id` of Hugging Face",
    keys: "ids",
    example: '{ "road": 0, "car": 13 }',
  }),
  pairs({
    name: "ids to names",
    source: "`id2label.json` of Hugging Face; for masks of ids",
    keys: "ids",
    example: '{ "0": "road", "13": "car" }',
  }),
  pairs({
    name: "ids to colors",
    source: "scripts; the names are the ids",
    keys: "colors and ids",
    example: '{ "0": [128, 64, 128], "13": "#00008e" }',
  }),
  pairs({
    name: "colors to objects",
    source:
      "Omniverse Replicator (docs.omniverse.nvidia.com), `semantic_segmentation_labels_….json` with colours",
    keys: "colors",
    example: '{ "(0, 0, 0, 0)": { "class": "BACKGROUND" }, "(140, 25, 255, 255)": { "class": "cube" } }',
  }),
  pairs({
    name: "ids to objects",
    source: "the same file of Replicator without colours",
    keys: "ids",
    example: '{ "0": { "class": "BACKGROUND" }, "2": { "class": "cube" } }',
  }),
  pairs({
    name: "names to objects",
    source: "scripts and configuration files",
    keys: "colors and ids",
    example: '{ "road": { "id": 7, "color": [128, 64, 128] } }',
  }),
];

const TEXTS: readonly FormReader[] = [
  lines(
    {
      name: "CVAT labelmap.txt",
      source: "CVAT and datumaro (docs.cvat.ai, format-smask); without colours, the ids are the places",
      files: /labelmap.*\.txt$/i,
      keys: "colors",
      example: "# label:color_rgb:parts:actions\nbackground:0,0,0::\nperson:192,128,128:hand,foot:running",
    },
    isLabelmapTxt,
    readLabelmapTxt,
  ),
  lines(
    {
      name: "label_colors.txt",
      source: "CamVid and data sets made like it",
      files: /label_?colou?rs?.*\.txt$/i,
      keys: "colors",
      example: "64 128 64\tAnimal\n192 0 128\tArchway",
    },
    isLabelColorsTxt,
    readLabelColorsTxt,
  ),
  lines(
    {
      name: "class table",
      source:
        "`class_dict.csv` of many data sets, `_classes.csv` of Roboflow (which has ids); comma, semicolon or tab",
      files: /\.[ct]sv$/i,
      keys: "colors and ids",
      example: "id,name,r,g,b\n7,road,128,64,128\n26,car,0,0,142",
    },
    isClassTable,
    readClassTable,
  ),
  lines(
    {
      name: "GIMP palette",
      source: "GIMP, Inkscape, Krita, Aseprite (developer.gimp.org/core/standards/gpl)",
      files: /\.gpl$/i,
      keys: "colors",
      example: "GIMP Palette\nName: Streets\nColumns: 4\n#\n128  64 128\troad",
    },
    isGimpPalette,
    readGimpPalette,
  ),
  {
    name: "palette name",
    source: `the palettes of this library: ${Object.keys(PALETTES)
      .map((name) => `\`${name}\``)
      .join(", ")}`,
    keys: "colors and ids",
    example: "cityscapes",
    recognise: ({ text, value }) =>
      text !== undefined && value === undefined && findPalette(text) !== undefined,
    read: (source) => {
      const palette = findPalette(source.text ?? "");
      if (palette !== undefined) return draftsOfPalette(palette);
      const known = Object.keys(PALETTES).join(", ");
      throw invalidLegend(source, "palette name", undefined, `is no palette; there are ${known}`);
    },
  },
];

/** Groups of forms, in the order in which they are tried. */
export const FORM_GROUPS: readonly (readonly FormReader[])[] = [NAMED_FIELDS, PAIRS, TEXTS];

/** All forms with their code. */
export const FORM_READERS: readonly FormReader[] = FORM_GROUPS.flat();

/** All forms that `parseLegend` reads: their names, who writes them, and an example of each. */
export const LEGEND_FORMS: readonly LegendFormDeclaration[] = FORM_READERS.map(
  ({ recognise, read, ...declaration }) => declaration,
);
