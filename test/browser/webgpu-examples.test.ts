/**
 * The pages of examples/webgpu and examples/transformers, built with Vite: models whose input is painted on the GPU and
 * whose output is measured there. The scores are those of the CPU, where the same is done in plain loops.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ClassList, decodeMask } from "../../src/all.js";
import { compare } from "../../src/compare/index.js";
import { crop } from "../../src/geometry/index.js";
import { FIXTURES } from "../support/corpus.mjs";
import { itInChromium } from "./bare-page.js";
import { inBuiltExample } from "./built-example.js";

/**
 * A test that is skipped if an example's packages are not installed: `npm --prefix examples/webgpu ci`. The gate installs
 * those of examples/webgpu, so there a missing one is an error.
 */
function itInstalled(example: "webgpu" | "transformers", name: string, test: () => Promise<void>): void {
  const packages = fileURLToPath(new URL(`../../examples/${example}/node_modules`, import.meta.url));
  const isDemanded = process.env.CI !== undefined && example === "webgpu";
  const run = existsSync(packages) || isDemanded ? itInChromium : it.skip;
  run(`examples/${example}: ${name}`, test);
}

const MASK = join(FIXTURES, "street-500-rgb-interlaced");
const result = JSON.parse(readFileSync(`${MASK}.json`, "utf8"));
const classes = ClassList.fromResults([result]);

/** What a page shows. */
async function scoresOf(example: string, file: string): Promise<string> {
  let shown = "";
  await inBuiltExample(
    example,
    {},
    async (page, failure) => {
      const done = page.waitForFunction("document.querySelector('#scores').textContent !== ''");
      await Promise.race([done, failure]);
      shown = (await page.locator("#scores").textContent())!;
    },
    { file, args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] },
  );
  return shown;
}

/** The scores of a prediction that looks at 5×5 ids for each pixel, in the form of the pages. */
async function expectedScores(predict: (ids: readonly number[]) => number): Promise<string> {
  const target = { map: "semantic", classes } as const;
  const map = await decodeMask(readFileSync(`${MASK}.png`), result, { target });
  const [width, height] = [map.width - 4, map.height - 4];
  const data = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ids = Array.from({ length: 25 }, (_, place) => {
        const [row, column] = [y + Math.floor(place / 5), x + (place % 5)];
        return map.data[row * map.width + column]!;
      });
      data[y * width + x] = predict(ids);
    }
  }
  const reference = crop(map, { x: 2, y: 2, width, height });
  const { meanIoU, classes: scores } = compare(reference, { width, height, data }, { classes });
  const lines = scores.map(({ name, iou, referencePixels }) => `${name} ${iou} of ${referencePixels} pixels`);
  return [`mean IoU ${meanIoU}`, ...lines].join("\n");
}

/** The class that most of 5×5 pixels have. */
const most = (ids: readonly number[]) => {
  const counts = classes.classes.map(({ id }) => ids.filter((other) => other === id).length);
  return counts.indexOf(Math.max(...counts));
};

itInstalled("webgpu", "the IoU of a model of onnxruntime-web is that of the CPU", async () => {
  expect(await scoresOf("webgpu", "onnxruntime.html")).toBe(await expectedScores(most));
});

itInstalled("webgpu", "the IoU of a prediction of TensorFlow.js is that of the CPU", async () => {
  const smallest = (ids: readonly number[]) => Math.min(...ids);
  expect(await scoresOf("webgpu", "tfjs.html")).toBe(await expectedScores(smallest));
});

itInstalled("transformers", "the IoU of a model of transformers.js is that of the CPU", async () => {
  expect(await scoresOf("transformers", "index.html")).toBe(await expectedScores(most));
});
