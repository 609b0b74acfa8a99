/** The shapes that `rasterize` draws: their form, and the check of what a caller passes. */
import { isObject, isSize, kindOf } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { LabelMapError } from "../../errors.js";
import type { Label } from "../../maps/label.js";
import type { Rle } from "../rle.js";
import { parseRle, type RleMask } from "../rle-mask.js";

/**
 * A ring in pixels, as COCO writes it, `[x1, y1, x2, y2, …]`, or as LabelMe writes it, `[[x1, y1], [x2, y2], …]`. (0, 0) is
 * the image's top left corner. The last point is joined to the first.
 */
export type Points = readonly number[] | readonly (readonly number[])[];

/** A ring with holes of its own, as `outlines` returns it. */
export interface PolygonWithHoles {
  readonly outer: Points;
  /** The pixels that the rule draws for these rings are cut out of those of `outer`. */
  readonly holes?: readonly Points[];
}

/** What a shape is. Each shape becomes one label. */
export interface ShapeInfo {
  /** The name of its class: `car`. */
  readonly className: string;
  /** The label's name. Default: `car # 1` for an object with the number 1, and the class name for everything else. */
  readonly name?: string;
  /** The class's id in the source: COCO's `category_id`. Default `null`. */
  readonly classId?: Label["classId"];
  /** The shape's id in the source: COCO's `id`. Default `null`. */
  readonly sourceId?: Label["sourceId"];
  /** Whether it is an object that can be counted, and not stuff such as sky. Default true. */
  readonly isThing?: boolean;
  /** Whether it is a group of objects that nobody told apart (COCO's `iscrowd`). It gets no object number. Default false. */
  readonly isCrowd?: boolean;
  /** The object's number, from 1, unique within its class. Default: the lowest number that is free, in the order of the list. */
  readonly instanceNumber?: number;
  /** The class's group, as COCO has it: `vehicle`. Default `null`. */
  readonly supercategory?: string | null;
  readonly attributes?: readonly unknown[];
  /** Its colour in `toRGBA`, as `#rrggbb`. Default: a colour that no other shape has. */
  readonly color?: string;
  /** With `order: "z"`: shapes with a larger number cover those with a smaller one. Default 0. */
  readonly z?: number;
}

/** A shape of polygons, or a mask. */
export type Shape = ShapeInfo &
  (
    | {
        /**
         * The rings without holes are drawn together: `coco` draws the pixels in any of them, `opencv` fills by the
         * even-odd rule. Each polygon with holes is drawn on its own. The shape is all of these pixels.
         */
        readonly polygons: readonly (Points | PolygonWithHoles)[];
        readonly rle?: undefined;
      }
    | {
        /** A COCO run-length code of the image's size, `[height, width]`. The counts may be a string or numbers. */
        readonly rle: Omit<Rle, "size"> & { readonly size: readonly number[] };
        readonly polygons?: undefined;
      }
  );

/** The outlines that are drawn together, and the holes that are then cut out of them. */
export interface Drawing {
  readonly rings: readonly Ring[];
  readonly holes: readonly Ring[];
}

/** A ring that has been checked. */
export interface Ring {
  /** `[x1, y1, x2, y2, …]` */
  readonly points: readonly number[];
  /** Where it is, for messages. */
  readonly path: string;
}

/** With it, five grid points a pixel (coco) fit 32 bits, and the products of `fillPoly` (opencv) fit 53 bits. */
const MAX_COORDINATE = 2 ** 25;

/**
 * @throws {DecodeError} OPTION_INVALID: a shape has another form, or a coordinate is too large
 * @throws {FormatError} FORMAT_INVALID: not a run-length code
 * @throws {LabelMapError} SIZE_MISMATCH: a run-length code of another size
 */
export function readGeometry(
  shape: Shape,
  path: string,
  size: { readonly width: number; readonly height: number },
): RleMask | readonly Drawing[] {
  const { rle, polygons } = shape as { readonly rle?: unknown; readonly polygons?: unknown };
  if ((rle === undefined) === (polygons === undefined)) {
    throw invalid(`${path}: give the shape either polygons or rle.`);
  }
  if (rle !== undefined) return readRle(rle, `${path}.rle`, size);
  if (!Array.isArray(polygons)) {
    throw invalid(`${path}.polygons: is ${kindOf(polygons)}; give an array of polygons.`);
  }
  const plain: Ring[] = [];
  const drawings: Drawing[] = [{ rings: plain, holes: [] }];
  for (let place = 0; place < polygons.length; place++) {
    const polygon: unknown = polygons[place];
    const where = `${path}.polygons[${place}]`;
    if (!isObject(polygon)) {
      plain.push(readRing(polygon, where));
      continue;
    }
    const { outer, holes = [] } = polygon;
    if (!Array.isArray(holes)) throw invalid(`${where}.holes: is ${kindOf(holes)}; give an array of rings.`);
    drawings.push({
      rings: [readRing(outer, `${where}.outer`)],
      holes: Array.from(holes, (hole: unknown, index) => readRing(hole, `${where}.holes[${index}]`)),
    });
  }
  return drawings;
}

function readRle(
  rle: unknown,
  path: string,
  size: { readonly width: number; readonly height: number },
): RleMask {
  const mask = parseRle(rle, path);
  if (mask.width === size.width && mask.height === size.height) return mask;
  const isTurned = mask.width === size.height && mask.height === size.width;
  const remedy = isTurned
    ? `its size is [height, width], so it must be [${size.height}, ${size.width}]`
    : "give the image's own size, or a mask that was drawn for it";
  throw new LabelMapError(
    "SIZE_MISMATCH",
    `${path} has ${mask.width}×${mask.height} pixels, but the image has ${size.width}×${size.height}; ${remedy}.`,
  );
}

function readRing(ring: unknown, path: string): Ring {
  if (!Array.isArray(ring)) {
    throw invalid(
      `${path}: is ${kindOf(ring)}; give a ring as [x1, y1, x2, y2, …] or [[x1, y1], [x2, y2], …].`,
    );
  }
  const points = ring.some(Array.isArray)
    ? ring.flatMap((point, place) => readPoint(point, path, place))
    : ring;
  if (points.length === 0 || points.length % 2 === 1) {
    throw invalid(`${path}: has ${points.length} numbers; give x and y of at least one point.`);
  }
  for (let place = 0; place < points.length; place++) {
    const coordinate: unknown = points[place];
    if (Math.abs(coordinate as number) <= MAX_COORDINATE && typeof coordinate === "number") continue;
    const found = typeof coordinate === "number" ? coordinate : kindOf(coordinate);
    throw invalid(
      `${path}: the ${place % 2 ? "y" : "x"} of point ${place >> 1} is ${found}; it must be a number of pixels from -2^25 to 2^25.`,
    );
  }
  return { points, path };
}

function readPoint(point: unknown, path: string, place: number): readonly unknown[] {
  if (Array.isArray(point) && point.length === 2) return point;
  throw invalid(`${path}[${place}]: is no point; give [x, y], or a ring of numbers only.`);
}

/** Checks the fields that say what a shape is. @throws {DecodeError} OPTION_INVALID */
export function checkInfo(shape: unknown, path: string): asserts shape is Shape {
  if (!isObject(shape)) throw invalid(`${path}: is ${kindOf(shape)}; give { className, polygons }.`);
  const check = (field: keyof ShapeInfo, isRight: (value: unknown) => boolean, hint: string) => {
    const value = shape[field];
    if (value === undefined ? field === "className" : !isRight(value)) {
      throw invalid(
        `${path}.${field}: ${typeof value === "number" ? `is ${value}` : `is ${kindOf(value)}`}; ${hint}`,
      );
    }
  };
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  const isFlag = (value: unknown) => typeof value === "boolean";
  const isId = (value: unknown) => value === null || typeof value === "string" || Number.isFinite(value);
  check("className", isText, "give the name of the class, a text that is not empty.");
  check("name", isText, "give a text that is not empty.");
  check("classId", isId, "give a text, a number or null.");
  check("sourceId", isId, "give a text, a number or null.");
  check("isThing", isFlag, "give true or false.");
  check("isCrowd", isFlag, "give true or false.");
  check("instanceNumber", (value) => isSize(value) && value < 2 ** 31, "give an integer from 1 to 2^31 - 1.");
  check("supercategory", (value) => value === null || isText(value), "give a text or null.");
  check("attributes", Array.isArray, "give an array.");
  check("z", Number.isFinite, "give a number.");
  if (shape.instanceNumber !== undefined && (shape.isCrowd === true || shape.isThing === false)) {
    throw invalid(
      `${path}.instanceNumber: is ${shape.instanceNumber}, but stuff and crowds have no number; leave it out.`,
    );
  }
}
