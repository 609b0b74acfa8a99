/**
 * Finds out which result and which photo belong to which mask. It goes by file names alone, so it works for files
 * dropped on a page as well as for a folder on disk.
 *
 *   street.png           a mask
 *   street.json          its result
 *   street.jpg           its photo: .jpg, .jpeg or .webp, or street_image with any of these endings or .png
 *
 * `suffix` and `masks` say which PNGs are masks; then the other PNGs are photos.
 *
 * It looks beside the mask first. If the mask's folder has no such file, a file of the same name in another folder
 * counts if it is the only one: `masks/street.png` and `results/street.json`. If there is a single mask, it takes a
 * single result and a single photo whatever their names, unless `byNameOnly` is set.
 */
import { checkOptions } from "../checks/arguments.js";
import { invalid } from "../checks/invalid.js";
import { compareNaturally } from "./shared/natural-order.js";

export interface PathPair {
  /** The mask's path without its ending. If all masks are in one folder, without the folder too. */
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
  readonly photo: string | null;
}

export interface PairedPaths {
  readonly pairs: readonly PathPair[];
  /** Results and photos that belong to no mask. */
  readonly withoutMask: readonly string[];
  /** Files of any other kind. */
  readonly ignored: readonly string[];
}

type Kind = "mask" | "result" | "photo";

interface NamedPath {
  readonly path: string;
  readonly folder: string;
  /** The file's name without its ending, and a photo's without `_image`. */
  readonly stem: string;
  readonly kind: Kind | null;
}

const ENDING = /\.([^./]+)$/;
const PHOTO_ENDINGS = ["jpg", "jpeg", "webp"];
const PHOTO_SUFFIX = /_image$/i;

export interface PairFilesOptions {
  /**
   * Never pair a single mask with a result or photo of another name. Use it for folders, which may hold any JSON.
   * Default false.
   */
  readonly byNameOnly?: boolean;
  /**
   * What the names of masks end with, before `.png`: `_mask`. Then `street_mask.png` is a mask, its name is `street`, and
   * `street.png` is its photo. Other PNGs are no masks. Default: every PNG is a mask, unless its name ends with `_image`.
   */
  readonly suffix?: string;
  /** The folder of the masks: `masks`. PNGs in other folders are photos. Default: masks may be in any folder. */
  readonly masks?: string;
}

/**
 * Pairs masks with their results and photos. Hidden files (`.DS_Store`, `._street.png`) are skipped. Pairs are in the
 * order of their names, with `mask2` before `mask10`.
 *
 * @param paths the files' paths, with `/` between folders.
 * @throws {DecodeError} OPTION_INVALID: paths that are not strings, or an invalid option.
 */
export function pairFiles(paths: readonly string[], options: PairFilesOptions = {}): PairedPaths {
  const { byNameOnly = false, suffix = "", masks: folder = "" } = checkOptions(options, "byNameOnly");
  if (typeof suffix !== "string" || typeof folder !== "string") {
    throw invalid("suffix and masks must be strings, such as _mask and masks.");
  }
  const isMask = (path: string) => {
    const isInFolder = folder === "" || path.startsWith(`${folder.replace(/\/+$/, "")}/`);
    return isInFolder && (suffix === "" || path.replace(ENDING, "").endsWith(suffix));
  };
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string")) {
    throw invalid("paths must be an array of strings.");
  }
  const files = paths.filter((path) => !isHidden(path)).map((path) => namePath(path, isMask(path), suffix));
  const ofKind = (kind: Kind | null) => files.filter((file) => file.kind === kind);
  const masks = ofKind("mask").sort((a, b) => compareNaturally(a.path, b.path));
  const results = partnersOf(masks, ofKind("result"), byNameOnly);
  const photos = partnersOf(masks, ofKind("photo"), byNameOnly);

  const isOneFolder = new Set(masks.map(({ folder }) => folder)).size === 1;
  const pairs = masks.map((mask) => ({
    name: isOneFolder ? mask.stem : `${mask.folder}${mask.stem}`,
    mask: mask.path,
    result: results.get(mask)?.path ?? null,
    photo: photos.get(mask)?.path ?? null,
  }));
  const used = new Set(pairs.flatMap(({ mask, result, photo }) => [mask, result, photo]));
  const pathsOf = (list: readonly NamedPath[]) => list.map(({ path }) => path);
  return {
    pairs,
    withoutMask: pathsOf(files.filter(({ path, kind }) => kind !== null && !used.has(path))),
    ignored: pathsOf(ofKind(null)),
  };
}

/**
 * @param isMask whether the options allow it to be a mask
 * @param suffix what is no part of the name of a mask or its result
 */
function namePath(path: string, isMask: boolean, suffix: string): NamedPath {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const file = path.slice(folder.length);
  const ending = ENDING.exec(file)?.[1]?.toLowerCase() ?? "";
  const name = file.replace(ENDING, "");
  const isPhotoName = PHOTO_SUFFIX.test(name);
  const stem = name.replace(PHOTO_SUFFIX, "");
  const isNamedMask = suffix !== "" && isMask;
  if (PHOTO_ENDINGS.includes(ending) || (ending === "png" && (!isMask || (isPhotoName && !isNamedMask)))) {
    return { path, folder, stem, kind: "photo" };
  }
  const kind = ending === "png" ? "mask" : ending === "json" ? "result" : null;
  const hasSuffix = suffix !== "" && name.endsWith(suffix) && name.length > suffix.length;
  return { path, folder, stem: hasSuffix ? name.slice(0, -suffix.length) : name, kind };
}

/** Whether a file manager put the file there: `.DS_Store`, `__MACOSX/…`. */
function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}

function partnersOf(
  masks: readonly NamedPath[],
  candidates: readonly NamedPath[],
  byNameOnly: boolean,
): Map<NamedPath, NamedPath> {
  const byPath = new Map<string, NamedPath>();
  /** By the composed form: macOS may write an accent as a character of its own (NFD). */
  const byComposedPath = new Map<string, NamedPath>();
  const anywhere = new Map<string, NamedPath[]>();
  for (const candidate of candidates) {
    const { folder, stem } = candidate;
    const composed = compose(folder + stem);
    if (!byPath.has(folder + stem)) byPath.set(folder + stem, candidate);
    if (!byComposedPath.has(composed)) byComposedPath.set(composed, candidate);
    anywhere.set(compose(stem), [...(anywhere.get(compose(stem)) ?? []), candidate]);
  }
  const masksOfStem = new Map<string, number>();
  for (const { stem } of masks) masksOfStem.set(compose(stem), (masksOfStem.get(compose(stem)) ?? 0) + 1);

  const partners = new Map<NamedPath, NamedPath>();
  for (const mask of masks) {
    const sameName = anywhere.get(compose(mask.stem)) ?? [];
    const isSure = sameName.length === 1 && masksOfStem.get(compose(mask.stem)) === 1;
    const path = mask.folder + mask.stem;
    const partner =
      byPath.get(path) ?? byComposedPath.get(compose(path)) ?? (isSure ? sameName[0] : undefined);
    if (partner !== undefined) partners.set(mask, partner);
  }
  if (!byNameOnly && masks.length === 1 && candidates.length === 1) partners.set(masks[0]!, candidates[0]!);
  return partners;
}

function compose(name: string): string {
  return name.normalize("NFC");
}
