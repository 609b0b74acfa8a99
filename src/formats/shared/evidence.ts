/** What the detection of several formats needs: the best of many answers, and what the first bytes of a PNG say. */

import { isObject, quote } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { CLASSES, nearestList } from "./class-lists.js";

const RANKS = ["certain", "likely", "possible"] as const;

/** Asks about each file alone and returns the surest answer: the first one, if several are equally sure. */
export function surestOf(
  files: readonly CandidateFile[],
  detectFile: (file: CandidateFile) => Detection | null,
): Detection | null {
  let surest: Detection | null = null;
  for (const file of files) {
    const detection = detectFile(file);
    if (detection === null) continue;
    if (surest === null || rankOf(detection) < rankOf(surest)) surest = detection;
    if (surest.confidence === "certain") break;
  }
  return surest;
}

/** @param evidence the rest of a sentence that starts with the file's path */
export function detection(
  confidence: Detection["confidence"],
  { path }: CandidateFile,
  evidence: string,
): Detection {
  return { confidence, reason: `${quote(path)} ${evidence}.` };
}

/**
 * The list of the classes of a file's ids: `classes.json` in its folder or in the nearest one above.
 *
 * @returns null if there is none, or if its content is known and is no class list.
 */
function classListOf(path: string, files: ReadonlyMap<string, CandidateFile>): CandidateFile | null {
  const list = nearestList(path, files);
  const file = list === null ? undefined : files.get(list);
  return file === undefined || (file.json !== undefined && !isClassListJson(file.json)) ? null : file;
}

/**
 * Asks about each PNG alone, for formats whose data sets are PNGs of ids and a class list. PNGs that a list names the ids of
 * come first. Without a list, the files are of the format, but no data set.
 *
 * @param detectFile is also told whether a class list names the ids of the PNG
 */
export function detectPngs(
  files: readonly CandidateFile[],
  detectFile: (file: CandidateFile, hasList: boolean) => Detection | null,
): Detection | null {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const listed = surestOf(files, (file) => {
    const list = /_image\.png$/i.test(file.path) ? null : classListOf(file.path, byPath);
    const found = list === null ? null : detectFile(file, true);
    return found === null
      ? null
      : { ...found, reason: `${found.reason.slice(0, -1)}, and ${list!.path} has classes.` };
  });
  if (listed !== null) return listed;
  const single = surestOf(files, (file) => detectFile(file, false));
  return single === null ? null : { ...single, lacks: CLASSES };
}

/** Whether a JSON file is a class list of this library, which has no colours, rather than a legend. */
export function isClassListJson(json: unknown): boolean {
  if (!isObject(json) || !Array.isArray(json.classes)) return false;
  return json.classes.every(
    (entry: unknown) =>
      isObject(entry) &&
      Number.isInteger(entry.id) &&
      typeof entry.name === "string" &&
      Object.keys(entry).every((key) => CLASS_KEYS.has(key)),
  );
}

const CLASS_KEYS: ReadonlySet<string> = new Set(["id", "name", "aliases", "supercategory", "isThing"]);

/** What a PNG's header says (PNG specification, 11.2.1), or null if the bytes do not start like a PNG. */
export function pngKind(
  head: Uint8Array,
): { readonly bitDepth: number; readonly isGrey: boolean; readonly isPalette: boolean } | null {
  const [bitDepth, colorType] = [head[24], head[25]];
  if (!PNG_START.every((byte, index) => head[index] === byte)) return null;
  if (bitDepth === undefined || colorType === undefined) return null;
  return { bitDepth, isGrey: colorType === 0, isPalette: colorType === 3 };
}

/** Whether a path ends so, in whatever case. */
export function endsWith(path: string, ending: string): boolean {
  return path.toLowerCase().endsWith(ending);
}

/** The signature (5.2), the length of the chunk IHDR and its name. */
const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

function rankOf({ confidence }: Detection): number {
  return RANKS.indexOf(confidence);
}
