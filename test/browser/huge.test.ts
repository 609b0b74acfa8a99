/** The largest mask that is promised, 8192×8192 (268 MB of labels), in a real browser. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { hugeMask } from "../support/huge-mask.mjs";
import { inBarePage, itInChromium } from "./bare-page.js";

const SIZE = 8192;
const PERIOD = 64;
const SCRIPT = `
  import { decodeMask } from "/dist/browser/labelmap.js";
  window.decode = async () => {
    const png = await (await fetch("/masks/huge.png")).arrayBuffer();
    const legend = await (await fetch("/masks/huge.json")).json();
    const { data } = await decodeMask(png, legend);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };`;

itInChromium("decodes an 8192×8192 mask in Chromium", async () => {
  const { png, legend, rowLabels } = hugeMask(SIZE, PERIOD);
  const expected = createHash("sha256");
  for (let y = 0; y < SIZE; y++) expected.update(rowLabels[y % PERIOD]!);

  const masks = mkdtempSync(join(tmpdir(), "labelmap-huge-"));
  try {
    writeFileSync(join(masks, "huge.png"), png);
    writeFileSync(join(masks, "huge.json"), JSON.stringify(legend));
    await inBarePage(masks, SCRIPT, async (page) => {
      expect(await page.evaluate("decode()")).toBe(expected.digest("hex"));
    });
  } finally {
    rmSync(masks, { recursive: true, force: true });
  }
});
