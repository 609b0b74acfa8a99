/** The step that all counting sorts here have in common: counts to start positions. */

/** Replaces the count of each kind by the position where that kind starts. Returns the total. */
export function countsToStarts(counts: Uint32Array): number {
  let total = 0;
  for (let kind = 0; kind < counts.length; kind++) {
    const count = counts[kind]!;
    counts[kind] = total;
    total += count;
  }
  return total;
}
