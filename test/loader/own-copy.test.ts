/** Copies of the caller's bytes, for workers. */
import { expect, it } from "vitest";
import { ownCopy } from "../../src/loader/read-png-bytes.js";
import { SpareMemory } from "../../src/loader/spare-memory.js";

const refusal = (code: string) => expect.objectContaining({ name: "DecodeError", code });

it("copies the bytes that a view shows, and leaves the caller's as they are", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
  const copy = ownCopy(bytes, new SpareMemory(1));
  expect([...copy]).toEqual([2, 3]);
  expect(copy.buffer).not.toBe(bytes.buffer);
  copy[0] = 9;
  expect([...bytes]).toEqual([2, 3]);
});

it("copies to memory that has come back, without what was there", () => {
  const spare = new SpareMemory(1);
  const first = ownCopy(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), spare);
  const memory = first.buffer;
  spare.give([memory]);
  const second = ownCopy(Uint8Array.of(9, 10), spare);
  expect(second.buffer).toBe(memory);
  expect([...second]).toEqual([9, 10]);
});

it("says whether memory is missing, or the bytes are gone", () => {
  // The platform refuses an array of this length with a RangeError, as it refuses one that does not fit into memory.
  expect(() => ownCopy({ length: 2 ** 50 } as Uint8Array, new SpareMemory(1))).toThrow(
    refusal("OUT_OF_MEMORY"),
  );
  const gone = Uint8Array.of(1);
  structuredClone(gone, { transfer: [gone.buffer] });
  expect(() => ownCopy(gone, new SpareMemory(1))).toThrow(refusal("OPTION_INVALID"));
});
