/** What every tensor is made from: one map or several of one size, checked. */
import { invalid } from "../checks/arguments.js";
import { LabelMapError } from "../errors.js";
import { checkDenseMap, type DenseMap } from "../maps/dense-map.js";

export interface Batch {
  readonly maps: readonly DenseMap[];
  readonly width: number;
  readonly height: number;
}

/**
 * One map is a batch of one.
 *
 * @throws {DecodeError} OPTION_INVALID: no maps.
 * @throws {LabelMapError} SIZE_MISMATCH.
 */
export function batchOf(input: DenseMap | readonly DenseMap[]): Batch {
  const maps = Array.isArray(input) ? (Array.from(input) as unknown[]) : [input as DenseMap];
  if (maps.length === 0) throw invalid("There are no maps; give one at least.");
  const named = (place: number) => (Array.isArray(input) ? `maps[${place}]` : "the map");
  const checked = maps.map((map, place): DenseMap => {
    checkDenseMap(map, named(place));
    return map;
  });
  const { width, height } = checked[0]!;
  checked.forEach((map, place) => {
    if (map.width === width && map.height === height) return;
    const sizes = `${named(place)} is ${map.width}×${map.height}, the first map ${width}×${height}`;
    throw new LabelMapError("SIZE_MISMATCH", `${sizes}; resize or crop them to one size.`);
  });
  return { maps: checked, width, height };
}

/** Where a pixel is: `maps[1] at 3,4`, or `3,4` of a single map. */
export function placeOf({ maps, width }: Batch, map: number, pixel: number): string {
  const position = `${pixel % width},${Math.floor(pixel / width)}`;
  return maps.length > 1 ? `maps[${map}] at ${position}` : position;
}
