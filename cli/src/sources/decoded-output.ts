/// <reference types="node" />
/**
 * Output directories of `labelmap decode` and `fetch` whose arrays and PNGs hold no class ids. Their numbers are those of the
 * labels in each image's own result, numbers of objects, or both in one. As class ids they would be read wrongly, so the
 * command says what they are.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ClassList } from "labelmap";
import type { SetFormat } from "labelmap/formats";
import { BatchError } from "../batch/batch-error.js";
import { MANIFEST, parseRecords } from "../batch/manifest.js";
import { parsePlan } from "../batch/output-plan.js";
import type { TaskRecord } from "../batch/record.js";
import { UsageError } from "../usage-error.js";
import type { OpenedFiles } from "./open-files.js";

/** What the values of each map are, for people. Those of a semantic map are class ids. */
const VALUES: Readonly<Record<string, string>> = {
  label: "the number of a label in the mask's own result",
  instance: "the number of an object, without its class",
  panoptic: "a class id times the divisor, plus the number of an object",
};

/** The folders of an output directory whose files are read as these formats. */
const FOLDERS: Readonly<Partial<Record<SetFormat, readonly string[]>>> = {
  npy: ["npy"],
  "label-png": ["png"],
};

/** What a folder holds instead of class ids, and what to do. */
export interface OtherValues {
  readonly problem: string;
  readonly remedy: string;
  /** What each value is, for people. */
  readonly meaning: string;
  /** The value of unlabelled pixels in maps of labels. */
  readonly unlabelled?: number;
  /** Of panoptic values: how they are read. */
  readonly panoptic?: { readonly classes: ClassList; readonly divisor: number };
}

/** What is unlabelled in a map of labels, by its type. */
const UNLABELLED = { int32: -1, uint8: 255, uint16: 65_535 };
/** What `divisor` of a target is if it is missing. */
const DIVISOR = 1000;

/** Reads a file beside or above the files of a source; `undefined` if there is none. */
type Read = (path: string) => Promise<Uint8Array | undefined>;

/**
 * Whether the arrays or PNGs of a source were decoded to something else than class ids.
 *
 * @param format what the files are read as; `undefined` if no format is recognised
 * @returns `undefined` if they hold class ids, or if no `decode` has made them
 * @throws what reading the source throws
 */
export async function otherValues(
  { source, root }: Pick<OpenedFiles, "source" | "root">,
  format: SetFormat | undefined,
): Promise<OtherValues | undefined> {
  const folders = format === undefined ? ["npy", "png"] : FOLDERS[format];
  if (folders === undefined) return undefined;
  const paths = new Set(await source.list());
  const read: Read = async (path) => (paths.has(path) ? source.read(path) : undefined);
  for (const path of paths) {
    if (path !== MANIFEST && !path.endsWith(`/${MANIFEST}`)) continue;
    const found = await valuesIn(path.slice(0, -MANIFEST.length), read, folders);
    if (found !== undefined) return found;
  }
  // The folder `npy` of an output directory may be named by itself.
  const above = root === null ? undefined : dirname(root);
  if (above === undefined || above === root || !folders.some((name) => join(above, name) === root)) return;
  const onDisk: Read = async (path) => (existsSync(path) ? readFile(path) : undefined);
  return valuesIn(`${above}/`, onDisk, folders);
}

/** @throws {UsageError}: the files are read as this format, but hold no class ids */
export async function checkValues(files: OpenedFiles, format: SetFormat): Promise<void> {
  const values = await otherValues(files, format);
  if (values !== undefined) throw new UsageError(`${files.name}: ${values.problem}; ${values.remedy}`);
}

/** @param place the output directory, with its `/` */
async function valuesIn(
  place: string,
  read: Read,
  folders: readonly string[],
): Promise<OtherValues | undefined> {
  const manifest = await read(`${place}${MANIFEST}`);
  if (manifest === undefined) return undefined;
  const plans = new Set<string>();
  for (const { format, status, options } of recordsOf(manifest)) {
    if (status === "done" && folders.includes(format)) plans.add(options);
  }
  for (const id of plans) {
    const bytes = await read(`${place}options/${id}.json`);
    const plan = bytes === undefined ? undefined : parsePlan(new TextDecoder().decode(bytes), id);
    const { target, classes } = plan ?? {};
    if (plan === undefined || target === undefined || target.map === "semantic") continue;
    const { map, dtype = "int32" } = target;
    const divisor = map === "panoptic" ? (target.divisor ?? DIVISOR) : undefined;
    return {
      problem: `the files in ${plan.format}/ were made with --map ${map}: each value is ${VALUES[map]}, not a class id`,
      remedy:
        "give the masks that they were made from, or decode those masks with --map semantic to another directory",
      meaning: VALUES[map]!,
      ...(map === "label" && { unlabelled: UNLABELLED[dtype] }),
      ...(divisor !== undefined &&
        classes !== undefined && { panoptic: { classes: ClassList.fromJSON(classes), divisor } }),
    };
  }
  return undefined;
}

/** The records of a manifest; none if another program wrote the file. */
function recordsOf(manifest: Uint8Array): Iterable<TaskRecord> {
  try {
    return parseRecords(manifest, MANIFEST).values();
  } catch (error) {
    if (error instanceof BatchError) return [];
    throw error;
  }
}
