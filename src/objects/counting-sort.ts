/** The step that all counting sorts share. */

/** Turns how many there are of each kind into where each kind starts; returns how many there are in all. */
export function countsToStarts(counts: Uint32Array): number {
  let total = 0;
  for (let kind = 0; kind < counts.length; kind++) {
    const count = counts[kind]!;
    counts[kind] = total;
    total += count;
  }
  return total;
}
