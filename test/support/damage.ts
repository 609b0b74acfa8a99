/** Damaged files: cut short, with wrong bytes, and JSON with wrong values, from random numbers with a seed. */
import { dice } from "./random.mjs";

/** Values that a key of a JSON file should not have, and that make careless code fail, hang or fill the memory. */
const WRONG: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300],
  ...["", "x", "__proto__", "../a", "\u0000", [], {}, [[]], [null], [{}], [1e9, 1e9]],
  ...[{ length: 2 ** 31 }, { toString: null }],
];

/** The bytes with one to three changes: a cut, bits that are flipped, a byte that is replaced, a part that occurs twice. */
export function damageBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const { below } = dice(random);
  let result = bytes.slice();
  for (let count = 1 + below(3); count > 0; count--) {
    const place = below(Math.max(1, result.length));
    const kind = below(5);
    if (kind === 0) result = result.slice(0, place);
    else if (kind === 1 && result.length > 0) result[place]! ^= 1 << below(8);
    else if (kind === 2 && result.length > 0) result[place] = below(256);
    else if (kind === 3) {
      const part = result.slice(place, place + 1 + below(64));
      result = Uint8Array.from([...result.subarray(0, place), ...part, ...result.subarray(place)]);
    } else if (kind === 4) {
      result = Uint8Array.from([...result.subarray(0, place), ...result.subarray(place + 1 + below(16))]);
    }
  }
  return result;
}

/** JSON with one to three values that are replaced, left out, or put twice. */
export function damageJson(text: string, random: () => number): string {
  const { below, pick, chance } = dice(random);
  const json: unknown = JSON.parse(text);
  for (let count = 1 + below(3); count > 0; count--) {
    // A way down from the top, which ends anywhere.
    let parent: Record<string, unknown> | undefined;
    let key = "";
    let value: unknown = json;
    while (typeof value === "object" && value !== null && (parent === undefined || !chance(0.25))) {
      const keys = Object.keys(value);
      if (keys.length === 0) break;
      parent = value as Record<string, unknown>;
      key = pick(keys) as string;
      value = parent[key];
    }
    if (parent === undefined) continue;
    const kind = below(8);
    if (kind === 0) Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
    else if (kind === 1 && Array.isArray(parent)) parent.push(value);
    else if (kind === 2 && typeof value === "number") parent[key] = value + pick([1, -1, 0.5, 1000]);
    else if (kind === 3 && typeof value === "string") parent[key] = value.slice(0, below(value.length + 1));
    else parent[key] = structuredClone(pick(WRONG));
  }
  return JSON.stringify(json);
}
