/** What the module has counted, as numbers of JavaScript. */
import { expect, it } from "vitest";
import { readMeasures } from "../../src/decode/wasm/measures.js";
import type { ModuleExports } from "../../src/decode/wasm/module.js";

it("counts more than 2^31 pixels of a label, and up to sixteen colours", () => {
  const memory = { buffer: new ArrayBuffer(512) };
  const count = 65_536 * 40_000;
  new Uint32Array(memory.buffer, 0, 10).set([count, 0, 0, 65_536, 40_000, 0, 9, 9, 9, 9]);
  const at = (value: number) => ({ value });
  const module = {
    memory,
    measuresPointer: at(0),
    clearCountsPointer: at(64),
    unlabelledPointer: at(128),
    snappedPointer: at(288),
  } as unknown as ModuleExports;
  new Uint32Array(memory.buffer, 64, 1).set([count]);
  // Two pixels of one colour, then seventeen of sixteen colours.
  const listed = Array.from({ length: 16 }, (_, place) => ({ rgb: 0xfffff0 + place, count: place ? 1 : 2 }));
  new Uint32Array(memory.buffer, 128, 4).set([2, 1, 7, 2]);
  new Uint32Array(memory.buffer, 288, 34).set([
    17,
    16,
    ...listed.flatMap((color) => [color.rgb, color.count]),
  ]);
  expect(readMeasures(module, 2)).toMatchObject({
    counts: [count, 0],
    boxes: [0, 0, 65_536, 40_000, 0, 0, 0, 0],
    transparent: [count, 0],
    unlabelled: { count: 2, colors: [{ rgb: 7, count: 2 }] },
    snapped: { count: 17, colors: listed },
  });
});
