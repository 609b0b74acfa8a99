/**
 * The ids that COCO's files need for images. An image has the same id in each file, and keeps it if images are added to
 * the set: the id depends on the name alone.
 */

/** Numbers beyond this are not exact in JSON. */
const MOST_DIGITS = 15;
const LARGEST = 2 ** 53 - 1;

/**
 * A function that gives each name its id: the number that the name is (139 for `000000000139`), or a number that is
 * computed from the name. Give it all names of a set, each once.
 *
 * Of two names that are the same number, the second one gets a computed id. Two computed ids are the same only by a chance
 * of one in 10^7 in a set of 100,000 images. Then the second image gets the next free number.
 */
export function imageIds(): (name: string) => number {
  const used = new Set<number>();
  return (name) => {
    const isNumber = /^\d+$/.test(name) && name.length <= MOST_DIGITS;
    let id = isNumber ? Number(name) : hashOf(name);
    if (used.has(id) && isNumber) id = hashOf(name);
    while (used.has(id)) id = id === LARGEST ? 1 : id + 1;
    used.add(id);
    return id;
  };
}

/** A number from 2^50 to 2^51 of the UTF-8 of a text: two 32-bit hashes of FNV-1a, of which 50 bits are kept. */
function hashOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x811c9dc5 ^ 0x5bd1e995];
  for (const byte of new TextEncoder().encode(text)) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x01000193) + 0x9e3779b9;
  }
  return 2 ** 50 + (mixed(high) >>> 14) * 2 ** 32 + mixed(low);
}

/** Spreads the bits, as the finalizer of MurmurHash3 does: the last bytes of a text otherwise reach few of them. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
