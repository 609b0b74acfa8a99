/**
 * Groups numbers into sets (union-find). Each number points to a smaller number of its set. The smallest points to
 * itself and stands for the set.
 */

/** Puts each number from 0 to `length - 1` in a set of its own. */
export function makeSets(length: number): Uint32Array {
  const parents = new Uint32Array(length);
  for (let i = 0; i < length; i++) parents[i] = i;
  return parents;
}

/** Joins the sets of two numbers into one. */
export function unite(parents: Uint32Array, one: number, other: number): void {
  const first = findFirst(parents, one);
  const second = findFirst(parents, other);
  if (first < second) parents[second] = first;
  else parents[first] = second;
}

/** The smallest number of the set. Halves the path as it follows it, so that no path stays long. */
export function findFirst(parents: Uint32Array, number: number): number {
  let place = number;
  while (parents[place] !== place) {
    parents[place] = parents[parents[place]!]!;
    place = parents[place]!;
  }
  return place;
}
