/**
 * Mapillary Vistas is known by `instances/` of 16 bits below `training/` or `validation/`, if the folder of a release or a
 * configuration with its list of labels is there too.
 */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const MASK = /^((?:.*\/)?)((?:training|validation|testing)\/(?:v\d\.\d\/)?)(instances|labels)\/([^/]+\.png)$/;
const CONFIG = /^((?:.*\/)?)config(?:_v\d\.\d)?\.json$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  const withConfig = new Set(files.flatMap((file) => (isConfig(file) ? [CONFIG.exec(file.path)![1]!] : [])));
  return surestOf(files, (file) => {
    const [, root, folder, kind, name] = MASK.exec(file.path) ?? [];
    if (root === undefined) return null;
    const png = file.head === undefined ? undefined : pngKind(file.head);
    if (png === null) return null;
    const other = kind === "labels" ? "instances" : "labels";
    const signs = [
      /v\d\.\d/.test(folder!) && "is in the folder of a release",
      withConfig.has(root) && "has a configuration beside it",
      paths.has(`${root}${folder}${other}/${name}`) && `has a counterpart in ${other}/`,
    ].filter((sign) => sign !== false);
    if (png !== undefined && kind === "instances") {
      if (!png.isGrey || png.bitDepth !== 16) return null;
      const isSure = signs.length > 1 || /release|configuration/.test(signs[0] ?? "");
      const evidence = ["is grey, 16 bits", ...signs].join(", ");
      return detection(isSure ? "certain" : signs.length === 1 ? "likely" : "possible", file, evidence);
    }
    if (png !== undefined && !png.isGrey && !png.isPalette) return null;
    return signs.length === 0
      ? detection("possible", file, "is in a folder that Mapillary Vistas has too")
      : detection("likely", file, signs.join(", "));
  });
}

/** A configuration that was not read is one by its name. */
function isConfig({ path, json }: CandidateFile): boolean {
  if (!CONFIG.test(path)) return false;
  if (json === undefined) return true;
  if (!isObject(json) || !Array.isArray(json.labels)) return false;
  const [first] = json.labels as readonly unknown[];
  return isObject(first) && typeof first.name === "string" && typeof first.instances === "boolean";
}
