/// <reference types="node" />
/** Goes through a data set, image by image. Only one mask is in memory at a time. */

import { type LabelMap, LabelMapError } from "labelmap";
import type { DataSet, SetItem } from "labelmap/formats";
import { startProgress } from "../progress.js";
import type { MaskFile, WatchedSource } from "./watched-source.js";

/** An image whose turn it is. */
export interface SeenImage {
  /** Its place in the set, from 0. */
  readonly place: number;
  readonly item: SetItem;
  /** `null` if it cannot be decoded. */
  readonly map: LabelMap | null;
  /** Why it cannot be decoded. */
  readonly failure: Failure | null;
  /** The PNGs that were read for it. */
  readonly files: readonly MaskFile[];
}

/** An image that cannot be decoded. */
export interface Failure {
  readonly name: string;
  /** A code of the library, or the system's: `EACCES`. */
  readonly code: string;
  readonly message: string;
}

/** @throws what is neither an error of the library nor of the system */
export async function* walk(
  set: DataSet,
  source: WatchedSource,
  { isQuiet }: { readonly isQuiet: boolean },
): AsyncGenerator<SeenImage> {
  const progress = await startProgress(set.count, { isQuiet });
  let [place, failed] = [0, 0];
  try {
    for await (const item of set) {
      source.take();
      const seen = await see(item);
      yield { place, item, ...seen, files: source.take() };
      place++;
      if (seen.failure !== null) failed++;
      progress.update({ done: place - failed, failed, kept: 0, failedBefore: 0 });
    }
  } finally {
    progress.stop();
  }
}

async function see(item: SetItem): Promise<Pick<SeenImage, "map" | "failure">> {
  try {
    return { map: await item.map(), failure: null };
  } catch (error) {
    return { map: null, failure: failureOf(item.name, error) };
  }
}

/** @throws the error itself, if it is a defect of the program */
export function failureOf(name: string, error: unknown): Failure {
  const isSystems = error instanceof Error && "syscall" in error && "code" in error;
  if (!isSystems && !(error instanceof LabelMapError)) throw error;
  if (error instanceof LabelMapError && error.code === "INTERNAL") throw error;
  return { name, code: String((error as { code: unknown }).code), message: (error as Error).message };
}
