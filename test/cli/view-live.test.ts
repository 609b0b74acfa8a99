/** The page of `labelmap view` while the files of its folder change: real files, a real process, a real Chromium. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { launchChromium, rowTexts, shown } from "../explorer/explorer-page.js";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

/** A PNG of 40 × 30 pixels whose left columns are red, and all others green. */
function mask(redColumns: number): Uint8Array {
  const [width, height] = [40, 30];
  const colors = [...Array(width).keys()].flatMap((x) => (x < redColumns ? [200, 0, 0] : [0, 200, 0]));
  const samples = Uint8Array.from(Array(height).fill(colors).flat());
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 0 });
}

async function startView(folder: string): Promise<string> {
  const { printed } = spawnCli(["view", folder]);
  await until(() => printed.stdout.endsWith("\n"), "the address is printed");
  return printed.stdout.trim();
}

it("tells of changes only who knows the token", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "a.png"), mask(1));
  const url = new URL(await startView(folder));
  expect((await fetch(new URL("/changes", url))).status).toBe(403);
  const { status, headers, body } = await fetch(new URL("changes", url));
  expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe("\n");
  writeFileSync(join(folder, "a.png"), mask(2));
  expect((await reader.read()).value).toBe("data: changed\n\n");
  await reader.cancel();
});

it.skipIf(findChromium() === undefined)(
  "shows files that change, as they are, and keeps what the user sees while one is half written",
  async () => {
    const folder = makeFolder();
    const png = join(folder, "a.png");
    const legend = { "#c80000": "car # 1", "#00c800": "tree" };
    writeFileSync(png, mask(10));
    writeFileSync(join(folder, "a.json"), JSON.stringify({ legend, url: "https://example.com/a.png" }));
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", ({ message }) => errors.push(message));
      await page.goto(await startView(folder));
      await shown(page, "a");
      const rows = async () => (await rowTexts(page)).toSorted();
      expect(await rows()).toEqual([
        ["car", "1", "300"],
        ["tree", "", "900"],
      ]);
      await page.getByLabel("Show tree").uncheck();
      await page.locator(".stage").focus();
      for (let press = 0; press < 3; press++) await page.keyboard.press("+");
      const place = () => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("at"));
      await expect.poll(place).not.toBeNull();
      const before = await place();

      // Written anew.
      writeFileSync(png, mask(20));
      await expect.poll(rows, { timeout: 60_000 }).toEqual([
        ["car", "1", "600"],
        ["tree", "", "600"],
      ]);
      expect(await page.getByLabel("Show tree").isChecked()).toBe(false);
      expect(await place()).toBe(before);

      // Half of it: the page says so, and shows what it had.
      const whole = mask(30);
      writeFileSync(png, whole.subarray(0, whole.length / 2));
      await page.locator("[role=alert] .notice").getByText("a.png").waitFor();
      expect(await rows()).toEqual([
        ["car", "1", "600"],
        ["tree", "", "600"],
      ]);
      writeFileSync(png, whole);
      await expect.poll(rows, { timeout: 60_000 }).toEqual([
        ["car", "1", "900"],
        ["tree", "", "300"],
      ]);
      await expect.poll(() => page.locator("[role=alert] .notice").allTextContents()).toEqual([]);
      expect(await page.getByLabel("Show tree").isChecked()).toBe(false);

      // New masks, and one that is gone.
      writeFileSync(join(folder, "b.png"), readFileSync(png));
      const options = page.locator(".toolbar select option");
      await expect
        .poll(() => options.allTextContents(), { timeout: 60_000 })
        .toEqual(expect.arrayContaining(["a", "b"]));
      rmSync(join(folder, "b.png"));
      await expect
        .poll(() => page.locator(".toolbar").textContent(), { timeout: 60_000 })
        .not.toContain("b.png");
      await expect.poll(() => options.filter({ hasText: /^b$/ }).count(), { timeout: 60_000 }).toBe(0);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
