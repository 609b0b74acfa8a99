/**
 * The shapes that an annotation tool lists to a label map. Each shape is drawn in its place in the order, and then the
 * shapes that are one object become one label: parts with the same group, and all stuff of a class.
 */
import { isObject, kindOf } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { Label } from "../../maps/label.js";
import type { LabelMap } from "../../maps/label-map.js";
import { measureLabels } from "../../maps/make-label-map.js";
import { lookUpValues } from "../../maps/views.js";
import { type RasterizeOptions, rasterize } from "../../objects/rasterize/rasterize.js";
import { makeLabels } from "../../objects/rasterize/shape-labels.js";
import type { Shape, ShapeInfo } from "../../objects/rasterize/shapes.js";

/** A shape of a file whose fields have been checked. */
export interface DrawnShape {
  /** Where it is in the file: `shapes[3]`. */
  readonly path: string;
  readonly geometry: Pick<Shape, "polygons"> | Pick<Shape, "rle">;
  readonly className: string;
  readonly classId?: Label["classId"];
  /** Shapes of a class with the same group are one object. `null`: the shape is an object of its own. */
  readonly group: number | string | null;
  /** The object's number, if the file says it. */
  readonly number?: number | undefined;
  readonly sourceId?: Label["sourceId"];
  /** `#rrggbb`. Only the first label of a colour gets it. */
  readonly color?: string | undefined;
  /** With `order: "z"` of `rasterize`: shapes with a larger number cover those with a smaller one. Default 0. */
  readonly z?: number;
  /** If several shapes are one object, it has the attributes of all of them, each once. */
  readonly attributes?: readonly unknown[];
}

/** What readers of shapes have in common. */
export interface ShapeReadOptions {
  /**
   * The names of the classes whose shapes are objects. Of every other class, all shapes together are one label, as for sky
   * and road. The format does not say which classes are which. Default: all classes have objects.
   */
  readonly things?: Iterable<string>;
  /** The largest number of pixels to accept. Default 2^28. */
  readonly maxPixels?: number;
}

/**
 * Draws the shapes. Labels are in the order in which their first shapes are listed. Adds the issues `shape-empty` and
 * `shape-covered` of `rasterize`, with the shape's path in the file.
 *
 * @throws {FormatError} FORMAT_UNSUPPORTED: the outlines are too long to be drawn.
 */
export function drawShapes(
  shapes: readonly DrawnShape[],
  options: RasterizeOptions,
  things: ReadonlySet<string> | undefined,
  format: string,
  issues: IssueList,
): LabelMap {
  const { width, height, data, issues: ofDrawing } = draw(shapes, options, format);
  const { infos, objectOf } = joinObjects(shapes, things);
  const table = new Int32Array(shapes.length + 1).fill(-1);
  table.set(objectOf, 1);
  lookUpValues(data, table, data);
  const labels = makeLabels(
    infos.map((info) => ({ ...info, polygons: [] })),
    new Map(),
  );
  const all = [...issues.toArray(), ...ofDrawing.map((issue) => inFile(issue, shapes))];
  return measureLabels({ width, height, data }, labels, { issues: new IssueList(...all).toArray() });
}

function draw(shapes: readonly DrawnShape[], options: RasterizeOptions, format: string): LabelMap {
  try {
    return rasterize(
      shapes.map(({ geometry, className, z = 0 }) => ({ ...geometry, className, z }) as Shape),
      options,
    );
  } catch (cause) {
    // The readers have checked everything but the length of the outlines.
    if (!(cause instanceof DecodeError) || cause.code !== "OPTION_INVALID") throw cause;
    throw new FormatError("FORMAT_UNSUPPORTED", format, pathInFile(cause.message, shapes), { cause });
  }
}

/** An issue of `rasterize` in the words of the file. The order is part of most formats, so no other one is suggested. */
function inFile(issue: Issue, shapes: readonly DrawnShape[]): Issue {
  if (issue.path === undefined) return issue;
  const message = pathInFile(issue.message, shapes).replace(/; change the order to see it\.$/, ".");
  return { ...issue, path: pathInFile(issue.path, shapes), message };
}

/** Replaces the path that `rasterize` gives a shape, or a ring of it. */
function pathInFile(text: string, shapes: readonly DrawnShape[]): string {
  return text.replace(/^shapes\[(\d+)\][^:]*/, (_, place) => shapes[Number(place)]!.path);
}

/** The objects, and the object of each shape. */
function joinObjects(shapes: readonly DrawnShape[], things: ReadonlySet<string> | undefined) {
  const infos: ShapeInfo[] = [];
  const attributesOf: Map<string, unknown>[] = [];
  const placeOfKey = new Map<string, number>();
  const colors = new Set<string>();
  const objectOf = shapes.map((shape) => {
    const { className, classId = null, group, number, sourceId = null, color, attributes = [] } = shape;
    const isThing = things?.has(className) ?? true;
    const isJoined = !isThing || group !== null;
    const key = JSON.stringify(isThing ? [className, group] : [className]);
    const known = isJoined ? placeOfKey.get(key) : undefined;
    const own = known === undefined ? new Map<string, unknown>() : attributesOf[known]!;
    for (const attribute of attributes) own.set(JSON.stringify(attribute), attribute);
    if (known !== undefined) return known;
    attributesOf.push(own);
    if (isJoined) placeOfKey.set(key, infos.length);
    const isOwnColor = color !== undefined && !colors.has(color);
    if (isOwnColor) colors.add(color);
    const ofThing = number === undefined ? {} : { instanceNumber: number };
    infos.push({
      className,
      classId,
      sourceId,
      isThing,
      ...(isThing ? ofThing : {}),
      ...(isOwnColor ? { color } : {}),
    });
    return infos.length - 1;
  });
  const withAttributes = infos.map((info, place) => ({
    ...info,
    attributes: [...attributesOf[place]!.values()],
  }));
  return { infos: withAttributes, objectOf };
}

/** @throws {DecodeError} OPTION_INVALID: not a list of names. */
export function checkThings(things: ShapeReadOptions["things"]): ReadonlySet<string> | undefined {
  if (things === undefined) return undefined;
  const isIterable = isObject(things) || Array.isArray(things);
  const names = isIterable && Symbol.iterator in things ? [...(things as Iterable<unknown>)] : [undefined];
  if (names.every((name) => typeof name === "string")) return new Set(names as string[]);
  throw new DecodeError("OPTION_INVALID", `things is ${kindOf(things)}; give a list of class names.`);
}
