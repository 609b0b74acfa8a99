/** A PNG of ADE20K, full or of the scene parsing challenge, to a label map. */

import "../../decode/register/ids.js";
import { counted } from "../../checks/counted.js";
import { decodeMask } from "../../decode/decode.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError, type Issue } from "../../errors.js";
import { ade20k as palette } from "../../legend/palettes/ade20k.js";
import type { LabelMap } from "../../maps/label-map.js";
import { classesById } from "../shared/class-names.js";
import {
  channelOf,
  checkFiles,
  decodeNamedIds,
  idsOfPalette,
  type NamedId,
  type NamedIdOptions,
  occurringLabels,
} from "../shared/named-ids.js";
import { replaceIssues } from "../shared/replace-issues.js";
import { classesInTable, namesInJson, namesInText, namesOfObjects } from "./names.js";

const FORMAT = "ADE20K";

/** The 150 classes of the challenge. */
export const CHALLENGE_IDS: readonly NamedId[] = idsOfPalette(palette);

/** The files of an image of the full data set. */
export interface Ade20kFiles {
  /** `NAME_seg.png`: RGB, 8 bits, H×W. */
  readonly segmentation: PngInput;
  /** The parsed `NAME.json`, which names the classes. */
  readonly json?: unknown;
  /** The text of `NAME_atr.txt`, which names the objects in older releases. */
  readonly attributes?: string;
}

/** The files of an image of the challenge. */
export interface Ade20kChallengeFiles {
  /** `annotations/SPLIT/NAME.png`: grey or palette indices, 8 bits, H×W. */
  readonly annotation: PngInput;
  /** The text of `objectInfo150.txt`. Default: the names that the library has. */
  readonly objectInfo?: string;
}

/**
 * Turns a PNG of ADE20K into a label map with a label for each class and object that occurs, in the order of the ids. Class
 * 0 is unlabelled.
 *
 * - `segmentation`: the class is R / 10 (rounded down) × 256 + G, and B is the object (`loadAde20K` of
 *   CSAILVision/ADE20K). `map.semantic()` gives the class ids of the full data set (1 to 3,688), and `map.instance()` the
 *   objects, numbered from 1. Walls and sky are objects too. The names are those of `json` or `attributes`: all synonyms of
 *   a class. A class without a name is called by its id, and the issue `class-names-missing` says so.
 * - `annotation`: the pixel is the class, 1 to 150. There are no objects. A class is called by its first synonym
 *   (CSAILVision/sceneparsing, README.md).
 *
 * @throws {FormatError} FORMAT_INVALID: an id is no class of the challenge or not in `classes`, or a file is malformed.
 * @throws {DecodeError} ENCODING_MISMATCH: the PNG has other channels. OPTION_INVALID, WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeAde20k(
  files: Ade20kFiles | Ade20kChallengeFiles,
  options: NamedIdOptions = {},
): Promise<LabelMap> {
  checkFiles(files, ["segmentation", "annotation"], options);
  if ("segmentation" in files && files.segmentation !== undefined) return decodeFull(files, options);
  const { annotation, objectInfo } = files as Ade20kChallengeFiles;
  const ids = objectInfo === undefined ? CHALLENGE_IDS : classesInTable(objectInfo, "objectInfo");
  const encoding = { channels: channelOf(annotation), unlabelled: [0] };
  return decodeNamedIds(annotation, encoding, ids, FORMAT, options);
}

async function decodeFull({ segmentation, json, attributes }: Ade20kFiles, options: NamedIdOptions) {
  const { classes, ...limits } = options;
  if (classes !== undefined) {
    const ofList = new Map([...classesById(classes)].map(([id, { name }]) => [id, name]));
    const map = await decodeMask(segmentation, null, { ...limits, encoding: "ade20k" });
    return named(map, ofList, true);
  }
  // Before the PNG, since a malformed file is found sooner.
  const ofJson = json === undefined ? undefined : namesInJson(json, "json");
  const ofText = attributes === undefined ? undefined : namesInText(attributes, "attributes");
  const map = await decodeMask(segmentation, null, { ...limits, encoding: "ade20k" });
  if (ofJson !== undefined) return named(map, ofJson, false);
  if (ofText === undefined) return named(map, new Map(), false);
  const { names, issues } = namesOfObjects(map, ofText, "attributes");
  return issues.length > 0 ? withIssues(occurringLabels(map), issues) : named(map, names, false);
}

/** @param isComplete whether a class without a name is an error. If not, its id is its name, and an issue says so. */
function named(map: LabelMap, names: ReadonlyMap<number, string>, isComplete: boolean): LabelMap {
  const nameless = new Map<number, number>();
  for (const { classId, pixelCount } of map.labels) {
    const id = classId as number;
    if (pixelCount > 0 && !names.has(id)) nameless.set(id, (nameless.get(id) ?? 0) + pixelCount);
  }
  const [first] = nameless;
  if (first !== undefined && isComplete) {
    const problem = `the class ${first[0]} (${counted(first[1], "pixel")}) has no name in \`classes\`; add it`;
    throw new FormatError("FORMAT_INVALID", FORMAT, `${problem}.`);
  }
  const all = occurringLabels(map, ({ classId, className }) => ({
    className: names.get(classId as number) ?? className,
  }));
  if (first === undefined) return all;
  const message = `No file names ${counted(nameless.size, "class", "classes")} of the image, first ${first[0]}, so they are called by their ids.`;
  return withIssues(all, [{ code: "class-names-missing", message }]);
}

function withIssues(map: LabelMap, issues: readonly Issue[]): LabelMap {
  return replaceIssues(map, [...map.issues, ...issues]);
}
