/**
 * Turns values into ranks: 0 for the smallest value that occurs, 1 for the next, and so on. Data per value can then be
 * kept in plain arrays instead of a `Map`.
 */

export interface RankedValues {
  /** The values that occur, ascending, each once. */
  readonly distinct: Int32Array;
  /** For each element of the input, the index of its value in `distinct`. */
  readonly ranks: Uint32Array;
}

export function rankValues(values: Int32Array): RankedValues {
  let smallest = values[0]!;
  let largest = smallest;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  // Labels and class ids are small, so a table is short. Panoptic ids may lie far apart.
  const range = largest - smallest + 1;
  return range <= Math.max(65_536, values.length) ? rankByTable(values, smallest, range) : rankByMap(values);
}

function rankByTable(values: Int32Array, smallest: number, range: number): RankedValues {
  const table = new Uint32Array(range);
  for (let i = 0; i < values.length; i++) table[values[i]! - smallest] = 1;
  const distinct = new Int32Array(range);
  let count = 0;
  for (let offset = 0; offset < range; offset++) {
    if (table[offset] === 0) continue;
    table[offset] = count;
    distinct[count++] = smallest + offset;
  }
  const ranks = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) ranks[i] = table[values[i]! - smallest]!;
  return { distinct: distinct.slice(0, count), ranks };
}

function rankByMap(values: Int32Array): RankedValues {
  const distinct = Int32Array.from(new Set(values)).sort();
  const rankOf = new Map<number, number>();
  distinct.forEach((value, rank) => {
    rankOf.set(value, rank);
  });
  return { distinct, ranks: Uint32Array.from(values, (value) => rankOf.get(value)!) };
}
