/** Checks the options of an output, and makes its plan. */

import { ClassList, checkDecodeOptions, DEFAULT_LIMITS, type Dtype, type View } from "labelmap";
import { checkKeys, invalid, isObject, isSize, kindOf } from "labelmap/checks";
import { checkCityscapesNames, countableClasses } from "labelmap/formats";
import { checkArea } from "labelmap/geometry";
import { encodingOf } from "labelmap/ids";
import { LEGEND_FORMS } from "labelmap/legend";
import {
  FORMATS,
  isPixelFormat,
  needsClasses,
  needsThings,
  OBJECTS,
  type OutputOptions,
} from "./output-options.js";
import { canonical, idOf, type OutputPlan, targetWith } from "./output-plan.js";

const KEYS =
  "format map dtype classes things objects minArea labels missing divisor resize snap encoding form strict classBy transparent maxPixels";
const DTYPE_OF_MAP: Readonly<Record<View["map"], Dtype>> = {
  label: "int32",
  semantic: "uint8",
  instance: "uint16",
  panoptic: "int32",
};

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
  const isPixels = isPixelFormat(format);
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
