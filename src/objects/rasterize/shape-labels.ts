/** The labels of a map that was drawn from shapes: names, object numbers and colours. */
import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { canonicalColor, parseColor } from "../../legend/legend.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { Label } from "../../maps/label.js";
import type { ObjectMeasures } from "../measure.js";
import type { Shape } from "./shapes.js";

/** @param measures of the labels that have pixels, by index */
export function makeLabels(
  shapes: readonly Shape[],
  measures: ReadonlyMap<number, Pick<ObjectMeasures, "area" | "bbox">>,
): Label[] {
  const numbers = numberShapes(shapes);
  const colors = colorShapes(shapes);
  let objects = 0;
  return shapes.map((shape, index): Label => {
    const instanceNumber = numbers[index]!;
    const measured = measures.get(index);
    return {
      index,
      color: colors[index]!,
      name: shape.name ?? (instanceNumber > 0 ? `${shape.className} # ${instanceNumber}` : shape.className),
      className: shape.className,
      classId: shape.classId ?? null,
      instanceId: instanceNumber > 0 ? ++objects : 0,
      instanceNumber,
      sourceId: shape.sourceId ?? null,
      isThing: shape.isThing ?? true,
      isCrowd: shape.isCrowd ?? false,
      supercategory: shape.supercategory ?? null,
      attributes: shape.attributes ?? [],
      pixelCount: measured?.area ?? 0,
      bbox: measured?.bbox ?? null,
    };
  });
}

/** The number of each shape within its class; 0 for stuff and crowds. */
function numberShapes(shapes: readonly Shape[]): number[] {
  const placesOfClass = new Map<string, Map<number, number>>();
  shapes.forEach(({ className, instanceNumber }, place) => {
    if (!placesOfClass.has(className)) placesOfClass.set(className, new Map());
    if (instanceNumber === undefined) return;
    const places = placesOfClass.get(className)!;
    const first = places.get(instanceNumber);
    if (first !== undefined) {
      throw invalid(
        `shapes[${place}].instanceNumber: is ${instanceNumber}, as in shapes[${first}] of the same class ${quote(className)}; draw the parts of an object as polygons of one shape.`,
      );
    }
    places.set(instanceNumber, place);
  });
  const reached = new Map<string, number>();
  return shapes.map(({ className, instanceNumber, isThing = true, isCrowd = false }) => {
    if (!isThing || isCrowd) return 0;
    if (instanceNumber !== undefined) return instanceNumber;
    let number = (reached.get(className) ?? 0) + 1;
    while (placesOfClass.get(className)!.has(number)) number++;
    reached.set(className, number);
    return number;
  });
}

/** The colour of each shape: its own, or the next colour of the Pascal VOC colour map that no shape has. */
function colorShapes(shapes: readonly Shape[]): string[] {
  const given = shapes.map(({ color }, place) => {
    if (color === undefined) return undefined;
    if (typeof color !== "string" || parseColor(color) < 0) {
      throw invalid(`shapes[${place}].color: is no colour; write it as #rrggbb.`);
    }
    return canonicalColor(color);
  });
  const taken = new Set(given);
  // Colour 0 is black, which means the background to most tools.
  let next = 0;
  return given.map((color) => {
    if (color !== undefined) return color;
    do next++;
    while (taken.has(vocColor(next)));
    return vocColor(next);
  });
}
