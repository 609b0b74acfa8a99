/**
 * Guesses the pattern of a folder of masks from its paths. Layouts are told apart by names that occur in several folders, and
 * by numbers: images usually have numbers, and classes are words.
 */

import { withoutEnding } from "../shared/set-reading.js";
import { MOST_STARS, parsePattern } from "./pattern.js";

/** A pattern that paths fit. */
export interface Proposal {
  readonly pattern: string;
  /** A path that fits. */
  readonly example: string;
  /** How many paths fit. */
  readonly masks: number;
  /** Whether only Label Studio or segment-anything names files so. */
  readonly isOfTool: boolean;
}

const PNG = /\.png$/i;
const PHOTO = /\.(?:jpe?g|webp|bmp|tiff?)$/i;
/** Names of folders and endings of files that are no classes: kinds of pictures, and parts of a data set. */
const NO_CLASS =
  /^(?:images?|imgs?|photos?|pictures?|rgb|masks?|labels?|labels_?colou?red|colou?rs?|annotations?|annos?|gt|gtfine|gtcoarse|ground_?truth|depth|depths|input|inputs|output|outputs|target|targets|overlays?|preview|previews|predictions?|pred|segmentation\w*|jpegimages|leftimg8bit|\w*(?:ids|panoptic)\w*|train|training|val|valid|validation|test|testing|trainval|[a-z]*(?:train|val|test)\d{4})$/i;
const PARTS = /^(?:train|training|val|valid|validation|test|testing|trainval)$/i;
const LABEL_STUDIO = "task-{image}-annotation-*-by-*-tag-{class}-{instance}.png";

/**
 * The patterns that the paths may have. If there is a single one, it is clear.
 *
 * @param paths all files, photos too
 */
export function proposePatterns(paths: readonly string[]): readonly Proposal[] {
  const pngs = paths.filter((path) => PNG.test(path));
  const ofTool = [...ofLabelStudio(pngs), ...ofSegmentAnything(pngs, paths)];
  if (ofTool.length > 0) return unique(ofTool);
  const photos = new Set(paths.filter((path) => PHOTO.test(path)).map(stemOf));
  return unique([...ofFolders(pngs, photos), ...ofEndings(pngs)]);
}

function unique(found: readonly Proposal[]): readonly Proposal[] {
  const usable = found.filter(({ pattern }) => pattern.split("*").length - 1 <= MOST_STARS);
  return [...new Map(usable.map((proposal) => [proposal.pattern, proposal])).values()];
}

function ofLabelStudio(pngs: readonly string[]): Proposal[] {
  return [...byFolder(pngs)].flatMap(([folder, files]) => {
    const { match } = parsePattern(LABEL_STUDIO);
    const fitting = files.filter((path) => match(fileOf(path)) !== null);
    if (fitting.length === 0) return [];
    return [{ ...proposal(`${escaped(folder)}${LABEL_STUDIO}`, fitting), isOfTool: true }];
  });
}

/** `scripts/amg.py` writes `IMAGE/0.png`, `IMAGE/1.png`, … and `IMAGE/metadata.csv`. */
function ofSegmentAnything(pngs: readonly string[], paths: readonly string[]): Proposal[] {
  const tables = new Set(paths);
  const folders = [...byFolder(pngs)].filter(
    ([folder, files]) =>
      folder !== "" &&
      tables.has(`${folder}metadata.csv`) &&
      files.every((path) => /\/\d+\.png$/i.test(path)),
  );
  return [...byParent(folders)].map(([parent, inside]) => ({
    ...proposal(
      `${escaped(parent)}{image}/{instance}.png`,
      inside.flatMap(([, files]) => files),
    ),
    isOfTool: true,
  }));
}

/** `IMAGE/CLASS.png` or `CLASS/IMAGE.png`: names of files that occur in several folders. */
function ofFolders(pngs: readonly string[], photos: ReadonlySet<string>): Proposal[] {
  const folders = [...byFolder(pngs)].filter(([folder]) => folder !== "" && !NO_CLASS.test(lastOf(folder)));
  const found = [...byParent(folders)].flatMap(([parent, inside]) => {
    if (inside.length < 2) return [];
    const files = inside.flatMap(([, each]) => each);
    const folderNames = inside.map(([folder]) => lastOf(folder));
    const stems = inside.map(([, each]) => [...new Set(each.map(stemOf))]);
    const classes = stems.map((each) => [...new Set(each.map(withoutNumber))]);
    const byClass = isShared(stems) && folderNames.every(isWord);
    const byImage = isShared(classes) && classes.flat().every(isWord);
    const hasNumbers = stems.flat().some((stem) => withoutNumber(stem) !== stem);
    const classThenImage = proposal(`${escaped(parent)}{class}/{image}.png`, files);
    const imageThenClass = proposal(
      `${escaped(parent)}{image}/{class}${hasNumbers ? "[_{instance}]" : ""}.png`,
      files,
    );
    if (!byClass || !byImage)
      return [...(byClass ? [classThenImage] : []), ...(byImage ? [imageThenClass] : [])];
    // Both are words, so the photos must tell.
    const areImages = stems.flat().some((stem) => photos.has(stem));
    const foldersAreImages = folderNames.some((name) => photos.has(name));
    if (areImages !== foldersAreImages) return [areImages ? classThenImage : imageThenClass];
    return [classThenImage, imageThenClass];
  });
  return withSplits(found);
}

/** `train/{image}/…` and `val/{image}/…` are one pattern, `{split}/{image}/…`. */
function withSplits(found: readonly Proposal[]): Proposal[] {
  const merged = new Map<string, Proposal>();
  for (const each of found) {
    const place = each.pattern.indexOf("{");
    const folder = each.pattern.slice(0, Math.max(0, place - 1));
    const isPart = PARTS.test(lastOf(`${folder}/`));
    const above = folder.slice(0, folder.lastIndexOf("/") + 1);
    const pattern = isPart ? `${above}{split}/${each.pattern.slice(place)}` : each.pattern;
    const known = merged.get(pattern);
    merged.set(pattern, { ...each, pattern, masks: each.masks + (known?.masks ?? 0) });
  }
  return [...merged.values()];
}

/** `IMAGE_CLASS.png`: endings that occur after several names. */
function ofEndings(pngs: readonly string[]): Proposal[] {
  return [...byFolder(pngs)].flatMap(([folder, files]) => {
    const pattern = parsePattern("{image}_{class}[_{instance}].png");
    const parts = files.map((path) => pattern.match(fileOf(path)));
    const images = new Map<string, Set<string>>();
    for (const found of parts) {
      if (found !== null) images.set(found.image, (images.get(found.image) ?? new Set()).add(found.class!));
    }
    const classes = [...images.values()].map((each) => [...each]);
    const fitting = files.filter((_, place) => parts[place] !== null);
    // A PNG without an ending is the photo of an image.
    const areOthersPhotos = files.every((path, place) => parts[place] !== null || images.has(stemOf(path)));
    const isClear =
      areOthersPhotos &&
      isShared(classes) &&
      new Set(classes.flat()).size > 1 &&
      classes.flat().every(isWord);
    if (!isClear) return [];
    const hasNumbers = parts.some((found) => found?.instance !== undefined);
    const ending = hasNumbers ? "[_{instance}]" : "";
    return [proposal(`${escaped(folder)}{image}_{class}${ending}.png`, fitting)];
  });
}

/** Whether at least half of the names occur in several lists. */
function isShared(lists: readonly (readonly string[])[]): boolean {
  const counts = new Map<string, number>();
  for (const name of lists.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shared = lists.flat().filter((name) => counts.get(name)! > 1);
  return shared.length > 0 && shared.length * 2 >= lists.flat().length;
}

/** A word without digits that may be the name of a class. */
const isWord = (name: string) => /^[^\d]*\p{L}[^\d]*$/u.test(name) && !NO_CLASS.test(name);
const withoutNumber = (stem: string) => stem.replace(/(?<=\D)_\d+$/, "");

function proposal(pattern: string, files: readonly string[]): Proposal {
  return { pattern, example: files[0]!, masks: files.length, isOfTool: false };
}

/** The paths in each folder, whose name ends with `/`. */
function byFolder(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return grouped(paths, (path) => path.slice(0, path.lastIndexOf("/") + 1));
}

function byParent<T>(folders: readonly (readonly [folder: string, files: T])[]) {
  return grouped(folders, ([folder]) => folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

const fileOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const stemOf = (path: string) => withoutEnding(fileOf(path));
/** `car` of `masks/car/`. */
const lastOf = (folder: string) => folder.slice(folder.lastIndexOf("/", folder.length - 2) + 1, -1);
/** A folder whose name has a character of patterns matches by a star. */
const escaped = (folder: string) => folder.replace(/[{}[\]*]+/g, "*");
