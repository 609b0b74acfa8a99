/**
 * `npm start` as a newcomer runs it: what it prints, and that the files which it writes are what they claim to be.
 * The expected labels are the fixture's, from the independent decoder.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWithNumpy } from "../../scripts/python.mjs";
import { loadCorpus } from "../support/corpus.mjs";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NPY = join(ROOT, "out/npy/street-1080p-rgb-upng.npy");
const sample = loadCorpus().find(({ name }) => name === "street-1080p-rgb-upng")!;
const { width, height, sha256 } = sample.expected;

const python = findPythonWithNumpy();
if (python === undefined && process.env.CI) {
  it("has a Python with NumPy to load the file", () =>
    expect.fail("no Python with NumPy is found; on Debian install python3-numpy"));
}

describe("npm start", () => {
  let printed: string;
  beforeAll(() => {
    printed = runNode(["examples/quick-start/main.mjs"], { cwd: ROOT });
  });

  it("ends by itself with pictures and the call that shows the data set, and prints no escape codes", () => {
    const last = printed.trimEnd().split("\n").slice(-3);
    expect(last).toEqual([
      "Look at out/street-overlay.png and out/sheet.png, and at the data set in your browser:",
      "",
      "$ labelmap view out/dataset",
    ]);
    expect(printed).not.toContain("\x1b");
  });

  it("prints no table with a row for each label of the mask", () => {
    const colors = Object.keys(sample.result.legend);
    expect(colors).toHaveLength(43);
    expect(colors.filter((color) => printed.includes(color))).toEqual([]);
  });

  it("draws a sheet of the data set", async () => {
    const { format, width } = await sharp(join(ROOT, "out/sheet.png")).metadata();
    expect(format).toBe("png");
    // Eight columns for 60 pictures.
    expect(width).toBeGreaterThan(8 * 320);
  });

  it("writes the labels behind the header that the format asks for", () => {
    const file = readFileSync(NPY);
    expect(file.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
    const start = 10 + file.readUInt16LE(8);
    expect(start % 64).toBe(0);
    expect(file.toString("latin1", 10, start)).toContain(
      `{'descr': '<i4', 'fortran_order': False, 'shape': (${height}, ${width}), }`,
    );
    expect(createHash("sha256").update(file.subarray(start)).digest("hex")).toBe(sha256);
  });

  it.skipIf(python === undefined)("writes a file that numpy.load reads as the same labels", () => {
    const script = [
      "import hashlib, numpy, sys",
      "labels = numpy.load(sys.argv[1])",
      "print(labels.dtype.str, *labels.shape, hashlib.sha256(labels.tobytes()).hexdigest())",
    ].join("\n");
    const seen = execFileSync(python!, ["-c", script, NPY], { encoding: "utf8" });
    expect(seen.trim()).toBe(`<i4 ${height} ${width} ${sha256}`);
  });

  it("draws an overlay of the mask's width, with a legend below, that another decoder reads", async () => {
    const overlay = await sharp(join(ROOT, "out/street-overlay.png"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(overlay.info.width).toBe(width);
    expect(overlay.info.height).toBeGreaterThan(height);
  });

  it("fetches the sample data set, whole, and prints each call that it makes", () => {
    expect(readdirSync(join(ROOT, "out/dataset/npy")).filter((name) => name.endsWith(".npy"))).toHaveLength(
      60,
    );
    expect(printed).toContain("out/dataset: 60 done\n");
    expect(printed).toMatch(/out\/dataset: 60 jobs done, 0 failed; \d+ files, .* all match the manifest/);
    expect(printed.match(/^\$ labelmap /gm)).toHaveLength(7);
  });
});
