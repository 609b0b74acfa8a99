/** The folders that Pascal VOC and CVAT's "Segmentation mask" share, to the items of a set. */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { DecodeError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { Format } from "../format.js";
import type { DataSet, FileSource } from "../set.js";
import { readImageSets, splitOf } from "../shared/image-sets.js";
import { type LabelmapClasses, readLabelmapClasses } from "../shared/labelmap-classes.js";
import { dataSetOf, type ListedItem, pathsOf, photosIn, withoutEnding } from "../shared/set-reading.js";

const CLASS_FILE = /^(.*?)SegmentationClass\/(.+)\.png$/i;

/** How the PNGs of a set are read. */
interface Reading {
  readonly classes: () => ClassList;
  readonly decode: (files: {
    readonly segmentationClass: Uint8Array;
    readonly segmentationObject?: Uint8Array;
  }) => Promise<LabelMap>;
}

/**
 * @param split only the images of this list
 * @param prepare decides how the PNGs are read; `labelmap` reads the `labelmap.txt` of the set, null if there is none
 */
export async function readVocFolders(
  source: FileSource,
  format: Format,
  split: string | undefined,
  prepare: (labelmap: () => Promise<LabelmapClasses | null>) => Promise<Reading>,
): Promise<DataSet> {
  const paths = await pathsOf(source);
  const masks = paths.flatMap((mask) => {
    const [, root, name] = CLASS_FILE.exec(mask) ?? [];
    return name === undefined ? [] : [{ mask, root: root!, name }];
  });
  const roots = [...new Set(masks.map(({ root }) => root))];
  if (roots.length > 1) {
    const found = roots.slice(0, 5).map((root) => quote(root === "" ? "." : root.slice(0, -1)));
    const problem = `there are ${roots.length} sets in the folder: ${found.join(", ")}`;
    throw new DecodeError("OPTION_INVALID", `${format.title}: ${problem}; open the folder of one of them.`);
  }
  const root = roots[0] ?? "";
  const exists = new Set(paths);
  const labelmap = `${root}labelmap.txt`;
  const hasLabelmap = exists.has(labelmap);
  const reading = await prepare(async () => (hasLabelmap ? readLabelmapClasses(source, labelmap) : null));
  const names = new Set(masks.map(({ name }) => name));
  const { splitsOf, issues } = await readImageSets(source, paths, root, names);
  const photos = photosIn(paths, `${root}JPEGImages/`);
  const listed = masks.flatMap(({ mask, name }): ListedItem[] => {
    const splits = splitsOf.get(name);
    if (split !== undefined && !splits?.includes(split)) return [];
    const objects = `${root}SegmentationObject/${withoutEnding(mask.slice(root.length + CLASS_FOLDER))}.png`;
    const hasObjects = exists.has(objects);
    return [
      {
        ...{ name, mask, photo: photos.get(name.normalize("NFC")) ?? null },
        split: split ?? splitOf(splits),
        issues: hasObjects ? [] : [noObjects(mask)],
        decode: async () =>
          reading.decode({
            segmentationClass: await source.read(mask),
            ...(hasObjects && { segmentationObject: await source.read(objects) }),
          }),
      },
    ];
  });
  const found = `${root}SegmentationClass/ (${counted(listed.length, "mask")})`;
  return dataSetOf(format, listed, {
    reason: `${format.title}: ${hasLabelmap ? `${labelmap}, ` : ""}${found}.`,
    classes: async () => reading.classes(),
    issues,
  });
}

const CLASS_FOLDER = "SegmentationClass/".length;

function noObjects(mask: string): Issue {
  const message = `${mask}: has no counterpart in SegmentationObject/, so its objects are not told apart.`;
  return { code: "objects-missing", message, path: mask };
}
