/// <reference types="node" />
/**
 * The masks of a data set in any format, for `labelmap view`. The page reads colour masks with legends, so each mask is made
 * into one when the page asks for it. The last few are kept, because the page asks for a mask and its legend one by one.
 */

import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { encodeColourMask, type SetItem } from "labelmap/formats";
import { statFiles, versionsOf } from "./set-versions.js";
import type { OpenedSet } from "./sources/open-set.js";
import type { Viewed, ViewedMask } from "./view-files.js";

/** The page has a few requests at a time. */
const MOST_KEPT = 8;

interface Made {
  readonly png: Uint8Array;
  readonly legend: string;
}

/** @throws what the items of the set throw */
export async function viewedItems({ set, root, source }: OpenedSet): Promise<Viewed> {
  // Before the masks are listed: what changes meanwhile is a change.
  const files = root === null ? null : await statFiles(root, await source.list());
  const kept = new Map<string, Promise<Made>>();
  const make = (item: SetItem): Promise<Made> => {
    const known = kept.get(item.name);
    if (known !== undefined) return known;
    const made = item.map().then((map) => {
      const { png, legend } = encodeColourMask(map);
      return { png, legend: JSON.stringify({ legend }) };
    });
    kept.set(item.name, made);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT) kept.delete(oldest!);
    // A mask that cannot be read today may be repaired.
    made.catch(() => kept.delete(item.name));
    return made;
  };
  // A photo in a zip file is on no disk.
  const fileOf = async (photo: string) => {
    const path = `photos/${photo}`;
    if (root === null) return { path, make: () => source.read(photo) };
    return { path, realPath: await realpath(join(root, photo)) };
  };
  const masks: ViewedMask[] = [];
  for await (const item of set) {
    const { name, photo } = item;
    masks.push({
      name,
      mask: { path: `set/${name}.png`, make: async () => (await make(item)).png },
      result: {
        path: `set/${name}.json`,
        make: async () => new TextEncoder().encode((await make(item)).legend),
      },
      legend: null,
      photo: photo === null ? null : await fileOf(photo),
    });
  }
  if (files === null) return { masks, leftOut: [] };
  const { versionOf, folders } = versionsOf(
    files,
    masks.map(({ name }) => name),
  );
  return {
    masks: masks.map((mask) => ({ ...mask, version: versionOf(mask.name) })),
    leftOut: [],
    folders,
  };
}
