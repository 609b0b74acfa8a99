/** Numbers into sets: each leads to a smaller one of its set or to itself, which is the set's smallest (union-find). */

/** Every number from 0 to before `length` in a set of its own. */
export function makeSets(length: number): Uint32Array {
  const parents = new Uint32Array(length);
  for (let i = 0; i < length; i++) parents[i] = i;
  return parents;
}

export function unite(parents: Uint32Array, one: number, other: number): void {
  const first = findFirst(parents, one);
  const second = findFirst(parents, other);
  if (first < second) parents[second] = first;
  else parents[first] = second;
}

/** The smallest number of the set. Halves the way there, so that no way stays long. */
export function findFirst(parents: Uint32Array, number: number): number {
  let place = number;
  while (parents[place] !== place) {
    parents[place] = parents[parents[place]!]!;
    place = parents[place]!;
  }
  return place;
}
