/** In a page, what a mask needs beyond the core is missed until its entry point is imported, and works from then on. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { inBarePage, itInChromium } from "./bare-page.js";

const MASKS = fileURLToPath(new URL("../fixtures/legends", import.meta.url));

/** The page decodes one mask in several ways, each of which needs another part. */
const PAGE = `
  import { decodeMask } from "/dist/browser/labelmap.js";
  const png = await (await fetch("/masks/three-colours.png")).arrayBuffer();
  const legend = { "#0000ff": "car" };
  const calls = {
    maps: () => decodeMask(png, legend, { target: { map: "runs" } }),
    geometry: () => decodeMask(png, legend, { resize: { width: 2, height: 2 } }),
    snap: () => decodeMask(png, legend, { snap: { maxDistance: 500 } }),
    ids: () => decodeMask(png, null, { encoding: "rgb-id" }),
    legend: () => decodeMask(png, { car: [0, 0, 255] }),
    upng: () => decodeMask(png, legend, { engine: "upng" }),
    stream: () => decodeMask(new URL("/masks/three-colours.png", location.href), legend),
  };
  const requested = () => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  window.run = async () => {
    const found = {};
    for (const [name, call] of Object.entries(calls)) {
      found[name] = await call().then(
        ({ width, labels }) => [width, labels.length],
        ({ name, code, message }) => ({ name, code, message }),
      );
    }
    return found;
  };
  window.load = (name) => import(\`/dist/browser/\${name}.js\`);
  window.requested = requested;`;

const missed = (part: string, code: string) => ({
  name: "DecodeError",
  code,
  message: expect.stringContaining(`; add \`import "labelmap/${part}"\` to your program`),
});
const MISSED = {
  maps: missed("maps", "PART_MISSING"),
  geometry: missed("geometry", "PART_MISSING"),
  snap: missed("snap", "PART_MISSING"),
  ids: missed("ids", "PART_MISSING"),
  legend: missed("legend", "PART_MISSING"),
  upng: missed("upng", "ENGINE_UNAVAILABLE"),
  stream: missed("stream", "PART_MISSING"),
};

itInChromium("a page that imports no part is told the line that it lacks, and loads nothing more", () =>
  inBarePage(MASKS, PAGE, async (page) => {
    const before = await page.evaluate("requested()");
    expect(await page.evaluate("run()")).toEqual(MISSED);
    expect(await page.evaluate("requested()")).toEqual(before);
  }),
);

for (const part of ["maps", "geometry", "snap", "ids", "legend", "upng", "stream"] as const)
  itInChromium(`labelmap/${part} works once the page imports it`, () =>
    inBarePage(MASKS, PAGE, async (page) => {
      await page.evaluate(`load("${part}")`);
      const { [part]: found, ...others } = (await page.evaluate("run()")) as Record<string, unknown>;
      expect(found).toEqual([expect.any(Number), expect.any(Number)]);
      const { [part]: _, ...stillMissed } = MISSED;
      expect(others).toEqual(stillMissed);
    }),
  );

itInChromium("all of them work with all.js", () =>
  inBarePage(MASKS, PAGE, async (page) => {
    await page.evaluate('load("all")');
    for (const found of Object.values((await page.evaluate("run()")) as object)) {
      expect(found).toEqual([expect.any(Number), expect.any(Number)]);
    }
  }),
);
