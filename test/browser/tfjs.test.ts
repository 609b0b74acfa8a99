/** examples/tfjs as it is, built with Vite, in a real browser: TensorFlow.js counts what sharp counted. */
import { expect } from "vitest";
import { loadCorpus } from "../support/corpus.mjs";
import { itInChromium } from "./bare-page.js";
import { inBuiltExample } from "./built-example.js";

itInChromium("examples/tfjs shows how many pixels each class has", () =>
  inBuiltExample("tfjs", {}, async (page, failure) => {
    const counts = page.locator("#counts:not(:empty)");
    const shown = await Promise.race([counts.textContent(), failure]);

    expect(await page.locator("h1").textContent()).toBe("Pixels per class, summed by TensorFlow.js");

    const { result, expected } = loadCorpus().find(({ name }) => name === "instances-640-palette-upng")!;
    const pixels = new Map<string, number>();
    Object.values(result.legend).forEach((value, label) => {
      const name = value.replace(/ # \d+$/, "");
      pixels.set(name, (pixels.get(name) ?? 0) + (expected.counts![label] ?? 0));
    });
    expect(shown!.split("\n")).toEqual([...pixels].sort().map(([name, count]) => `${name} ${count}`));
  }),
);
