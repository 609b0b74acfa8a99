/// <reference types="node" />
/**
 * When the files of a data set change: which of its masks may be others now, and the folders to watch.
 *
 * Only the format knows which files a mask is made from, and many are made from a list that all share. So a mask's own files
 * are those that have its name, and every other file of the set counts for all masks. A change is never missed; at worst,
 * masks are read again that are the same.
 */

import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface SetVersions {
  /** Another text if a file has changed that the mask of this name may be made from. */
  versionOf(name: string): string;
  /** Absolute. */
  readonly folders: readonly string[];
}

/** Files of these kinds may also be lists for all masks, such as `train.txt`. */
const TEXT = /\.(?:json|txt|xml|ya?ml|csv|tsv)$/i;

/** The files of a set as they were at one time. */
export interface SetFiles {
  /** The folder on disk that the paths begin in. */
  readonly root: string;
  /** With `/`. */
  readonly paths: readonly string[];
  /** Of each path: another text if the file has changed. */
  readonly versions: readonly string[];
}

/** Call it before the masks are read: a file that changes afterwards then has another version than the one it was read in. */
export async function statFiles(root: string, paths: readonly string[]): Promise<SetFiles> {
  const versions = await Promise.all(
    paths.map(async (path) => {
      const about = await stat(join(root, path)).catch(() => undefined);
      return about === undefined ? path : `${path} ${about.mtimeMs} ${about.size}`;
    }),
  );
  return { root, paths, versions };
}

/** @param names of the masks */
export function versionsOf({ root, paths, versions }: SetFiles, names: Iterable<string>): SetVersions {
  const isMask = new Set(names);
  const ownerOf = new Map(paths.map((path) => [path, ownerIn(path, isMask)]));
  const textsOfAll = new Set(
    paths.filter((path) => TEXT.test(path) && ownerOf.get(path) === undefined).map((path) => dirname(path)),
  );
  const own = new Map<string, string[]>();
  const shared = createHash("sha256");
  paths.forEach((path, place) => {
    const owner = ownerOf.get(path);
    // A list may have the name of a mask. Beside it are lists that have none.
    const isOwn = owner !== undefined && !(TEXT.test(path) && textsOfAll.has(dirname(path)));
    if (isOwn) own.set(owner, [...(own.get(owner) ?? []), versions[place]!]);
    else shared.update(`${versions[place]}\n`);
  });
  const ofAll = shared.digest("base64url");
  return {
    versionOf: (name) => [...(own.get(name) ?? []), ofAll].join("; "),
    folders: [...new Set(paths.map((path) => dirname(join(root, path))))],
  };
}

/** The mask whose name a path ends with, apart from its ending: `a/b` of `labels/a/b.txt`, or of `a/b.png.json`. */
function ownerIn(path: string, names: ReadonlySet<string>): string | undefined {
  const parts = path.split("/");
  for (let ending = parts.at(-1)!; ending.includes("."); ) {
    ending = ending.replace(/\.[^.]*$/, "");
    for (let depth = 0; depth < parts.length; depth++) {
      const name = [...parts.slice(depth, -1), ending].join("/");
      if (names.has(name)) return name;
    }
  }
  return undefined;
}
