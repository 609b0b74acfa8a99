/** A short run of the soak in Chromium. `npm run soak` is the long one. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { runNode } from "../support/run-node.js";
import { itInChromium } from "./bare-page.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

itInChromium(
  "loads 300 masks in a page, while its workers die, with the labels that were drawn",
  async () => {
    const env = { ...process.env, SOAK_NODE: "0", SOAK_CHROMIUM: "300" };
    const printed = runNode(["bench/loader-soak.mjs"], { cwd: ROOT, env, timeout: 300_000 });
    expect(printed).toMatch(/^Chromium: maps 3\d\d, loops [1-9]/m);
    expect(printed).toMatch(/^Chromium: all labels are equal, and no worker is left$/m);
  },
);
