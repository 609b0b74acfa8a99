/**
 * What format the files of a folder are of. Every format is asked, and all answers are returned: the surest first, each
 * with its reason. Nothing is decoded.
 */

import { readJson } from "./files.js";
import type { CandidateFile, Detection, Format } from "./format.js";
import type { FileSource } from "./set.js";
import { type AbortableOptions, abortableSource } from "./shared/abortable.js";
import { pathsOf } from "./shared/set-reading.js";
import { FORMATS } from "./table.js";

/** A format that the files may be of. */
export interface Candidate extends Detection {
  readonly format: Format;
}

/** How much of a source is read. */
export interface RecogniseOptions extends AbortableOptions {
  /** Whether to look into files too. Default true; with false, the listing alone decides. */
  readonly contents?: boolean;
}

const RANKS = ["certain", "likely", "possible"] as const;
/** As much of a file as `detect` needs. */
const HEAD_BYTES = 256;
/** Files of one ending in one folder look alike, so a few of them are enough. */
const MOST_PER_FOLDER = 2;
const MOST_HEADS = 64;
const MOST_JSON = 8;

/**
 * The formats that the files of a source may be of, the surest first. Of equally sure ones, those that `readSet` can read come
 * first. If there are several, ask your user; the first is not always right.
 *
 * It reads the first bytes of a few files in each folder, and up to 8 JSON files: those with the names of COCO's files, and
 * one or two of each folder.
 */
export async function recognise(source: FileSource, options: RecogniseOptions = {}): Promise<Candidate[]> {
  const { contents = true, signal } = options;
  const given = abortableSource(source, signal);
  const paths = await pathsOf(given);
  const files = new Map<string, CandidateFile>(paths.map((path) => [path, { path }]));
  if (contents) {
    for (const path of sample(paths, /\.(?:png|npy|npz|txt|xml)$/i, MOST_HEADS)) {
      files.set(path, { path, head: await given.read(path, HEAD_BYTES) });
    }
    const jsons = paths.filter((path) =>
      /(?:panoptic|instances|stuff_|_annotations\.coco)[^/]*\.json$/i.test(path),
    );
    for (const path of new Set([...jsons, ...sample(paths, /\.json$/i, MOST_JSON)].slice(0, MOST_JSON))) {
      try {
        files.set(path, { path, json: await readJson(given, path) });
      } catch {
        signal?.throwIfAborted();
        // A file that is no JSON speaks for no format.
        files.set(path, { path, json: null });
      }
    }
  }
  return recogniseFiles([...files.values()]);
}

/** A few files of each folder with one of these endings. */
function sample(paths: readonly string[], ending: RegExp, most: number): string[] {
  const counts = new Map<string, number>();
  return paths
    .filter((path) => {
      if (!ending.test(path)) return false;
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const count = counts.get(folder) ?? 0;
      counts.set(folder, count + 1);
      return count < MOST_PER_FOLDER;
    })
    .slice(0, most);
}

/** `recognise` for files that you have listed yourself. The function is pure: it knows only what you give. */
export function recogniseFiles(files: readonly CandidateFile[]): Candidate[] {
  return FORMATS.flatMap((format) => {
    const found = format.detect(files);
    return found === null ? [] : [{ format, ...found }];
  }).sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ confidence, lacks }: Candidate): number {
  return RANKS.indexOf(confidence) * 2 + (lacks === undefined ? 0 : 1);
}
