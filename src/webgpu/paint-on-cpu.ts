/** Paints on the CPU what the GPU would have painted, for programs that run without one. */

import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { DecodeError } from "../errors.js";
import { ELEMENTS, type ElementArrays, type ElementType, TEXTURES } from "./element-types.js";
import type { OutputArea } from "./output-area.js";
import type { CheckedOptions } from "./paint-options.js";
import type { Source } from "./source.js";
import type { ValueTable } from "./value-table.js";

/** One map of a batch, with what it is painted with. */
export interface Painting {
  readonly source: Source;
  readonly area: OutputArea;
  readonly table: ValueTable;
}

/**
 * The elements of all maps, N×H×W or N×C×H×W, row-major.
 *
 * @throws {DecodeError} OPTION_INVALID or OUTPUT_SIZE: `into` has another type or length; OUT_OF_MEMORY.
 */
export function paintOnCpu(
  paintings: readonly Painting[],
  { dtype, texture, into }: CheckedOptions,
): ElementArrays[ElementType] | Uint32Array<ArrayBuffer> {
  const { array } = ELEMENTS[dtype];
  // Texels have no sign.
  const type = texture !== undefined && TEXTURES[texture] === "int32" ? Uint32Array : array;
  const { area, table } = paintings[0]!;
  const mapLength = (table.channels ?? 1) * area.width * area.height;
  const length = paintings.length * mapLength;
  const output = into === undefined ? withMemoryFor(`${length} elements`, () => new type(length)) : into;
  if (!(output instanceof type))
    throw invalid(`without a GPU, \`into\` must be a ${type.name} for ${texture ?? dtype}.`);
  if (output.length !== length) {
    throw new DecodeError("OUTPUT_SIZE", `\`into\` has ${output.length} elements; the output has ${length}.`);
  }
  const typeOfBits = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[ELEMENTS[dtype].bytes];
  const bits = new typeOfBits(output.buffer, output.byteOffset, length);
  const { bitsOf } = ELEMENTS[dtype];
  paintings.forEach((painting, place) => {
    const { entries, channels } = painting.table;
    for (let channel = 0; channel < (channels ?? 1); channel++) {
      const values =
        channels === undefined ? entries : entries.map((entry) => bitsOf(entry === channel ? 1 : 0));
      const start = place * mapLength + channel * area.width * area.height;
      paintPlane(painting, values, bits.subarray(start, start + area.width * area.height));
    }
  });
  return output;
}

/** Paints H×W elements. Rows of one band are equal, so only the first is painted, and the others are copied. */
function paintPlane(
  { source, area }: Painting,
  values: Uint32Array,
  into: Uint8Array | Uint16Array | Uint32Array,
): void {
  const { runs, ranks, rankOffset } = source;
  const { width, height, bands, columns } = area;
  const isDescending = columns[0]! > columns[width - 1]!;
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const band = bands[y]!;
    if (y > 0 && band === bands[y - 1]) {
      into.copyWithin(start, start - width, start);
      continue;
    }
    let run = runs.bandRuns[band]!;
    for (let step = 0; step < width; step++) {
      const x = isDescending ? width - 1 - step : step;
      while (runs.runEnds[run]! <= columns[x]!) run++;
      into[start + x] = values[ranks[run]! + rankOffset]!;
    }
  }
}
