/** vitest's `toEqual` for arrays of many numbers, of which it takes a second for a million. */
import { expect } from "vitest";

type NumberArray = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

/** Of the same type too. By their bytes; only arrays that differ are left to `toEqual`, which says in what. */
export function expectEqual(found: NumberArray, expected: NumberArray, message: string): void {
  const isEqual = found.constructor === expected.constructor && bytesOf(found).equals(bytesOf(expected));
  if (!isEqual) expect([...found], message).toEqual([...expected]);
  expect(isEqual, message).toBe(true);
}

function bytesOf({ buffer, byteOffset, byteLength }: NumberArray): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
