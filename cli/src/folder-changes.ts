/// <reference types="node" />
/** Tells when anything in some folders changes. It watches only while somebody listens. */

import { type FSWatcher, statSync, watch } from "node:fs";

/** Changes that come together are told once. A file that is written in parts changes many times. */
const WAIT_MILLISECONDS = 200;
/** Systems limit how many folders a program can watch. */
const MOST_FOLDERS = 1000;

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that was deleted and made again has another number. */
  readonly inode: number;
}

export class FolderChanges {
  readonly #watched = new Map<string, Watched>();
  readonly #listeners = new Set<() => void>();
  #folders: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param folders to watch from now on, without those below them; at most 1000 are watched. */
  setFolders(folders: Iterable<string>): void {
    this.#folders = new Set([...new Set(folders)].slice(0, MOST_FOLDERS));
    if (this.#listeners.size > 0) this.#update();
  }

  /** @returns a function that stops listening */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#update();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#closeAll();
    };
  }

  #update(): void {
    for (const [folder, { inode }] of this.#watched) {
      if (!this.#folders.has(folder) || inodeOf(folder) !== inode) this.#close(folder);
    }
    for (const folder of this.#folders) if (!this.#watched.has(folder)) this.#open(folder);
  }

  #open(folder: string): void {
    const inode = inodeOf(folder);
    if (inode === undefined) return;
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#tellSoon());
      watcher.on("error", () => this.#close(folder));
      this.#watched.set(folder, { watcher, inode });
    } catch {
      // The system watches no more folders, or does not allow it. A reload still shows what has changed.
    }
  }

  #close(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }

  #closeAll(): void {
    for (const folder of [...this.#watched.keys()]) this.#close(folder);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const listener of [...this.#listeners]) listener();
    }, WAIT_MILLISECONDS);
  }
}

/** `undefined` if there is no such folder. */
function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}
