/** Label maps to Supervisely: an annotation per image, and the `meta.json` of a project. */

import { zlibSync } from "fflate";
import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import type { Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { Label } from "../../maps/label.js";
import { type LabelledMap, type LabelledPixels, labelledPixels } from "../../maps/labelled-map.js";
import { measureObjects } from "../../objects/measure.js";
import { allOutlines } from "../../objects/outlines.js";
import { pngOfValue, toBase64 } from "../shared/bitmaps.js";
import { holeThroughCentres, throughCentres, toPoints } from "../shared/pixel-rings.js";
import { checkClassList } from "../shared/segments.js";
import type { SuperviselyAnnotation, SuperviselyMeta, SuperviselyObject } from "./json.js";

/** How an annotation is written. */
export interface SuperviselyOptions {
  /**
   * `"bitmap"`, the default: a bitmap for each label. `"polygon"`: a polygon with holes for each connected area. Both are
   * exact. Give `superviselyMeta` the same.
   */
  readonly geometry?: "bitmap" | "polygon";
}

/**
 * The content of `ann/IMAGE.json`: an object for each label that has pixels, in their order. `classTitle` is the class
 * name. Areas of one object that are written as polygons have the same `instance` key.
 *
 * `issues`: `group-split` (a group of objects, such as a crowd, becomes an object, or with polygons one for each area).
 * Supervisely numbers no objects, so they are counted anew when they are read.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeSupervisely<const Given extends object = SuperviselyOptions>(
  map: LabelledMap,
  options?: OrConst<Given, SuperviselyOptions>,
): { readonly annotation: SuperviselyAnnotation; readonly issues: readonly Issue[] };
export function encodeSupervisely(
  map: LabelledMap,
  options: SuperviselyOptions = {},
): { readonly annotation: SuperviselyAnnotation; readonly issues: readonly Issue[] } {
  const pixels = labelledPixels(map);
  const geometry = checkGeometry(options);
  const written = geometry === "bitmap" ? bitmaps(pixels) : polygons(pixels);
  const issues = new IssueList();
  for (const { label, objects } of written) {
    if (!(label.isThing || label.isCrowd) || label.instanceNumber > 0) continue;
    const message = `${quote(label.name)} is a group of objects that are not told apart; Supervisely takes it for ${counted(objects.length, "object")}.`;
    issues.add("group-split", () => ({ code: "group-split", message }));
  }
  const { width, height } = pixels;
  const annotation: SuperviselyAnnotation = {
    description: "",
    tags: [],
    size: { height, width },
    objects: written.flatMap(({ objects }) => objects),
  };
  return { annotation, issues: issues.toArray() };
}

/**
 * The content of `meta.json`, with a colour of Pascal VOC for each class.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function superviselyMeta(classes: ClassList, options: SuperviselyOptions = {}): SuperviselyMeta {
  checkClassList(classes);
  const shape = checkGeometry(options);
  return {
    classes: classes.classes.map(({ name }, place) => ({
      title: name,
      shape,
      color: vocColor(place + 1).toUpperCase(),
      geometry_config: {},
      hotkey: "",
    })),
    tags: [],
    projectType: "images",
  };
}

function checkGeometry(options: SuperviselyOptions): "bitmap" | "polygon" {
  checkOptions(options);
  checkKeys(options, "geometry", "the options");
  const { geometry = "bitmap" } = options;
  if (geometry === "bitmap" || geometry === "polygon") return geometry;
  throw invalid('geometry must be "bitmap" or "polygon".');
}

/** A label and its objects. */
interface Written {
  readonly label: Label;
  readonly objects: readonly SuperviselyObject[];
}

function bitmaps(map: LabelledPixels): Written[] {
  return measureObjects(map).map(({ value, bbox }) => {
    const label = map.labels[value]!;
    const data = toBase64(zlibSync(pngOfValue(map, value, bbox)));
    const bitmap = { origin: [bbox[0], bbox[1]] as const, data };
    return { label, objects: [{ ...about(label), geometryType: "bitmap", bitmap }] };
  });
}

function polygons(map: LabelledPixels): Written[] {
  return allOutlines(map).map(({ value, polygons: found }) => {
    const label = map.labels[value]!;
    const isOne = label.instanceNumber > 0 && found.length > 1;
    const objects = found.map(({ outer, holes }): SuperviselyObject => {
      const points = {
        exterior: whole(throughCentres(outer)),
        interior: holes.flatMap(holeThroughCentres).map(whole),
      };
      const ofObject = { ...about(label), geometryType: "polygon" as const, points };
      return isOne ? { ...ofObject, instance: label.name } : ofObject;
    });
    return { label, objects };
  });
}

const about = ({ className }: Label) => ({ classTitle: className, description: "", tags: [] });

/** Supervisely's points are numbers of pixels, so the centre of the top left pixel is (0, 0). */
const whole = (ring: readonly number[]) => toPoints(ring.map((coordinate) => coordinate - 0.5));
