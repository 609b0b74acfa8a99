/** Turns files that were dropped or are served into the masks of the page. */
import { pairFiles } from "labelmap/dataset";
import { findLegends } from "../../src/legend-files.js";
import { addCompared, replacePairs } from "./compare/compare-state.js";
import type { PathFile } from "./files/dropped-files.js";
import { type MaskPair, type Source, sourceOfFile } from "./files/mask-pair.js";
import { servedPairs } from "./files/served-files.js";
import { counted } from "./format.js";
import { dismiss, type Notice, noticeOf, post } from "./notices.js";
import { type Outcome, openMask, report } from "./open-mask.js";
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
  if (view.value === "compare" && pairs.value.length > 0) addCompared(masks);
  else await openPairs(masks, withoutMask.length);
}

export async function openServed(listUrl: string): Promise<void> {
  try {
    await openPairs(await servedPairs(listUrl));
  } catch (error) {
    report("opening", error, listUrl);
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
  const outcome = await openFirst(masks);
  const isListed = outcome === "failed" && masks.length > 1 && opened.value === null;
  if (outcome === "shown" || isListed) {
    pairs.value = masks;
    if (masks.length >= LEAST_FOR_DATASET) view.value = "dataset";
  }
  if (outcome === "shown" && withoutMask > 0) {
    const belongs = withoutMask === 1 ? "it belongs" : "they belong";
    const text = `${counted(withoutMask, "file")} ignored: ${belongs} to no mask. ${MATCHING}`;
    post("ignored files", { kind: "info", text });
  }
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
