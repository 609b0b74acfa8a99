/**
 * `labelmap/webgpu` in a real browser, with a software adapter where there is no graphics card: every output has the bytes
 * that the CPU makes. One page runs many cases, since a start of the browser takes longer than most of them.
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { inBarePage, itInChromium } from "./bare-page.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const inGpuPage = (work: (page: Page) => Promise<void>) =>
  inBarePage(
    FIXTURES,
    `import * as paints from "/browser/webgpu-page.mjs";
     import * as measures from "/browser/webgpu-measure-page.mjs";
     Object.assign(window, paints, measures);`,
    work,
    {
      mounts: { "/browser": here("."), "/support": here("../support") },
      args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    },
  );

itInChromium("paints 2,000 random run lists as the CPU does", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate("checkRandomRuns(1, 2000)")).toEqual([]);
  }),
);

itInChromium("paints all masks of the corpus as the CPU does", () =>
  inGpuPage(async (page) => {
    const names = loadCorpus()
      .filter(({ folder }) => folder === FIXTURES)
      .map(({ name }) => name);
    expect(await page.evaluate(`checkCorpus(${JSON.stringify(names)})`)).toEqual([]);
  }),
);

itInChromium("paints one pixel, odd widths, wide rows, and runs that do not fit 16 bits", () =>
  inGpuPage(async (page) => {
    const sizes = [
      ...[1, 2, 3, 5, 7, 13, 255, 257, 1023].flatMap((width) =>
        [1, 2, 3, 7].map((height) => [width, height, 200]),
      ),
      [16_384, 9, 200],
      [65_536, 2, 60_000],
      [65_537, 3, 200],
      [70_001, 2, 2 ** 31],
      [1000, 200, 2 ** 31],
    ];
    expect(await page.evaluate(`checkSizes(${JSON.stringify(sizes)})`)).toEqual([]);
  }),
);

/** Limits that small masks reach, so that everything is split: runs, outputs, predictions, and the grid of workgroups. */
const SMALL = "withLimits({ maxStorageBufferBindingSize: 512, maxComputeWorkgroupsPerDimension: 2 })";

/** One workgroup in each dimension, so that a few thousand elements need a grid of them. */
const NARROW = "withLimits({ maxComputeWorkgroupsPerDimension: 1 })";

itInChromium("splits what is larger than a device can bind or dispatch at once", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate(`checkRandomRuns(5000, 500, ${SMALL})`)).toEqual([]);
    expect(await page.evaluate(`checkMeasures(5000, 60, ${SMALL}, 90)`)).toEqual([]);
    expect(await page.evaluate(`checkSplitTextures(${SMALL})`)).toEqual([]);
    expect(await page.evaluate(`checkRandomRuns(6000, 200, ${NARROW})`)).toEqual([]);
  }),
);

itInChromium("paints into what the caller gives, and nothing behind it", () =>
  inGpuPage(async (page) => expect(await page.evaluate("checkInto()")).toEqual([])),
);

itInChromium("measures predictions with the numbers of labelmap/compare", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate("checkMeasures(1, 400)")).toEqual([]);
    const [added, expected] = (await page.evaluate("checkPrevious()")) as string[];
    expect(added).toBe(expected);
    const unknown = (await page.evaluate("unknownIds()")) as string[];
    expect(
      unknown.map((message) => /^CLASS_UNKNOWN: The (.*), which the class list lacks/.exec(message)?.[1]),
    ).toEqual([
      "prediction has the class id 2",
      "prediction has the class id 77",
      "reference has the class id 9",
      "prediction has the class id -5",
      "prediction has the class id -5",
      "prediction has the class id -1",
      "prediction has the class id 256",
      "prediction has the class id -1",
    ]);
  }),
);

/** What each mistake's message has to say. */
const MISTAKES: Readonly<Record<string, RegExp>> = {
  "no map": /^OPTION_INVALID: The map is null; give what decodeMask returns/,
  "no device": /^OPTION_INVALID: The device is an object; give a GPUDevice, or null/,
  "an empty batch": /^OPTION_INVALID: The array of maps is empty/,
  "a misspelt option": /^OPTION_INVALID: .*unknown key "dtpye"/,
  "another dtype": /^OPTION_INVALID: dtype must be one of int32, uint8, uint16, float32, float16\.$/,
  "another texture": /^OPTION_INVALID: texture must be one of r8uint, r16uint, r32uint\.$/,
  "a texture with a dtype": /^OPTION_INVALID: texture cannot be combined with oneHot or dtype/,
  "another map": /^OPTION_INVALID: map must be one of label, instance, semantic, panoptic\.$/,
  "no classes": /^OPTION_INVALID: The class list is missing/,
  "a divisor for class ids": /^OPTION_INVALID: The options of map "semantic": unknown key "divisor"/,
  "classes for labels": /^OPTION_INVALID: The options of map "label": unknown key "classes"/,
  "one-hot labels": /^OPTION_INVALID: oneHot needs class ids, not map: "label"/,
  "one-hot without classes": /^OPTION_INVALID: oneHot's classes is missing/,
  "an unknown id": /^VALUE_OUT_OF_RANGE: The id \d+ of the map is not a class/,
  "a class that is not in the list": /^CLASS_UNKNOWN: There is no class id for "b"/,
  "runs without labels": /^OPTION_INVALID: .*cannot be painted as "semantic"/,
  "a value that is too large": /^VALUE_OUT_OF_RANGE: The value 299 does not fit uint8 exactly/,
  "a value that float16 rounds": /^VALUE_OUT_OF_RANGE: The value 2049 does not fit float16 exactly/,
  "-1 without a sign": /^VALUE_OUT_OF_RANGE: The value -1 does not fit uint8/,
  "another flip": /^OPTION_INVALID: flip must be/,
  "a crop outside": /^OPTION_INVALID: the crop of 2×2 pixels at 1, 0 is not inside/,
  "another sampling": /^OPTION_INVALID: sampling must be one of/,
  "different sizes": /^SIZE_MISMATCH: maps\[1\] gives 4×4, the first map 2×2/,
  "a small buffer": /^OUTPUT_SIZE: `into` has 12 bytes; the output has 16\.$/,
  "a buffer of another usage": /^OPTION_INVALID: `into` must be a GPUBuffer with the usage STORAGE/,
  "a destroyed buffer": /^OPTION_INVALID: The GPU device refuses the call: .*destroyed/,
  "a texture of another format": /^OPTION_INVALID: `into` must be a GPUTexture of the format r8uint/,
  "a texture of another size": /^OUTPUT_SIZE: `into` has 2×2×1 texels; the output has 4×4×1\.$/,
  "a lost device": /^DEVICE_LOST: The GPU device was destroyed/,
  "an upload to a lost device": /^DEVICE_LOST: /,
  "uploaded runs that were destroyed": /^MAP_RECYCLED: /,
  "runs of another device": /^OPTION_INVALID: The map was uploaded to another device/,
  "a texture that is too wide": /^DEVICE_LIMIT: A texture of 20000×1 needs maxTextureDimension2D 20000/,
  "a buffer that is too large":
    /^DEVICE_LIMIT: A tensor of 40000 bytes needs maxBufferSize 40000, and the device has 1024/,
  "an aborted signal": /: enough$/,
  "an abort in the middle": /: enough$/,
};

itInChromium("says what is wrong with a call, with the code of the library", () =>
  inGpuPage(async (page) => {
    const found = (await page.evaluate("mistakes()")) as Record<string, string>;
    expect(Object.keys(found).sort()).toEqual(Object.keys(MISTAKES).sort());
    for (const [name, message] of Object.entries(found)) expect(message, name).toMatch(MISTAKES[name]!);
  }),
);

itInChromium("says that a device was lost, before a call or in the middle of it", () =>
  inGpuPage(async (page) => {
    const [before, during, after] = (await page.evaluate("loseDevice()")) as string[];
    expect(before).toBe("nothing");
    expect(during).toMatch(/^DEVICE_LOST: .*request a new one/);
    expect(after).toMatch(/^DEVICE_LOST: /);
  }),
);
