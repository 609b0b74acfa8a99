/**
 * The examples as a newcomer runs them, from a clone: what they print, and that other readers find in their files what
 * sharp finds in the masks. Those of TensorFlow.js are in browser/tfjs.test.ts and browser/tfjs-training.test.ts.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { CocoPanopticDataset } from "../../src/formats/index.js";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const masks = loadCorpus().filter(({ folder }) => folder === FIXTURES);
/** `car` of `car # 2`. */
const classOf = (value: string) => value.replace(/ # \d+$/, "");
const classNames = [
  ...new Set(masks.flatMap(({ result }) => Object.values(result.legend).map(classOf))),
].sort();

const runExample = (...args: string[]) => runNode(args, { cwd: ROOT });

/** Each pixel as 0xRRGGBB, by sharp. */
async function colours(png: Uint8Array | string) {
  const pipeline = sharp(png).removeAlpha().toColourspace("srgb").raw();
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const pixels = new Int32Array(width * height);
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const at = pixel * channels;
    pixels[pixel] = (data[at]! << 16) | (data[at + green]! << 8) | data[at + blue]!;
  }
  return { width, height, pixels };
}

/** A legend's values by 0xRRGGBB; a key of another form matches no pixel. */
function valueOfColour(legend: Record<string, string>): Map<number, string> {
  const entries = Object.entries(legend).filter(([key]) => /^#[\da-f]{6}$/.test(key));
  return new Map(entries.map(([key, value]) => [Number.parseInt(key.slice(1), 16), value]));
}

expectPythonInCi();

describe("examples/npy-folder", () => {
  const out = join(ROOT, "out/npy-folder");
  beforeAll(() => {
    rmSync(out, { recursive: true, force: true });
    expect(runExample("examples/npy-folder/main.mjs")).toContain(
      `out/npy-folder: ${masks.length} .npy files`,
    );
  });

  it("writes which class an id is", () => {
    const { classes, voidId } = JSON.parse(readFileSync(join(out, "classes.json"), "utf8"));
    expect(classes).toEqual(classNames.map((name, id) => ({ id, name })));
    expect(voidId).toBe(255);
  });

  itWithPython("writes files in which NumPy finds the class of every pixel", async () => {
    const script = `
from pathlib import Path
def seen(path):
    ids = np.load(path)
    return [ids.dtype.str, list(ids.shape), hashlib.sha256(ids.tobytes()).hexdigest()]
print(json.dumps({path.stem: seen(path) for path in Path(${JSON.stringify(out)}).glob("*.npy")}))
`;
    const expected: Record<string, unknown> = {};
    for (const { name, png, result } of masks) {
      const { width, height, pixels } = await colours(png);
      const values = valueOfColour(result.legend);
      const idOf = (pixel: number) => {
        const value = values.get(pixels[pixel]!);
        return value === undefined ? 255 : classNames.indexOf(classOf(value));
      };
      // The pixel under the centre of each of the 512×512.
      const ids = Uint8Array.from({ length: 512 * 512 }, (_, place) => {
        const x = Math.floor((((place % 512) + 0.5) * width) / 512);
        const y = Math.floor(((Math.floor(place / 512) + 0.5) * height) / 512);
        return idOf(y * width + x);
      });
      expected[name] = ["|u1", [512, 512], createHash("sha256").update(ids).digest("hex")];
    }
    expect(runPython(script).printed).toEqual(expected);
  });
});

describe("examples/coco-panoptic", () => {
  const out = join(ROOT, "out/coco-panoptic");
  let printed: string;
  let dataset: CocoPanopticDataset;
  beforeAll(() => {
    rmSync(out, { recursive: true, force: true });
    printed = runExample("examples/coco-panoptic/main.mjs");
    dataset = JSON.parse(readFileSync(join(out, "panoptic.json"), "utf8"));
  });

  it("writes a category per class, and an image and an annotation per mask", () => {
    const { images, annotations, categories } = dataset;
    expect(categories.map(({ name }) => name)).toEqual(classNames);
    expect(categories.find(({ name }) => name === "car")!.isthing).toBe(1);
    expect(categories.find(({ name }) => name === "road")!.isthing).toBe(0);
    expect(images).toEqual(
      annotations.map(({ image_id, file_name }) => {
        const { width, height } = masks.find(({ file }) => file === file_name)!.expected;
        return { id: image_id, file_name: file_name.replace(".png", ".jpg"), width, height };
      }),
    );
    expect(new Set(annotations.map(({ file_name }) => file_name))).toEqual(
      new Set(masks.map(({ file }) => file)),
    );
    const segments = annotations.flatMap(({ segments_info }) => segments_info);
    expect(printed).toContain(
      `${masks.length} PNGs; panoptic.json says what their ${segments.length} segments`,
    );
  });

  it.each(masks)("writes a segment for each object and each class of stuff of $name", async (mask) => {
    const categoryOf = new Map(dataset.categories.map((category) => [category.name, category]));
    const values = valueOfColour(mask.result.legend);
    /** What a person would say that a pixel of a colour is. */
    const segmentOf = (colour: number) => {
      const value = values.get(colour);
      if (value === undefined) return "void";
      return categoryOf.get(classOf(value))!.isthing === 1 ? value : classOf(value);
    };
    const drawn = await colours(mask.png);
    const written = await colours(join(out, mask.file));
    expect([written.width, written.height]).toEqual([drawn.width, drawn.height]);
    /** How many pixels have each pair of colours, in the mask and in the PNG that was written. */
    const pairs = new Map<number, number>();
    drawn.pixels.forEach((colour, pixel) => {
      const pair = colour * 2 ** 24 + written.pixels[pixel]!;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    });

    const areas = new Map<string, number>();
    for (const [pair, count] of pairs) {
      const [red, green, blue] = [16, 8, 0].map((shift) => ((pair % 2 ** 24) >> shift) & 255);
      const id = red! + 256 * green! + 65_536 * blue!;
      const key = `${id}: ${segmentOf(Math.floor(pair / 2 ** 24))}`;
      areas.set(key, (areas.get(key) ?? 0) + count);
    }
    areas.delete("0: void");
    const expected = [...areas].map(([key, area]) => {
      const [id, value] = key.split(": ");
      return { id: Number(id), category_id: categoryOf.get(classOf(value!))?.id, area };
    });
    const annotation = dataset.annotations.find(({ file_name }) => file_name === mask.file)!;
    const found = annotation.segments_info.map(({ id, category_id, area }) => ({ id, category_id, area }));
    expect(found.sort((a, b) => a.id - b.id)).toEqual(expected.sort((a, b) => a.id - b.id));
    // No segment is two, and none is without an id.
    const names = [...areas.keys()].map((key) => key.split(": ")[1]);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });
});

it.each(["npy-folder", "coco-panoptic"])("examples/%s says in a line that a folder has no masks", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-"));
  try {
    const args = [`examples/${name}/main.mjs`, folder, join(folder, "out")];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    expect([status, stderr]).toEqual([
      1,
      `${folder} has no masks: it needs name.png files, each with its result in name.json.\n`,
    ]);
    expect(existsSync(join(folder, "out"))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("examples/onnxruntime", () => {
  const folder = join(ROOT, "examples/onnxruntime");
  const isInstalled = existsSync(join(folder, "node_modules/onnxruntime-node"));
  if (!isInstalled && process.env.CI) {
    it("has onnxruntime-node", () =>
      expect.fail("onnxruntime-node is not installed; `npm run examples` does"));
  }

  it.skipIf(!isInstalled)("runs a model that counts the pixels of each class", () => {
    const { result, expected } = masks.find(({ name }) => name === "street-1080p-rgb-upng")!;
    const { width, height, counts } = expected;
    const pixels = new Map<string, number>();
    Object.values(result.legend).forEach((value, label) => {
      const name = classOf(value);
      pixels.set(name, (pixels.get(name) ?? 0) + (counts![label] ?? 0));
    });
    expect(runExample("examples/onnxruntime/main.mjs").trim().split("\n")).toEqual([
      `Pixels per class, counted by the model in int64 [1,${height},${width}]:`,
      ...[...pixels]
        .sort()
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${name} ${count}`),
    ]);
  });

  it.skipIf(!isInstalled)(
    "compares a model's predictions with the masks: the IoU of each, and of all",
    async () => {
      const { result, png } = masks.find(({ name }) => name === "street-1080p-rgb-upng")!;
      const lines = runExample("examples/onnxruntime/iou.mjs").trim().split("\n");
      const found = new Map(lines.map((line) => line.split(": mean IoU ") as [string, string]));
      expect([...found.keys()]).toEqual(["noise 0", "noise 20", "noise 40", "noise 80", "noise 120", "all"]);
      // The same without a model, a loader or a class list: the nearest colour by a plain search, and counts by name.
      const { width, pixels } = await colours(png);
      const legend = [...valueOfColour(result.legend)].map(([colour, value]) => ({
        rgb: [colour >> 16, (colour >> 8) & 255, colour & 255],
        name: classOf(value),
      }));
      const nameOf = new Map(legend.map(({ rgb, name }) => [rgb.join(), name]));
      let state = 1;
      const noise = 40;
      const counts = new Map([...nameOf.values()].map((name) => [name, { wanted: 0, seen: 0, right: 0 }]));
      for (let pixel = 0; pixel < 480 * 270; pixel++) {
        const [x, y] = [(pixel % 480) * 4 + 2, Math.floor(pixel / 480) * 4 + 2];
        const colour = pixels[y * width + x]!;
        const rgb = [colour >> 16, (colour >> 8) & 255, colour & 255];
        const noisy = rgb.map((value) => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return value + (state / 2 ** 31 - 1) * noise;
        });
        const wanted = nameOf.get(rgb.join());
        let [least, seen] = [Number.POSITIVE_INFINITY, ""];
        for (const { rgb: other, name } of legend) {
          const distance = other.reduce((sum, value, channel) => sum + (value - noisy[channel]!) ** 2, 0);
          if (distance < least) [least, seen] = [distance, name];
        }
        if (wanted === undefined) continue;
        counts.get(wanted)!.wanted++;
        counts.get(seen)!.seen++;
        if (seen === wanted) counts.get(seen)!.right++;
      }
      const scores = [...counts.values()]
        .filter(({ wanted, seen }) => wanted + seen > 0)
        .map(({ wanted, seen, right }) => right / (wanted + seen - right));
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      expect(Number(found.get("noise 0"))).toBe(1);
      expect(Math.abs(Number(found.get("noise 40")) - mean)).toBeLessThan(0.0015);
      expect(Number(found.get("noise 120"))).toBeLessThan(Number(found.get("noise 40")));
    },
  );

  it("has the model that make-model.mjs writes", () => {
    const out = mkdtempSync(join(tmpdir(), "labelmap-"));
    try {
      runExample("examples/onnxruntime/make-model.mjs", join(out, "model.onnx"));
      const made = readFileSync(join(out, "model.onnx"));
      expect(made).toEqual(readFileSync(join(folder, "count-labels.onnx")));
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
