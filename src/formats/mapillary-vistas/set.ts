/**
 * Whole data sets of Mapillary Vistas: `training/v2.0/instances/`, or `training/instances/` in releases before 2.0, and the
 * photos in `training/images/` (README of the data set). `panoptic/` has the same content; read it as `coco-panoptic`.
 */

import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { FormatError, type Issue } from "../../errors.js";
import { readJson } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  checkLayoutOptions,
  findMasks,
  type LayoutReadOptions,
  objectsMissing,
  ofSplit,
  photoFinder,
} from "../shared/layouts.js";
import { classListOfIds, type NamedId } from "../shared/named-ids.js";
import { dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { vistasClasses } from "./config.js";
import { mapillaryVistas } from "./index.js";
import { checkVersion, decodeMapillaryVistas, type MapillaryVistasVersion, vistasIds } from "./read.js";

/** How a set of Mapillary Vistas is read. */
export interface MapillaryVistasSetReadOptions extends LayoutReadOptions {
  /** Which release is read. Default: the newest that has a folder; an issue names the others. */
  readonly version?: MapillaryVistasVersion;
}

const MASK =
  /^(?<root>(?:.*\/)?)(?<split>training|validation|testing)\/(?:(?<version>v\d\.\d)\/)?(?<kind>instances|labels)\/(?<name>[^/]+)\.png$/;

/**
 * Reads a set of Mapillary Vistas. The classes come from the configuration, or from the release if there is none, and an
 * issue says so. `split` is `training` or `validation`.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask, or the configuration is malformed. FORMAT_UNSUPPORTED: a release
 *   without a configuration that the library does not know.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or several sets in the folder.
 */
export async function readMapillaryVistasSet<const Given extends object = MapillaryVistasSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, MapillaryVistasSetReadOptions>,
): Promise<DataSet>;
export async function readMapillaryVistasSet(
  source: FileSource,
  options: MapillaryVistasSetReadOptions = {},
): Promise<DataSet> {
  checkLayoutOptions(options, "version");
  const { split: wanted, version: given, ...reading } = options;
  if (given !== undefined) checkVersion(given);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const found = findMasks(mapillaryVistas, paths, MASK);
  const versions = [...new Set(found.map(({ version }) => version))].sort().reverse();
  // Without folders of releases, `version` only says which classes the ids are.
  const isFlat = versions.every((version) => version === undefined);
  const version = isFlat ? undefined : (given ?? versions.find((each) => each !== undefined));
  const masks = ofSplit(
    found.filter((mask) => mask.version === version),
    wanted,
  );
  const key = ({ split, name }: { split: string | null; name: string }) => `${split}/${name}`;
  const withObjects = new Set(masks.filter(({ kind }) => kind === "instances").map(key));
  const root = found[0]?.root ?? "";
  const { ids, config, issue } = await classesOf(abortable, paths, root, version ?? given);
  const photo = photoFinder(paths);
  const listed = masks.flatMap((mask): ListedItem[] => {
    const { path, split, name, kind } = mask;
    const hasObjects = withObjects.has(key(mask));
    if (kind === "labels" && hasObjects) return [];
    return [
      {
        ...{ name, split, mask: path, photo: photo(`${root}${split}/images/${name}`) },
        issues: hasObjects ? [] : [objectsMissing(path, "instances/")],
        decode: async () => {
          const png = await abortable.read(path);
          const files = hasObjects ? { instances: png } : { labels: png };
          return decodeMapillaryVistas(files, { ...reading, ...config });
        },
      },
    ];
  });
  const others = given === undefined ? versions.filter((each) => each !== undefined && each !== version) : [];
  return dataSetOf(mapillaryVistas, listed, {
    reason: `${mapillaryVistas.title}${version === undefined ? "" : ` ${version}`}: instances/ or labels/ (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(ids, reading),
    issues: [
      ...(issue === null || reading.classes !== undefined ? [] : [issue]),
      ...others.map((other): Issue => {
        const message = `${other}/: is not read, since ${version}/ is there; pass version: "${other}" to read it.`;
        return { code: "file-not-read", message, path: `${other}/` };
      }),
    ],
  });
}

/** The classes of the set, and how the PNGs are told of them. */
async function classesOf(
  source: FileSource,
  paths: readonly string[],
  root: string,
  version: string | undefined,
): Promise<{
  readonly ids: readonly NamedId[];
  readonly config: { readonly config: unknown } | { readonly version: MapillaryVistasVersion };
  readonly issue: Issue | null;
}> {
  const files = new Set(paths);
  const names = version === undefined ? [] : [`${root}config_${version}.json`];
  const path = [...names, `${root}config.json`].find((each) => files.has(each));
  if (path !== undefined) {
    const config = await readJson(source, path);
    return { ids: vistasClasses(config, path), config: { config }, issue: null };
  }
  // Releases before 2.0 have no folder of their own, and the classes of 1.2.
  const known = version ?? "v1.2";
  if (known !== "v1.2" && known !== "v2.0") {
    const problem = `the release ${known} has no config_${known}.json`;
    throw new FormatError("FORMAT_UNSUPPORTED", mapillaryVistas.title, `${problem}; add the file.`);
  }
  const message = `There is no configuration, so the classes are those of ${known}, and a class whose only object has the number 0 is taken for stuff.`;
  return { ids: vistasIds(known), config: { version: known }, issue: { code: "config-missing", message } };
}
