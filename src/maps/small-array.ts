/**
 * Arrays with a value for each label, many of them in one piece of memory. Before engines allocate memory while large arrays
 * are young, they collect garbage. So a decode to a map of 4K would do that for each of its small arrays.
 */

const BYTES = 65_536;

let memory = new ArrayBuffer(0);
let used = 0;

/** Zeros, as in an array of their own. Its buffer also has other arrays, so it must stay in the library. */
export function smallArray<A>(
  type: new (buffer: ArrayBuffer, byteOffset: number, length: number) => A,
  length: number,
): A {
  const bytes = length * 4;
  if (used + bytes > memory.byteLength) {
    memory = new ArrayBuffer(Math.max(BYTES, bytes));
    used = 0;
  }
  used += bytes;
  return new type(memory, used - bytes, length);
}
