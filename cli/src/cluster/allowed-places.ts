/// <reference types="node" />
/**
 * The places that a worker may write to. A task in the queue names its output place, and anyone who can write to Redis can
 * add tasks. So the worker uses a place only if it lies in one that the worker itself was started with.
 */

import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from "node:path";
import { invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { schemeOf } from "../batch/open-storage.js";
import { parseS3 } from "./s3-address.js";

/**
 * The default is the directory that the worker was started in, with all that is below it. Containers often start in the
 * root directory, which would allow everything: there nothing is allowed by default.
 */
export function defaultPlaces(directory: string = process.cwd()): readonly string[] {
  return parse(directory).root === directory ? [] : [directory];
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkPlaces(places: unknown): readonly string[] {
  const isPlace = (place: unknown) =>
    typeof place === "string" &&
    place !== "" &&
    (schemeOf(place) === undefined || parseS3(place) !== undefined);
  if (Array.isArray(places) && places.every(isPlace)) return places;
  throw invalid("allowOut must contain directories or addresses of the form s3://bucket/prefix.");
}

/** @throws {BatchError} OUT_NOT_ALLOWED: the place does not lie in any of the allowed places. */
export async function checkAllowed(out: string, places: readonly string[]): Promise<void> {
  for (const place of places) {
    if (await isIn(place, out)) return;
  }
  const allowed = places.length === 0 ? "no place" : places.join(", ");
  const message = `this worker may not write to ${out}, only to ${allowed}; start it with --allow-out ${out}, then retry the job`;
  throw new BatchError("OUT_NOT_ALLOWED", message);
}

async function isIn(place: string, out: string): Promise<boolean> {
  const [outer, inner] = [parseS3(place), parseS3(out)];
  if (outer !== undefined || inner !== undefined) {
    if (outer === undefined || inner === undefined || outer.bucket !== inner.bucket) return false;
    // Some servers store objects as files, and resolve steps such as `..`.
    if (inner.prefix.split("/").some((step) => step === "." || step === "..")) return false;
    return outer.prefix === "" || `${inner.prefix}/`.startsWith(`${outer.prefix}/`);
  }
  const [step] = relative(await realPlace(place), await realPlace(out)).split(sep);
  return step !== ".." && !isAbsolute(step!);
}

/** The absolute path without links. Folders at its end that do not exist yet are kept as they are. */
async function realPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === absolute) return absolute;
    return join(await realPlace(parent), basename(absolute));
  }
}
