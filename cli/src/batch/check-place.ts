/// <reference types="node" />
/** Whether a directory could be made and locked. `--dry-run` asks, and writes nothing. */

import { constants, type Stats } from "node:fs";
import { access, lstat, opendir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { storageError, WORK_FOLDER } from "./directory-storage.js";
import { checkIsPath } from "./lock.js";

/**
 * Finds out, without writing anything, whether the directory could be made and locked.
 *
 * @throws what a run throws before its first file, except BATCH_LOCKED
 */
export async function checkPlace(directory: string): Promise<void> {
  checkIsPath(directory);
  const folder = resolve(directory, WORK_FOLDER);
  let existing = folder;
  try {
    // A drive of Windows may be missing. Nothing is above it.
    while ((await infoOf(existing)) === undefined && dirname(existing) !== existing) {
      existing = dirname(existing);
    }
    if (existing === folder && !(await stat(folder)).isDirectory()) throw systemError("EEXIST", folder);
    // A run reads the directory itself. Into the folders above, it only writes.
    if (existing === folder || existing === dirname(folder)) await (await opendir(existing)).close();
    else if (!(await stat(existing)).isDirectory()) throw systemError("ENOTDIR", existing);
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw storageError(folder, error);
  }
}

/** What has this path; `undefined` if nothing has it. @throws the system's error; EEXIST: a link that leads nowhere */
async function infoOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Below a file there is nothing. The file is found next.
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    const isLink = await lstat(path).then(Boolean, () => false);
    if (isLink) throw systemError("EEXIST", path);
    return undefined;
  }
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
