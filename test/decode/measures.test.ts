/** What the module has counted, as numbers of JavaScript. */
import { expect, it } from "vitest";
import { readMeasures } from "../../src/decode/wasm/measures.js";
import type { ModuleExports } from "../../src/decode/wasm/module.js";

it("counts more than 2^31 pixels of a label", () => {
  const memory = { buffer: new ArrayBuffer(256) };
  const count = 65_536 * 40_000;
  new Uint32Array(memory.buffer, 0, 10).set([count, 0, 0, 65_536, 40_000, 0, 9, 9, 9, 9]);
  const at = (value: number) => ({ value });
  const module = {
    memory,
    measuresPointer: at(0),
    clearCountsPointer: at(64),
    unlabelledPointer: at(128),
    snappedPointer: at(192),
  } as unknown as ModuleExports;
  new Uint32Array(memory.buffer, 64, 1).set([count]);
  expect(readMeasures(module, 2)).toMatchObject({
    counts: [count, 0],
    boxes: [0, 0, 65_536, 40_000, 0, 0, 0, 0],
    transparent: [count, 0],
  });
});
