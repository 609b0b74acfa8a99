/** Copies of the caller's bytes, for workers. */
import { expect, it } from "vitest";
import { ownCopy } from "../../src/loader/read-png-bytes.js";

const refusal = (code: string) => expect.objectContaining({ name: "DecodeError", code });

it("copies the bytes that a view shows, and leaves the caller's as they are", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
  const copy = ownCopy(bytes);
  expect([...new Uint8Array(copy)]).toEqual([2, 3]);
  expect(copy).not.toBe(bytes.buffer);
});

it("says whether memory is missing, or the bytes are gone", () => {
  // The platform refuses an array of this length with a RangeError, as it refuses one that does not fit into memory.
  expect(() => ownCopy({ length: 2 ** 50 } as Uint8Array)).toThrow(refusal("OUT_OF_MEMORY"));
  const gone = Uint8Array.of(1);
  structuredClone(gone, { transfer: [gone.buffer] });
  expect(() => ownCopy(gone)).toThrow(refusal("OPTION_INVALID"));
});
