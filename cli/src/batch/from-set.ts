/**
 * A data set in any format as the source of a batch. Its masks are decoded here, one by one, and the threads make the
 * outputs of them.
 *
 * A mask is up to date if its label map is the same as before. So the set is read again in each run, whatever its files are.
 */

import type { DataSet, SetItem } from "labelmap/formats";
import { UsageError } from "../usage-error.js";
import type { SourceProvider, Task } from "./sources.js";

/** Label maps take four bytes for each pixel. This many keep the threads busy, since the masks come one by one. */
const MOST_MAPS = 8;

export interface SetTasks {
  readonly tasks: readonly Task[];
  readonly source: SourceProvider;
  /** The name of each task's photo in the set, if it has one. */
  readonly photos: ReadonlyMap<string, string>;
}

/**
 * The outputs are in one folder, so `val/street` becomes `val_street`.
 *
 * @throws {UsageError}: two images would have the same output files
 */
export async function fromSet(set: DataSet): Promise<SetTasks> {
  const items = new Map<string, SetItem>();
  const photos = new Map<string, string>();
  for await (const item of set) {
    const job = item.name.replaceAll("/", "_");
    const other = items.get(job);
    if (other !== undefined) {
      throw new UsageError(
        `the images ${other.name} and ${item.name} would have the same output files; rename one of them`,
      );
    }
    items.set(job, item);
    if (item.photo !== null) photos.set(job, item.photo.slice(item.photo.lastIndexOf("/") + 1));
  }
  const source: SourceProvider = {
    isRechecked: true,
    mostLoaded: MOST_MAPS,
    load: async ({ job }) => ({ map: await items.get(job)!.map() }),
  };
  return { tasks: Array.from(items.keys(), (job) => ({ job })), source, photos };
}
