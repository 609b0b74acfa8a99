/** examples/tfjs-training as it is, built with Vite, in a real browser: the loss of the model falls. */
import { expect } from "vitest";
import { itInChromium } from "./bare-page.js";
import { inBuiltExample } from "./built-example.js";

itInChromium("examples/tfjs-training trains a model whose loss falls, over 200 masks", () =>
  inBuiltExample(
    "tfjs-training",
    { build: { target: "es2022" }, worker: { format: "es" } },
    async (page, failure) => {
      const done = page.waitForFunction("document.querySelector('#losses').textContent.includes('done')");
      await Promise.race([done, failure]);
      const lines = (await page.locator("#losses").textContent())!.split("\n");
      const losses = lines.slice(0, -1).map((line) => Number(/: loss (\d+\.\d+)$/.exec(line)?.[1]));
      expect(losses.length).toBe(25);
      expect(lines[24]).toMatch(/^200 masks/);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      console.log(`the loss falls from ${losses[0]} to ${losses.at(-1)}`);
      expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 3)) / 2);
      // The four weights, and two moments of Adam for each, with its two counters: nothing per batch.
      expect(Number(/(\d+) tensors left/.exec(lines.at(-1)!)![1])).toBeLessThan(20);
      expect(await page.locator("#progress").evaluate((bar) => (bar as HTMLProgressElement).position)).toBe(
        1,
      );
      // The loop has ended, so its workers have.
      await expect.poll(() => page.workers().length).toBe(0);
    },
  ),
);
