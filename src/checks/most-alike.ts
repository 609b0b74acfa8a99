/**
 * Which names look most like a given one, for messages of the core. `closest` (closest.ts) decides whether a name is meant
 * at all. This only ranks, in a third of the code.
 */

/** A longer text is no misspelt name, and to search it would take long. */
const LONGEST = 60;

/**
 * Up to three names that have most pairs of neighbouring letters in common with `given`, for their length (Dice's
 * coefficient); the most alike first, without those that are less than half as much alike. Capitals make no difference. A
 * name's first letter makes a pair with a space.
 */
export function mostAlike(given: string, names: Iterable<string>): string[] {
  const wanted = ` ${given}`.slice(0, LONGEST).toLowerCase();
  const ranked = Array.from(names, (name): [name: string, likeness: number] => {
    const letters = ` ${name}`.toLowerCase();
    const isCommon = (_: string, place: number) => wanted.includes(letters.slice(place, place + 2));
    return [name, [...name].filter(isCommon).length / (letters.length + wanted.length)];
  });
  ranked.sort((one, other) => other[1] - one[1]);
  const alike = ranked.filter(([, likeness]) => 2 * likeness >= ranked[0]![1]);
  return alike.slice(0, 3).map(([name]) => name);
}
