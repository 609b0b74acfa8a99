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
     import * as edges from "/browser/webgpu-edges-page.mjs";
     Object.assign(window, paints, measures, edges);`,
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
      "prediction has the class id (beyond 32 bits)",
    ]);
  }),
);

itInChromium("measures as many classes as the device can count pairs of", () =>
  inGpuPage(async (page) => {
    const limit = (name: string, needed: number, has: number) =>
      new RegExp(
        `^DEVICE_LIMIT: A confusion matrix of \\d+ classes needs ${name} ${needed}, and .* ${has}\\.`,
      );
    const [enough, binding, buffer, many] = (await page.evaluate("measureManyClasses()")) as string[];
    expect(enough).toBe("nothing");
    expect(binding).toMatch(limit("maxStorageBufferBindingSize", 84, 80));
    expect(buffer).toMatch(limit("maxBufferSize", 84, 80));
    expect(many).toMatch(limit("maxStorageBufferBindingSize", (5793 * 5794 + 1) * 4, 2 ** 27));
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
  "runs without labels": /^OPTION_INVALID: .*cannot be used as "semantic"/,
  "a value that is too large": /^VALUE_OUT_OF_RANGE: The value 299 of the map does not fit uint8 exactly/,
  "a value that float16 rounds":
    /^VALUE_OUT_OF_RANGE: The value 2049 of the map does not fit float16 exactly/,
  "-1 without a sign": /^VALUE_OUT_OF_RANGE: The value -1 of the map does not fit uint8/,
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

itInChromium("says that runs were destroyed or transferred while a call waited for the device", () =>
  inGpuPage(async (page) => {
    const found = (await page.evaluate("destroyMeanwhile()")) as Record<string, string[]>;
    expect(Object.keys(found).sort()).toEqual(["measure", "paint", "texture", "transferred"]);
    for (const [name, messages] of Object.entries(found))
      for (const message of messages) expect.soft(message, name).toMatch(/^MAP_RECYCLED: /);
  }),
);

/** What each mistake's message has to say, with a device and without one. */
const MISTAKES_OF_BOTH: Readonly<Record<string, RegExp>> = {
  "instances as the reference": /^OPTION_INVALID: The map's values cannot be used as "semantic", since/,
  "labels without names as the reference":
    /^OPTION_INVALID: The map's values cannot be used as "semantic", since/,
  "labels of 8 bits as the reference":
    /^OPTION_INVALID: The map's values cannot be used as "semantic", since/,
  "one-hot instances": /^OPTION_INVALID: The map's values cannot be used as "semantic", since/,
  "a label that the map lacks": /^OPTION_INVALID: The map has a pixel with the label 7, but only 2 labels\.$/,
  "into null": /^OPTION_INVALID: .*`into` must be a/,
  "a texture into null": /^OPTION_INVALID: .*`into` must be a/,
  "previous null": /^OPTION_INVALID: previous must be what measure returned for these classes/,
  "previous without counts": /^OPTION_INVALID: previous must be/,
  "previous of other classes": /^OPTION_INVALID: previous must be/,
  "a short prediction": /^SIZE_MISMATCH: The prediction has \d+ \w+; maps of this size need \d+\.$/,
  "2^32 pixels": /^OPTION_INVALID: 4294967296 elements are more than 2\^32 - 4/,
  "an id of 64 bits": /^CLASS_UNKNOWN: The prediction has the class id \(beyond 32 bits\)/,
  "an id of 32 bits": /^CLASS_UNKNOWN: The prediction has the class id 4294967294,/,
  "several unknown ids": /^CLASS_UNKNOWN: The prediction has the class id 9,/,
};

itInChromium("says the same of a mistake without a device", () =>
  inGpuPage(async (page) => {
    const found = (await page.evaluate("mistakesOfBoth()")) as Record<string, string[]>;
    expect(Object.keys(found).sort()).toEqual(Object.keys(MISTAKES_OF_BOTH).sort());
    for (const [name, messages] of Object.entries(found))
      for (const message of messages) expect.soft(message, name).toMatch(MISTAKES_OF_BOTH[name]!);
  }),
);

itInChromium("measures only buffers whose last word is whole", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate("measureOddBuffer()")).toBe(
      "SIZE_MISMATCH: The prediction has 21 bytes; maps of this size need 24.",
    );
  }),
);

itInChromium("finds the largest of logits that are NaN, infinite, tiny or -0", () =>
  inGpuPage(async (page) => expect(await page.evaluate("checkHardLogits()")).toEqual([])),
);

itInChromium("frees all that it has made if the device refuses a call", () =>
  inGpuPage(async (page) => {
    const none = { paint: [], texture: [], uploadRuns: [], measure: [] };
    expect(await page.evaluate("findLeaks()")).toEqual(none);
  }),
);

itInChromium("frees the output of a call that is aborted after its work was submitted", () =>
  inGpuPage(async (page) => {
    const freed = ["20: enough", 0];
    expect(await page.evaluate("abortAfterSubmit()")).toEqual([...freed, ...freed, ...freed]);
  }),
);

itInChromium("paints the first level of a texture with mipmaps", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate("paintMipmapped()")).toEqual(["nothing", 7, 9, 9, 9, 7, 9, 9, 9]);
  }),
);
