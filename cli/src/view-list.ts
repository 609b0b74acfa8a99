/// <reference types="node" />
/** The list of the masks as the page reads it, and the folders that it depends on. */

import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { MadeFile, Viewed, ViewedFile, ViewedMask } from "./view-files.js";

/** The prefix of the user's files. Because of it they never hide a file of the explorer. */
export const USER_FILES = "files/";

/** A mask as the page reads it. URLs are relative to the list. */
export interface ListedMask {
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
  readonly image: string | null;
  /** The name of a palette. */
  readonly legend?: string;
}

export function toListed({ name, mask, result, legend, photo }: ViewedMask): ListedMask {
  const urlOf = <File extends ViewedFile | MadeFile>({ path }: File) =>
    USER_FILES + path.split("/").map(encodeURIComponent).join("/");
  const palette = legend === null ? {} : { legend };
  return {
    name,
    mask: urlOf(mask),
    result: result && urlOf(result),
    image: photo && urlOf(photo),
    ...palette,
  };
}

/** Another text whenever one of the mask's files has changed, or one that they may be made from. */
export async function versionOf({ mask, result, photo, version = "" }: ViewedMask): Promise<string> {
  const versions = await Promise.all(
    [mask, result, photo].map(async (file) => {
      if (file === null || "make" in file) return "";
      const about = await stat(file.realPath).catch(() => undefined);
      return about === undefined ? "" : `${about.mtimeMs} ${about.size}`;
    }),
  );
  return [...versions, version].join(", ");
}

/** The folders of all files, and those above them, up to `root`. */
export function foldersOf({ masks, folders: known = [] }: Viewed, root: string | null): ReadonlySet<string> {
  const folders = new Set(root === null ? known : [root, ...known]);
  for (const { mask, result, photo } of masks) {
    for (const file of [mask, result, photo]) {
      if (file === null || "make" in file) continue;
      let folder = dirname(file.realPath);
      while (!folders.has(folder)) {
        folders.add(folder);
        if (root === null || !folder.startsWith(root)) break;
        folder = dirname(folder);
      }
    }
  }
  return folders;
}
