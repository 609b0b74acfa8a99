/** A short run of the soak in Node. `npm run soak` is the long one. The part in Chromium is in browser/loader-soak.test.ts. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

it("loads 600 masks in many loops, while workers are killed, with the labels that were drawn", () => {
  const env = { ...process.env, SOAK_NODE: "600", SOAK_CHROMIUM: "0" };
  const printed = runNode(["bench/loader-soak.mjs"], { cwd: ROOT, env, timeout: 300_000 });
  expect(printed).toMatch(/^Node: maps 6\d\d, loops [1-9]/m);
  expect(printed).toMatch(/^Node: all labels are equal, and no worker is left$/m);
});
