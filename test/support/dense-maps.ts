/** Random maps of plain numbers, for tests of the formats that hold such maps. */
import fc from "fast-check";
import { dice, mulberry32 } from "./random.mjs";

/** Areas of a few values, with every value of the range somewhere. */
export function drawMap<A extends Uint8Array | Uint16Array | Int32Array>(
  data: A,
  width: number,
  max: number,
  seed: number,
) {
  const random = dice(mulberry32(seed));
  for (let index = 0; index < data.length; index++) {
    data[index] = random.chance(0.8) && index > 0 ? data[index - 1]! : random.below(max + 1);
  }
  data[0] = max;
  return { width, height: data.length / width, data };
}

/** Any map of up to 12×12 pixels, with values from 0 to `max`. */
export const anyMap = (max: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 0, max }), { minLength: width * height, maxLength: width * height })
        .map((values) => ({ width, height, data: Int32Array.from(values) })),
    );
