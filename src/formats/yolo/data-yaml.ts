/**
 * What a `data.yaml` of Ultralytics says of a set, and where the photos of its parts are (`check_det_dataset` in
 * ultralytics/data/utils.py). Paths in it often come from another machine, so several places are tried.
 */

import { kindOf } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";
import { folderOf } from "../shared/set-reading.js";
import { yoloNames } from "./names.js";
import { keysOf, linesOf, textsAt } from "./yaml.js";

/** The content of a `data.yaml`, as far as it is read. */
export interface YoloData {
  /** The names of the classes in the order of their indices. */
  readonly names: readonly string[];
  /** The folder of the set; null if the file is in it. */
  readonly path: string | null;
  /** The folders of photos, or lists of photos, of each part. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

const PARTS = ["train", "val", "test", "minival"];

/**
 * Reads the names, `path`, and the parts `train`, `val`, `test` and `minival`.
 *
 * @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED: as `yoloNames`
 */
export function yoloData(yaml: string): YoloData {
  if (typeof yaml !== "string") {
    throw new DecodeError("OPTION_INVALID", `the text is ${kindOf(yaml)}; give a string.`);
  }
  const names = yoloNames(yaml);
  const lines = linesOf(yaml);
  const keys = keysOf(lines);
  const textsOf = (key: string) => {
    const line = keys.get(key);
    return line === undefined ? [] : textsAt(lines, line);
  };
  const parts = new Map<string, string[]>();
  for (const key of PARTS) {
    const texts = textsOf(key);
    if (texts.length > 0) parts.set(key, texts);
  }
  return { names, path: textsOf("path")[0] ?? null, parts };
}

/**
 * The places in the source where a folder or list of `data.yaml` may be, the best first. Ultralytics adds `path` to it,
 * and removes `../` if there is no such folder (Roboflow writes `../train/images` for `train/images`).
 *
 * @param yaml the path of `data.yaml`
 * @returns paths without `.` and `..`; empty for the top of the source
 */
export function placesOf(entry: string, { path }: Pick<YoloData, "path">, yaml: string): string[] {
  const own = folderOf(yaml);
  const withoutDots = entry.replace(/^(?:\.\.\/)+/, "");
  const places = [
    ...(path === null ? [] : [join(own, path, entry), join(path, entry)]),
    join(own, entry),
    join(own, withoutDots),
    join(withoutDots),
  ];
  return [...new Set(places.filter((place) => place !== null))];
}

/** One path of several, or null if it leaves the source, as absolute paths do. */
export function join(...paths: readonly string[]): string | null {
  const parts: string[] = [];
  for (const path of paths) {
    if (/^\/|^[a-z]:/i.test(path)) return null;
    for (const part of path.split(/[/\\]/)) {
      if (part === "" || part === ".") continue;
      if (part !== "..") parts.push(part);
      else if (parts.pop() === undefined) return null;
    }
  }
  return parts.join("/");
}
