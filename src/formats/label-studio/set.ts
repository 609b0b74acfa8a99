/** Whole exports of Label Studio: JSON files with many tasks. The export holds no photos; they may lie beside it. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, quote } from "../../checks/describe.js";
import { FormatError, type Issue, LabelMapError } from "../../errors.js";
import { checkPath, readJson } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { finderOf, lastPart } from "../shared/find-files.js";
import { readImageSize } from "../shared/image-size.js";
import { addNames, listOfNames } from "../shared/names-in-files.js";
import { dataSetOf, type ListedItem, pathsOf, withoutEnding } from "../shared/set-reading.js";
import { detect } from "./detect.js";
import { labelStudio } from "./index.js";
import { decodeLabelStudio, type LabelStudioReadOptions, labelsOf } from "./read.js";

/** How an export of Label Studio is read. */
export interface LabelStudioSetReadOptions
  extends Omit<LabelStudioReadOptions, "annotation">,
    AbortableOptions {}

/**
 * Reads the exports called JSON in a folder (not JSON-MIN). Each task is an image, called like its photo, without the eight
 * digits that Label Studio puts before the name of an upload. If several photos have one name, the ids of the tasks follow.
 * Of each task, the first annotation is read that was not skipped. Tasks without one are left out, and an issue counts them.
 *
 * A task whose annotation has no region says no size: it gets the size of its photo, or the option `size`. The classes are
 * the labels that occur, numbered from 1 in the order of their names.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no export, or no task has an annotation.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readLabelStudioSet<const Given extends object = LabelStudioSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, LabelStudioSetReadOptions>,
): Promise<DataSet>;
export async function readLabelStudioSet(
  source: FileSource,
  options: LabelStudioSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "order size things maxPixels signal", "the options");
  const { signal, ...reading } = options;
  const abortable = abortableSource(source, signal);
  const paths = await pathsOf(abortable);
  const find = finderOf(paths);
  const tasks: Task[] = [];
  const files: string[] = [];
  const issues: Issue[] = [];
  const names = new Set<string>();
  for (const path of paths.filter((each) => /\.json$/i.test(each))) {
    const json = await readJson(abortable, path);
    const list: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (!isExport(path, json, list)) continue;
    files.push(path);
    const without: string[] = [];
    list.forEach((task, place) => {
      const where = Array.isArray(json) ? `${path}[${place}]` : path;
      if (!isAnnotated(task)) {
        without.push(where);
        return;
      }
      tasks.push({ task, where, file: photoNameOf(task) });
      addNames(names, namesIn(task));
    });
    if (without.length === 0) continue;
    const message = `${path}: ${counted(without.length, "task has", "tasks have")} no annotation that was not skipped, first ${quote(without[0]!)}.`;
    issues.push({ code: "task-without-annotation", message, path });
  }
  if (files.length > 0 && tasks.length === 0) {
    const problem = "no task has an annotation that was not skipped";
    throw new FormatError(
      "FORMAT_INVALID",
      files[0]!,
      `${problem}; export the project again when it has some.`,
    );
  }
  const listed = withNames(tasks).map(({ task, where, file, name }): ListedItem => {
    const photo = file === null ? null : (find(file) ?? find(withoutPrefix(file)));
    return {
      ...{ name, photo, split: null, mask: where },
      decode: async () => decodeTask(abortable, task, photo, reading),
    };
  });
  return dataSetOf(labelStudio, listed, {
    reason: `${labelStudio.title}: ${files.join(", ")} (${counted(listed.length, "task")}).`,
    classes: async () => listOfNames(names),
    issues,
    signal,
  });
}

interface Task {
  readonly task: Readonly<Record<string, unknown>>;
  /** The path of the file and the place of the task, for messages. */
  readonly where: string;
  /** The name of the photo's file, if the task says it. */
  readonly file: string | null;
}

/** Whether a JSON file is an export. Its tasks may all be without a region that is drawn. */
function isExport(path: string, json: unknown, list: readonly unknown[]): boolean {
  if (detect([{ path, json }]) !== null) return true;
  const [first] = list;
  return isObject(first) && isObject(first.data) && Array.isArray(first.annotations ?? first.completions);
}

function annotationsOf(task: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!isObject(task)) return [];
  const annotations = task.annotations ?? task.completions;
  return Array.isArray(annotations) ? annotations.filter(isObject) : [];
}

function isAnnotated(task: unknown): task is Readonly<Record<string, unknown>> {
  return annotationsOf(task).some(({ was_cancelled }) => was_cancelled !== true);
}

const regionsOf = (task: unknown) =>
  annotationsOf(task).flatMap(({ result }) => (Array.isArray(result) ? result.filter(isObject) : []));

const namesIn = (task: unknown) =>
  regionsOf(task).flatMap(({ value }) => (isObject(value) ? labelsOf(value) : []));

async function decodeTask(
  source: FileSource,
  task: Readonly<Record<string, unknown>>,
  photo: string | null,
  options: LabelStudioReadOptions,
) {
  const saysSize = regionsOf(task).some(({ original_width: width }) => typeof width === "number");
  const isKnown = saysSize || options.size !== undefined || photo === null;
  return decodeLabelStudio(
    task,
    isKnown ? options : { ...options, size: await readImageSize(source, photo) },
  );
}

const IMAGE = /\.(?:jpe?g|png|webp|bmp|tiff?|gif)(?:$|\?|#)/i;

/** The name of the file that a task is about: the value of `data` that names an image. */
function photoNameOf({ data }: Readonly<Record<string, unknown>>): string | null {
  const values = isObject(data) ? [data.image, ...Object.values(data)] : [];
  const address = values.find((value): value is string => typeof value === "string" && IMAGE.test(value));
  if (address === undefined) return null;
  // Local files are served as /data/local-files/?d=folder/a.jpg.
  const local = /[?&]d=([^&#]+)/.exec(address)?.[1];
  const path = local ?? address.replace(/[?#].*$/, "");
  try {
    return lastPart(decodeURIComponent(path));
  } catch {
    return lastPart(path);
  }
}

/** `street.jpg` of the upload `1a2b3c4d-street.jpg`. */
const withoutPrefix = (file: string) => file.replace(/^[0-9a-f]{8}-(?=.)/, "");

/** A name for each task, no two of them equal. */
function withNames(tasks: readonly Task[]): (Task & { readonly name: string })[] {
  const stems = tasks.map(({ file, task, where }) => {
    const stem = file === null ? "" : withoutEnding(withoutPrefix(file));
    return isName(stem) ? stem : `task-${idOf(task) ?? where.replace(/.*\[(\d+)\]$/, "$1")}`;
  });
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return tasks.map((each, place) => {
    const stem = stems[place]!;
    const id = idOf(each.task);
    return { ...each, name: counts.get(stem) === 1 || id === null ? stem : `${stem}-${id}` };
  });
}

const idOf = ({ id }: Readonly<Record<string, unknown>>) =>
  Number.isSafeInteger(id) ? (id as number) : null;

function isName(name: string): boolean {
  try {
    return checkPath(name) !== "";
  } catch (error) {
    if (error instanceof LabelMapError) return false;
    throw error;
  }
}
