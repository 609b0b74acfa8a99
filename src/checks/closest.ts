/** Finds the name that a misspelt one probably means. */

/** Capitals, spaces, hyphens and underscores make no difference. American and British English are the same. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]+/g, "")
    .replaceAll("gray", "grey")
    .replaceAll("colour", "color");
}

/** Longer texts are no misspelt names, and comparing them would take long. */
const LONGEST = 60;

/** The name that is probably meant; `undefined` if none is close: more than a third of the letters differ. */
export function closest(given: string, names: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined;
  const wanted = plain(given);
  if (wanted === "") return undefined;
  const ranked = names
    .map((name) => ({ name, distance: distanceOf(wanted, plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.name;
  return wanted.length < 3 ? undefined : names.find((name) => plain(name).startsWith(wanted));
}

/** How many letters must be changed, added or removed (Levenshtein's distance); swapping two neighbours counts as two. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}

/** `; did you mean "grey"?`, or nothing. */
export function didYouMean(given: unknown, names: readonly string[]): string {
  const meant = typeof given === "string" ? closest(given, names) : undefined;
  return meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
}
