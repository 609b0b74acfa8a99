/** Decodes one mask and applies the steps to its maps. */

import { decodeMaskSync } from "../decode/decode.js";
import type { PngInput } from "../decode/png-input.js";
import type { DenseTarget, RunsMap, Target, TargetMap } from "../decode/targets.js";
import type { Crop } from "../geometry/area.js";
import type { LabelArray } from "../maps/dense-map.js";
import { applySteps, isGather, neededBox } from "./apply-steps.js";
import { headerSize, type ReadItem } from "./read-item.js";
import type { JobSettings } from "./settings.js";
import { type ItemPlace, type MapGeometry, planSteps, type Size, type StepPlan } from "./step-plan.js";
import { isDense } from "./targets.js";

/** The maps of a mask's targets. */
export interface DecodedItem {
  readonly maps: readonly (TargetMap | RunsMap)[];
  readonly geometry: MapGeometry;
}

/** @param intoOf the array for a target; `undefined`: a fresh one. */
export function decodeItem(
  { name, place, result }: ReadItem,
  png: PngInput,
  settings: JobSettings,
  intoOf: (target: DenseTarget, index: number) => LabelArray | undefined,
): DecodedItem {
  const { options } = settings;
  const legend = (result === undefined ? settings.result : result) ?? null;
  const decode = (crop: Crop | undefined, into: typeof intoOf) => {
    const target = settings.targets.map((each, index) => withArray(each, index, into));
    return decodeMaskSync(png, legend, { ...options, ...(crop && { crop }), target }) as DecodedItem["maps"];
  };
  const plan = planOf(place, png, settings);
  // The decoder says what is wrong with a mask that cannot be, or with a crop that is not inside it.
  if (plan === null) return { maps: decode(undefined, intoOf), geometry: null as never };
  const box = options.resize === undefined ? neededBox(plan) : null;
  const crop =
    box === null
      ? undefined
      : { ...box, x: box.x + (options.crop?.x ?? 0), y: box.y + (options.crop?.y ?? 0) };
  const rest = box === null ? plan : inside(box, plan);
  const isMoved = rest.parts.some(isGather);
  const maps = decode(crop, isMoved ? () => undefined : intoOf).map((map, index) => {
    const target = settings.targets[index]!;
    if (rest.parts.length === 0 || map.map === "runs" || !isDense(target)) return map;
    const output = isMoved ? intoOf(target, index) : undefined;
    const data = applySteps({ map, name, target: index }, rest, output);
    const { width, height } = plan.geometry;
    return { ...map, width, height, data } as TargetMap;
  });
  return { maps, geometry: plan.geometry };
}

/**
 * What becomes of a mask; `null` if its size is not known, or its crop is not inside it.
 *
 * @throws {DecodeError} OPTION_INVALID: the crop of a step is not inside the map.
 */
export function planOf(place: ItemPlace, png: PngInput, settings: JobSettings): StepPlan | null {
  const source = headerSize(png, settings.options.maxPixels);
  const shown = source === null ? null : shownPart(source, settings);
  if (source === null || shown === null) return null;
  return planSteps(settings.steps, source, shown, place, settings.seed);
}

function withArray(target: Target, index: number, intoOf: Parameters<typeof decodeItem>[3]): Target {
  if (!isDense(target)) return target;
  const into = intoOf(target, index);
  return into === undefined ? target : ({ ...target, into } as DenseTarget);
}

/** The part of a mask that the decoder shows, and at which size; `null` if it is not inside the mask. */
function shownPart(
  source: Size,
  { options: { crop, resize } }: JobSettings,
): (Crop & { readonly resized: Size }) | null {
  const { x, y, width, height } = crop ?? { x: 0, y: 0, ...source };
  if (x + width > source.width || y + height > source.height) return null;
  return { x, y, width, height, resized: resize ?? { width, height } };
}

/** The plan for a map that is only this part. A first step that takes all of it is left out. */
function inside({ x, y, width, height }: Crop, { geometry, parts: [first, ...others] }: StepPlan): StepPlan {
  if (first === undefined || !isGather(first)) throw new TypeError("the box is that of the first part");
  const columns = first.columns.map((column) => column - x);
  const rows = first.rows.map((row) => row - y);
  const isAll = isCounting(columns, width) && isCounting(rows, height);
  return { geometry, parts: isAll ? others : [{ columns, rows }, ...others] };
}

/** Whether these are the numbers from 0 up to, but not including, `end`. */
function isCounting(places: Uint32Array, end: number): boolean {
  return places.length === end && places.every((place, index) => place === index);
}
