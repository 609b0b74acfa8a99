/** Turns files that were dropped or are served into the masks of the page. */
import { batch } from "@preact/signals";
import { pairFiles } from "labelmap/dataset";
import { findLegends } from "../../src/legend-files.js";
import { addCompared, replacePairs } from "./compare/compare-state.js";
import { walkedPairs } from "./dataset/filter.js";
import type { PathFile } from "./files/dropped-files.js";
import { type MaskPair, type Source, sourceOfFile } from "./files/mask-pair.js";
import { servedList } from "./files/served-files.js";
import { counted } from "./format.js";
import { dismiss, type Notice, noticeOf, post } from "./notices.js";
import { type Outcome, openMask, report } from "./open-mask.js";
import { addressedMask, arrive } from "./page-history.js";
import { opened, pairs, view } from "./state.js";

export async function openFiles(files: readonly PathFile[]): Promise<void> {
  const fileOf = byPath(files);
  const sourceOf = (path: string | null) => (path === null ? null : sourceOfFile(path, fileOf.get(path)!));
  const { pairs: found, ignored, ...paired } = pairFiles([...fileOf.keys()]);
  const others = [...paired.withoutMask, ...ignored];
  const legends = findLegends(
    found.filter(({ result }) => result === null).map(({ mask }) => mask),
    others,
    { areChosen: others.every((path) => !path.includes("/")) },
  );
  const isUsed = new Set(legends.values());
  const withoutMask = paired.withoutMask.filter((path) => !isUsed.has(path));
  if (found.length === 0) {
    const newest = completed(pairs.value, others, (path) => sourceOfFile(path, fileOf.get(path)!));
    if (newest.size > 0) await openCompleted(newest);
    else post("opening", { kind: "error", ...nothingToShow(withoutMask, ignored) });
    return;
  }
  const masks = found.map(({ name, mask, result, photo }) => ({
    name,
    mask: sourceOf(mask)!,
    result: sourceOf(result ?? legends.get(mask) ?? null),
    photo: sourceOf(photo),
  }));
  if (pairs.value.length === 0) await openPairs(masks, withoutMask.length);
  else if (view.value === "compare") addCompared(masks);
  else await addPairs(masks, withoutMask.length);
}

/** @returns the URL of the stream that says when the list or its files change; `null` if there is none */
export async function openServed(listUrl: string): Promise<string | null> {
  try {
    const { pairs, changes } = await servedList(listUrl);
    await openPairs(pairs);
    return changes;
  } catch (error) {
    report("opening", error, listUrl);
    return null;
  }
}

/** Several dropped folders, or files from several folders, may have the same name. */
function byPath(files: readonly PathFile[]): Map<string, File> {
  const fileOf = new Map<string, File>();
  for (const { path, file } of files) {
    let free = path;
    for (let count = 2; fileOf.has(free); count++) free = `(${count})/${path}`;
    fileOf.set(free, file);
  }
  return fileOf;
}

/** So many masks are first shown together. Two are there to be compared. */
const LEAST_FOR_DATASET = 3;

async function openPairs(masks: readonly MaskPair[], withoutMask = 0): Promise<void> {
  if (masks.length === 0) {
    post("opening", { kind: "error", text: "The list contains no masks.", advice: "Drop a mask instead." });
    return;
  }
  dismiss("ignored files");
  const addressed = addressedMask(masks);
  await arrive(async () => {
    const outcome = await openFirst(addressed === null ? masks : [addressed, ...masks]);
    const isListed = outcome === "failed" && masks.length > 1 && opened.value === null;
    if (outcome === "shown" || isListed) {
      pairs.value = masks;
      if (masks.length >= LEAST_FOR_DATASET) view.value = "dataset";
    }
    if (outcome === "shown") reportIgnored(withoutMask);
  });
}

/**
 * Adds masks to those that are open, and shows the first one that is not broken. A mask with the name of an open one takes
 * its place.
 */
async function addPairs(masks: readonly MaskPair[], withoutMask: number): Promise<void> {
  dismiss("ignored files");
  dismiss("added");
  // The pictures of all masks show the broken ones, too.
  if (view.value !== "dataset" && (await openFirst(masks)) === "failed") return;
  const openOf = new Map(pairs.value.map((pair) => [pair.name, pair]));
  const isNew = (mask: MaskPair) => !openOf.has(mask.name);
  const added = masks.filter(isNew);
  batch(() => {
    replacePairs(new Map(masks.filter((mask) => !isNew(mask)).map((mask) => [openOf.get(mask.name)!, mask])));
    pairs.value = [...pairs.value, ...added];
  });
  const replaced = masks.length - added.length;
  const texts = [
    ...(added.length > 0 ? [`${counted(added.length, "mask")} added.`] : []),
    ...(replaced > 0
      ? [`${counted(replaced, "mask")} replaced, because the dropped files have the same names.`]
      : []),
  ];
  post("added", { kind: "info", text: `${texts.join(" ")} ${counted(pairs.value.length, "mask")} open.` });
  reportIgnored(withoutMask);
}

function reportIgnored(count: number): void {
  if (count === 0) return;
  const belongs = count === 1 ? "it belongs" : "they belong";
  const text = `${counted(count, "file")} ignored: ${belongs} to no mask. ${MATCHING}`;
  post("ignored files", { kind: "info", text });
}

/** Opens the next (1) or previous (-1) mask that is not broken, as the data set is sorted and filtered. */
export async function openNeighbour(step: 1 | -1): Promise<void> {
  const masks = walkedPairs.value;
  const place = opened.value === null ? -1 : masks.indexOf(opened.value.pair);
  const others = step === 1 ? masks.slice(place + 1) : masks.slice(0, Math.max(0, place)).reverse();
  if (others.length > 0) await openFirst(others);
}

/** Opens the first mask that is not broken, and reports the first one that is. */
export async function openFirst(masks: readonly MaskPair[]): Promise<Outcome> {
  let outcome: Outcome = "failed";
  let failure: Notice | null = null;
  for (const mask of masks) {
    outcome = await openMask(mask, { earlierFailure: failure });
    if (outcome !== "failed") break;
    failure = noticeOf("opening");
  }
  return outcome;
}

/**
 * Open masks, completed with results, legends and photos that were dropped without a mask. They are matched by name. If
 * only one mask is open, it takes them whatever their names are. A legend without the name of a mask is for all masks
 * that have no result.
 */
function completed(
  masks: readonly MaskPair[],
  paths: readonly string[],
  sourceOf: (path: string) => Source,
): Map<MaskPair, MaskPair> {
  const maskOf = new Map(masks.map((pair) => [`${pair.name}.png`, pair]));
  const newest = new Map<MaskPair, MaskPair>();
  for (const { mask, result, photo } of pairFiles([...maskOf.keys(), ...paths]).pairs) {
    const pair = maskOf.get(mask)!;
    if (result === null && photo === null) continue;
    newest.set(pair, {
      ...pair,
      result: result === null ? pair.result : sourceOf(result),
      photo: photo === null ? pair.photo : sourceOf(photo),
    });
  }
  if (newest.size > 0) return newest;
  // A single mask takes another legend in place of its own.
  const open = masks.length === 1 ? masks : masks.filter(({ result }) => result === null);
  const byName = new Map(open.map((pair) => [`${pair.name}.png`, pair]));
  for (const [mask, legend] of findLegends([...byName.keys()], paths, { areChosen: true })) {
    const pair = byName.get(mask)!;
    newest.set(pair, { ...pair, result: sourceOf(legend) });
  }
  return newest;
}

async function openCompleted(newest: ReadonlyMap<MaskPair, MaskPair>): Promise<void> {
  const isInView = view.value === "one";
  const before = opened.value?.pair;
  const [other] = newest.keys();
  const replaced = before !== undefined && newest.has(before) ? before : isInView ? other : undefined;
  if (replaced === undefined) {
    replacePairs(newest);
    const text = `${counted(newest.size, "mask")} updated with the dropped files.`;
    post("opening", { kind: "info", text });
    return;
  }
  const onShown = () => replacePairs(newest);
  const outcome = await openMask(newest.get(replaced)!, { isInView, onShown });
  // A broken mask does not keep the other masks from getting their files.
  if (outcome !== "shown") {
    replacePairs(new Map([...newest].filter(([pair]) => outcome !== "failed" || pair !== replaced)));
  }
}

const MATCHING = "Use matching names, such as street.png and street.json.";

function nothingToShow(withoutMask: readonly string[], ignored: readonly string[]) {
  if (pairs.value.length > 0 && withoutMask.length > 0) {
    const [first] = withoutMask;
    const what =
      withoutMask.length === 1 ? `${first} belongs` : `${first} and the files dropped with it belong`;
    return { text: `${what} to no open mask.`, advice: MATCHING };
  }
  const [name] = [...withoutMask, ...ignored];
  const count = withoutMask.length + ignored.length;
  const what =
    name === undefined
      ? "No files were dropped."
      : count === 1
        ? notAMask(name)
        : `None of the ${count} files (${name}, …) is a PNG, so there is no mask to open.`;
  return { text: what, advice: "Drop a mask and its result together, such as street.png and street.json." };
}

function notAMask(name: string): string {
  const mask = name.replace(/_image(?=\.png$)/i, "");
  return mask === name
    ? `${name} is not a PNG, so it cannot be a mask.`
    : `${name} is named as the photo of ${mask}, which is missing.`;
}
