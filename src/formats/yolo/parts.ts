/** The images of a set of YOLO: the photos of each part, with their files of labels. */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { FormatError, type Issue } from "../../errors.js";
import { readText } from "../files.js";
import type { FileSource } from "../set.js";
import { folderOf, withoutEnding } from "../shared/set-reading.js";
import { join, placesOf, type YoloData } from "./data-yaml.js";

/** An image of a part. It has a photo, or labels, or both. */
export interface PartImage {
  readonly name: string;
  readonly split: string | null;
  readonly photo: string | null;
  readonly labels: string | null;
}

const PHOTO = /\.(?:jpe?g|png|webp|bmp|tiff?|gif)$/i;
const IN_LABELS = /(?:^|\/)labels\//i;
/** LabelImg and others put a list of the names among the labels. */
const isLabels = (path: string) => /\.txt$/i.test(path) && !/(?:^|\/)classes\.txt$/i.test(path);

/**
 * @param about what `data.yaml` says; null if there is none, and all labels are one part
 * @param yaml the path of `data.yaml`
 * @throws {FormatError} FORMAT_INVALID: no part of `data.yaml` is in the source.
 */
export async function listParts(
  source: FileSource,
  paths: readonly string[],
  about: YoloData | null,
  yaml: string,
): Promise<{ readonly images: readonly PartImage[]; readonly issues: readonly Issue[] }> {
  const files = new FileIndex(paths);
  if (about === null) {
    const labels = paths.filter((path) => IN_LABELS.test(path) && isLabels(path));
    return { images: files.imagesOf(labels, "", null), issues: [] };
  }
  const images = new Map<string, PartImage>();
  const issues: Issue[] = [];
  const isFound: boolean[] = [];
  for (const [split, entries] of about.parts) {
    for (const entry of entries) {
      const places = placesOf(entry, about, yaml);
      const found = /\.txt$/i.test(entry)
        ? await files.listed(source, places, about, split, issues)
        : files.inFolder(places, split);
      isFound.push(found !== null);
      // A photo may be in several parts. It belongs to the first one.
      for (const image of found ?? []) {
        const key = image.photo ?? image.labels!;
        if (!images.has(key)) images.set(key, image);
      }
      if (found !== null) continue;
      const message = `${yaml}: ${split} is ${quote(entry)}, which is not in the folder of the set.`;
      issues.push({ code: "part-missing", message, path: yaml });
    }
  }
  if (isFound.includes(true)) return { images: [...images.values()], issues };
  const problem = issues.length === 0 ? "it has no train, val or test" : "none of its parts is in the folder";
  throw new FormatError("FORMAT_INVALID", yaml, `${problem}; open the folder that its paths start from.`);
}

/** Finds photos and labels by their paths. */
class FileIndex {
  readonly #exists: ReadonlySet<string>;
  readonly #paths: readonly string[];
  /** By the path without its ending. */
  readonly #photos = new Map<string, string>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#exists = new Set(paths);
    for (const path of paths) {
      if (PHOTO.test(path) && !this.#photos.has(withoutEnding(path))) {
        this.#photos.set(withoutEnding(path), path);
      }
    }
  }

  /** The images in the first of these folders that has files, or whose labels are there; null if there is none. */
  inFolder(places: readonly string[], split: string): PartImage[] | null {
    for (const place of places) {
      const prefix = place === "" ? "" : `${place}/`;
      const labels = labelsOf(prefix);
      const own = this.#paths.filter(
        (path) =>
          (path.startsWith(prefix) && PHOTO.test(path)) || (path.startsWith(labels) && isLabels(path)),
      );
      if (own.length > 0) return this.imagesOf(own, prefix, split);
    }
    return null;
  }

  /**
   * The images of these photos and files of labels. A photo and its labels are one image.
   * @param prefix the folder, which is no part of the names
   */
  imagesOf(paths: readonly string[], prefix: string, split: string | null): PartImage[] {
    const images = new Map<string, PartImage>();
    for (const path of paths) {
      const stem = withoutEnding(path);
      const photo = PHOTO.test(path)
        ? path
        : (this.#photos.get(photoStemOf(stem)) ?? this.#photos.get(stem) ?? null);
      const labels = photo === null ? path : this.#labelsOf(photo);
      const key = photo ?? path;
      const from = photo === null ? labelsOf(prefix) : prefix;
      const name = from === "" ? nameOf(key) : withoutEnding(key.slice(from.length));
      images.set(key, { name, split, photo, labels });
    }
    return [...images.values()];
  }

  /** The photos that a text file lists, one on each line. Photos that are missing but have labels are images too. */
  async listed(
    source: FileSource,
    places: readonly string[],
    { path }: Pick<YoloData, "path">,
    split: string,
    issues: Issue[],
  ): Promise<PartImage[] | null> {
    const list = places.find((place) => this.#exists.has(place));
    if (list === undefined) return null;
    const folder = folderOf(list);
    const missing: string[] = [];
    const images: PartImage[] = [];
    for (const line of (await readText(source, list)).split(/\r\n?|\n/)) {
      const file = line.trim();
      if (file === "") continue;
      const found = [join(folder, file), join(path ?? "", file), join(file)].filter((each) => each !== null);
      const photo = found.find((each) => this.#exists.has(each)) ?? null;
      const labels = photo === null ? this.#firstLabels(found) : this.#labelsOf(photo);
      if (photo === null && labels === null) missing.push(file);
      else images.push({ name: nameOf(photo ?? labels!), split, photo, labels });
    }
    if (missing.length > 0) {
      const message = `${list}: ${counted(missing.length, "listed photo has", "listed photos have")} neither a file nor labels, first ${quote(missing[0]!)}.`;
      issues.push({ code: "photo-missing", message, path: list });
    }
    return images;
  }

  #firstLabels(photos: readonly string[]): string | null {
    for (const photo of photos) {
      const labels = this.#labelsOf(photo);
      if (labels !== null) return labels;
    }
    return null;
  }

  #labelsOf(photo: string): string | null {
    const labels = `${withoutEnding(labelsOf(photo))}.txt`;
    return this.#exists.has(labels) ? labels : null;
  }
}

/** Replaces the last folder called `images` by `labels`. */
function labelsOf(path: string): string {
  return path.replace(/(^|.*\/)images\//, "$1labels/");
}

function photoStemOf(labels: string): string {
  return labels.replace(/(^|.*\/)labels\//, "$1images/");
}

/** `a/b` of `images/train/a/b.jpg`: without the ending, and without the folders up to `images` or `labels` and the part. */
function nameOf(path: string): string {
  return withoutEnding(path).replace(/^(?:.*\/)?(?:images|labels)\/(?:(?:train|valid|val|test)\d*\/)?/i, "");
}
