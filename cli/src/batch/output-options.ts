/// <reference types="node" />
/**
 * The options of the outputs as plain data. They are checked once and are the same on every machine. Their id shows whether
 * a finished task was made with exactly these options.
 */

import { createHash } from "node:crypto";
import {
  type ClassBy,
  ClassList,
  type ClassListJSON,
  checkDecodeOptions,
  DEFAULT_LIMITS,
  type Dtype,
  type Resize,
  type SnapOptions,
  type Target,
  type Transparent,
  type View,
} from "labelmap";
import { checkKeys, invalid, isObject, isSize, kindOf } from "labelmap/checks";
import { checkCityscapesNames, countableClasses, type SegmentOptions } from "labelmap/formats";
import { checkArea } from "labelmap/geometry";
import { type EncodingInput, encodingOf } from "labelmap/ids";
import { LEGEND_FORMS, type LegendForm } from "labelmap/legend";

/** The formats of the files written for each image. The folder in the output directory has the same name. */
export const FORMATS = [
  "npy",
  "png",
  "coco-panoptic",
  "coco-instances",
  "cityscapes",
  "voc",
  "yolo",
] as const;
/** What an object is; see `SegmentOptions` of `labelmap/formats`. */
export const OBJECTS = ["labels", "numbered", "components"] as const;
export type OutputFormat = (typeof FORMATS)[number];

export interface OutputOptions {
  readonly format: OutputFormat;
  /** For `npy` and `png`: what the values mean. Default `"label"`. The other formats define their own values. */
  readonly map?: View["map"];
  /** For `npy` and `png`. Default uint8 for `semantic`, uint16 for `instance`, int32 for the others. */
  readonly dtype?: Dtype;
  /**
   * A `ClassList` or its JSON. Needed for `semantic`, `panoptic` and all formats except `npy`, `png` and `cityscapes`.
   */
  readonly classes?: ClassList | ClassListJSON;
  /**
   * The classes whose objects are counted one by one. Needed for `coco-panoptic`, `coco-instances` and `yolo`, except with
   * `objects: "components"`, which then counts all classes but `background`.
   */
  readonly things?: readonly string[];
  /** For the same formats: what an object is. Default `"labels"`; see `SegmentOptions` of `labelmap/formats`. */
  readonly objects?: SegmentOptions["objects"];
  /** For `objects: "components"`: smaller areas, in pixels, are left out. Default 1. */
  readonly minArea?: number;
  /** For `cityscapes`: the Cityscapes label of each class that has a different name: `{ pedestrian: "person" }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What to do with a class that is not in the list. Default `"error"`. */
  readonly missing?: "error" | "void";
  /** For `panoptic`: a value is class id × divisor + instance. Default 1000. */
  readonly divisor?: number;
  readonly resize?: Resize;
  readonly snap?: SnapOptions;
  /**
   * How samples stand for labels, as in `DecodeOptions`. Default: `grey` or `palette-index` for such a mask if its legend
   * has only ids, or has ids and the mask is grey; otherwise `colors`.
   */
  readonly encoding?: EncodingInput;
  /** The form of the legends, if they can be read in several ways; see `parseLegend` of `labelmap/legend`. */
  readonly form?: LegendForm;
  /** Whether defects of the legend are errors. Default false. */
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  /** What fully transparent pixels mean, as in `DecodeOptions`. Default `"ignore-alpha"`. */
  readonly transparent?: Transparent;
  /** The most pixels a mask may have. Default 2^28. */
  readonly maxPixels?: number;
}

/** The complete options as plain JSON, with their id. */
export interface OutputPlan {
  /** 16 hex digits of the SHA-256 of the options' canonical JSON. */
  readonly id: string;
  readonly format: OutputFormat;
  /** For `npy` and `png`. */
  readonly target?: Exclude<Target, { map: "runs" }>;
  readonly classes?: ClassListJSON;
  readonly things?: readonly string[];
  readonly objects?: SegmentOptions["objects"];
  readonly minArea?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly missing: "error" | "void";
  /** Missing: each legend is read in the one form that recognises it. */
  readonly form?: LegendForm;
  readonly decode: {
    readonly resize?: Resize;
    readonly snap?: SnapOptions;
    /** Missing: what the mask and its legend say. */
    readonly encoding?: EncodingInput;
    readonly strict: boolean;
    readonly classBy: ClassBy;
    /** Missing: `"ignore-alpha"`. */
    readonly transparent?: Transparent;
    readonly maxPixels?: number;
  };
}

const KEYS =
  "format map dtype classes things objects minArea labels missing divisor resize snap encoding form strict classBy transparent maxPixels";
const DTYPE_OF_MAP: Readonly<Record<View["map"], Dtype>> = {
  label: "int32",
  semantic: "uint8",
  instance: "uint16",
  panoptic: "int32",
};
const FORMATS_WITH_THINGS: readonly OutputFormat[] = ["coco-panoptic", "coco-instances", "yolo"];

/** Whether a format's values are class ids. If so, it needs a class list. */
export function needsClasses({ format, map = "label" }: Pick<OutputOptions, "format" | "map">): boolean {
  if (format === "npy" || format === "png") return map === "semantic" || map === "panoptic";
  return format !== "cityscapes";
}

/** Whether a format needs a list of the classes that have objects, which must be the same for all images. */
export function needsThings({ format }: Pick<OutputOptions, "format">): boolean {
  return FORMATS_WITH_THINGS.includes(format);
}

/**
 * Checks the options of an output and fills in the defaults, without running anything.
 *
 * @throws {DecodeError} OPTION_INVALID: an unknown key or value, an option that the format does not have, or a missing
 *   option that it needs.
 * @throws {ClassError} CLASS_LIST_INVALID.
 */
export function planOutput(options: OutputOptions): OutputPlan {
  if (!isObject(options as unknown))
    throw invalid(`output is ${kindOf(options)}; give an object with "format".`);
  checkKeys(options, KEYS, "the output's options");
  const { format, map, dtype, classes, labels, missing = "error", divisor, ...others } = options;
  const { things: named, objects, minArea, form, ...decode } = others;
  if (!FORMATS.includes(format)) {
    throw invalid(`format must be one of ${FORMATS.join(", ")}.`);
  }
  const isPixels = format === "npy" || format === "png";
  for (const [name, value] of Object.entries({ map, dtype, divisor })) {
    if (value !== undefined && !isPixels)
      throw invalid(`${name} applies only to npy and png, not to ${format}.`);
  }
  if (classes !== undefined && !needsClasses(options)) {
    throw invalid(
      `classes cannot be used with ${isPixels ? `map ${map ?? "label"}` : format}, whose values are not ids of a class list.`,
    );
  }
  if (classes === undefined && needsClasses(options)) {
    throw invalid(
      `${isPixels ? `map ${map}` : format} needs classes, so that the ids are the same in all images.`,
    );
  }
  for (const [name, value] of Object.entries({ things: named, objects, minArea })) {
    if (value !== undefined && !needsThings(options)) throw invalid(`${name} cannot be used with ${format}.`);
  }
  checkObjects(objects, minArea);
  if (named === undefined && needsThings(options) && objects !== "components") {
    throw invalid(`${format} needs things: the names of the classes whose objects are counted.`);
  }
  if (named !== undefined && !(Array.isArray(named) && named.every((name) => typeof name === "string"))) {
    throw invalid("things must be an array of class names.");
  }
  if (labels !== undefined && format !== "cityscapes")
    throw invalid(`labels apply only to cityscapes, not to ${format}.`);
  if (labels !== undefined) checkCityscapesNames(labels);
  if (typeof (decode.strict ?? false) !== "boolean") throw invalid("strict must be true or false.");
  if (missing !== "error" && missing !== "void") throw invalid('missing must be "error" or "void".');
  if (decode.encoding !== undefined) encodingOf(decode.encoding);
  if (form !== undefined && !LEGEND_FORMS.some(({ name }) => name === form)) {
    throw invalid(`form must be one of ${LEGEND_FORMS.map(({ name }) => name).join(", ")}.`);
  }
  const list = classes === undefined ? undefined : ClassList.fromJSON(JSON.parse(JSON.stringify(classes)));
  const things = named ?? (objects === "components" ? countableClasses(list!) : undefined);
  for (const name of things ?? []) {
    if (list?.idOf(name) === undefined)
      throw invalid(`things: ${JSON.stringify(name)} is not in the class list.`);
  }
  const plan: Omit<OutputPlan, "id"> = {
    format,
    ...(isPixels ? { target: targetOf(map ?? "label", dtype, list, missing, divisor) } : {}),
    ...(list === undefined ? {} : { classes: list.toJSON() }),
    ...(things === undefined ? {} : { things: [...new Set(things)].sort(), objects: objects ?? "labels" }),
    ...(minArea === undefined ? {} : { minArea }),
    ...(labels === undefined ? {} : { labels }),
    missing,
    ...(form === undefined ? {} : { form }),
    // The JSON round trip removes keys that are undefined, so that they do not change the id.
    decode: { strict: false, classBy: "name", ...JSON.parse(JSON.stringify(decode)) },
  };
  checkDecodeOptions({
    ...plan.decode,
    ...(plan.target === undefined ? {} : { target: targetWith(plan.target, list) }),
  });
  checkArea(plan.decode, plan.decode.maxPixels ?? DEFAULT_LIMITS.maxPixels);
  return { id: idOf(plan), ...JSON.parse(canonical(plan)) };
}

function checkObjects(objects: unknown, minArea: unknown): void {
  if (objects !== undefined && !OBJECTS.includes(objects as (typeof OBJECTS)[number])) {
    throw invalid(`objects must be one of ${OBJECTS.join(", ")}.`);
  }
  if (minArea !== undefined && objects !== "components") {
    throw invalid("minArea applies only to objects components.");
  }
  if (minArea !== undefined && !isSize(minArea)) {
    throw invalid("minArea must be 1 or more: a number of pixels.");
  }
}

/** The plan in the text of an options file; `undefined` if the text is damaged or contains another plan. */
export function parsePlan(text: string, id: string): OutputPlan | undefined {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(plan)) return undefined;
  const { id: name, ...options } = plan as unknown as OutputPlan;
  // The id is a hash of all other options.
  return name === id && idOf(options) === id && FORMATS.includes(options.format)
    ? { id, ...options }
    : undefined;
}

/**
 * Whether the plan with that id made the same outputs as this plan would. That includes plans whose class list is a shorter
 * beginning of this plan's list: masks with a class missing from the shorter list failed, so all others have the same
 * outputs. So a data set need not be decoded again when a new class turns up.
 */
export function makesSameOutputs(plan: OutputPlan, id: string): boolean {
  const ids = idsOfSameOutputs.get(plan) ?? findSameOutputs(plan);
  idsOfSameOutputs.set(plan, ids);
  return ids.has(id);
}

const idsOfSameOutputs = new WeakMap<OutputPlan, ReadonlySet<string>>();

function findSameOutputs({ id, ...plan }: OutputPlan): ReadonlySet<string> {
  const { classes: list, things = [], missing } = plan;
  const ids = new Set([id]);
  if (list === undefined || missing === "void") return ids;
  for (let count = 0; count < list.classes.length; count++) {
    const classes = { ...list, classes: list.classes.slice(0, count) };
    const isKnown = new Set(classes.classes.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
    const knownThings = things.filter((name) => isKnown.has(name));
    ids.add(idOf({ ...plan, classes, ...(plan.things === undefined ? {} : { things: knownThings }) }));
  }
  return ids;
}

/** A plan's target with its `ClassList`, which JSON cannot hold. */
export function targetWith(
  target: NonNullable<OutputPlan["target"]>,
  classes: ClassList | undefined,
): Target {
  return target.map === "semantic" || target.map === "panoptic"
    ? ({ ...target, classes: classes! } as Target)
    : (target as Target);
}

function targetOf(
  map: View["map"],
  dtype: Dtype | undefined,
  classes: ClassList | undefined,
  missing: "error" | "void",
  divisor: number | undefined,
): NonNullable<OutputPlan["target"]> {
  if (!Object.hasOwn(DTYPE_OF_MAP, map)) {
    throw invalid(`map must be one of ${Object.keys(DTYPE_OF_MAP).join(", ")}.`);
  }
  if (divisor !== undefined && map !== "panoptic") throw invalid("divisor applies only to map panoptic.");
  return {
    map,
    dtype: dtype ?? DTYPE_OF_MAP[map],
    ...(classes === undefined ? {} : { missing }),
    ...(divisor === undefined ? {} : { divisor }),
  } as NonNullable<OutputPlan["target"]>;
}

function idOf(plan: Omit<OutputPlan, "id">): string {
  return createHash("sha256").update(canonical(plan)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys: equal options give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
