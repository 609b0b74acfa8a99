/** The inputs that the fuzzer has kept: none of them is a finding. `npm run fuzz` goes on from them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as library from "../../src/all.js";
import { judge } from "../fuzz/oracle.mjs";

const folder = new URL("../fuzz/corpus/", import.meta.url);

it("every kept input gives a typed error, or labels on which both engines agree", async () => {
  await library.init();
  const outcomes = new Set<string>();
  for (const file of readdirSync(folder)) {
    const { outcome, finding } = judge(library, new Uint8Array(readFileSync(new URL(file, folder))));
    expect(finding, file).toBeNull();
    outcomes.add(outcome);
  }
  expect(outcomes.size).toBeGreaterThan(10);
});
