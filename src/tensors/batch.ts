/** Checks the input of every tensor function: one map, or several maps of the same size. */
import { invalid } from "../checks/invalid.js";
import { LabelMapError } from "../errors.js";
import { checkDenseMap, type DenseMap } from "../maps/dense-map.js";

export interface Batch {
  readonly maps: readonly DenseMap[];
  readonly width: number;
  readonly height: number;
}

/**
 * The maps as a batch. A single map becomes a batch of one.
 *
 * @throws {DecodeError} OPTION_INVALID: an empty array, or something that is not a map.
 * @throws {LabelMapError} SIZE_MISMATCH: the maps have different sizes.
 */
export function batchOf(input: DenseMap | readonly DenseMap[]): Batch {
  const maps = Array.isArray(input) ? (Array.from(input) as unknown[]) : [input as DenseMap];
  if (maps.length === 0) throw invalid("The array of maps is empty; give at least one map.");
  const named = (place: number) => (Array.isArray(input) ? `maps[${place}]` : "the map");
  const checked = maps.map((map, place): DenseMap => {
    checkDenseMap(map, named(place));
    return map;
  });
  const { width, height } = checked[0]!;
  checked.forEach((map, place) => {
    if (map.width === width && map.height === height) return;
    const sizes = `${named(place)} is ${map.width}×${map.height}, the first map ${width}×${height}`;
    throw new LabelMapError("SIZE_MISMATCH", `${sizes}; resize or crop them to the same size.`);
  });
  return { maps: checked, width, height };
}

/** The place of a pixel for messages: `maps[1] at 3,4`, or `3,4` in a single map. */
export function placeOf({ maps, width }: Batch, map: number, pixel: number): string {
  const position = `${pixel % width},${Math.floor(pixel / width)}`;
  return maps.length > 1 ? `maps[${map}] at ${position}` : position;
}
