/** Finds names that differ by one letter, in time that grows with their total length and not with their square. */

const LEAST_LETTERS = 5;

/**
 * The pairs of names that become equal if one letter is replaced, added or left out. Case is ignored, and names that then
 * are equal are no pair. Digits and spaces are no typing errors: `lane 1` and `lane 2` are no pair.
 *
 * @param names each once
 */
export function oneLetterApart(names: readonly string[]): [string, string][] {
  const words = names
    .map((name) => ({ name, letters: [...name.normalize("NFC").toLowerCase()] }))
    .filter(({ letters }) => letters.filter((letter) => /\p{Letter}/u.test(letter)).length >= LEAST_LETTERS);
  const wholes = new Map<string, string[]>();
  for (const { name, letters } of words) push(wholes, letters.join(""), name);
  const holes = new Map<string, string[]>();
  const pairs = new Map<string, [string, string]>();
  const add = (a: string, b: string) => {
    const pair: [string, string] = a < b ? [a, b] : [b, a];
    pairs.set(pair.join("\n"), pair);
  };
  for (const { name, letters } of words) {
    const whole = letters.join("");
    for (const [place, letter] of letters.entries()) {
      if (!/\p{Letter}/u.test(letter)) continue;
      const [before, after] = [letters.slice(0, place).join(""), letters.slice(place + 1).join("")];
      for (const other of wholes.get(before + after) ?? []) add(name, other);
      // The null character stands for any letter.
      const hole = `${before}\0${after}`;
      for (const other of holes.get(hole) ?? []) {
        if ([...other.normalize("NFC").toLowerCase()].join("") !== whole) add(name, other);
      }
      push(holes, hole, name);
    }
  }
  return [...pairs.values()].sort(([a, b], [c, d]) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1));
}

function push(lists: Map<string, string[]>, key: string, name: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [name]);
  else list.push(name);
}
