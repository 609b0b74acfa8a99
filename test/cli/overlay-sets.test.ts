/** `labelmap overlay` of data sets: formats of the pictures in a folder, and contact sheets. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { classColors } from "../../src/legend/index.js";
import { colorAt, pixelsOf } from "../support/pictures.js";
import { makeFolder, runCli } from "../support/run-cli.js";

const COUNT = 5;
/** The cell of a sheet. */
const [CELL_WIDTH, CELL_HEIGHT] = [320, 240];
const CLASSES = ["sky", "car", "road"];
/** Each mask has other colours for the same classes, as real ones have. */
const colorsOf = (place: number) => [0x101010 + place, 0x202020 + place, 0x303030 + place];
const hex = (color: number) => `#${color.toString(16).padStart(6, "0")}`;

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => runCli(["overlay", ...args], { cwd: folder });

beforeAll(async () => {
  mkdirSync(at("set"));
  for (let place = 0; place < COUNT; place++) {
    // Three stripes; the sizes differ.
    const [width, height] = [96 + 60 * place, 90];
    const data = new Uint8Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel++) {
      data.fill(colorsOf(place)[Math.floor(pixel / width / 30)]! >> 16, pixel * 3, pixel * 3 + 1);
      data[pixel * 3 + 1] = (colorsOf(place)[Math.floor(pixel / width / 30)]! >> 8) & 255;
      data[pixel * 3 + 2] = colorsOf(place)[Math.floor(pixel / width / 30)]! & 255;
    }
    const mask = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(at(`set/m${place}.png`), mask);
    const entries = CLASSES.map((name, index) => [hex(colorsOf(place)[index]!), name]);
    writeFileSync(at(`set/m${place}.json`), JSON.stringify({ legend: Object.fromEntries(entries) }));
  }
});

describe("a folder of pictures", () => {
  it("has files of the format that is asked for, and none of another", async () => {
    expect(run("set", "-o", "webp", "--format", "webp")).toMatchObject({
      code: 0,
      stdout: "webp: 5 pictures\n",
    });
    const files = readdirSync(at("webp")).filter((name) => !name.startsWith("."));
    expect(files.sort()).toEqual(Array.from({ length: COUNT }, (_, place) => `m${place}.webp`));
    for (const file of files) expect((await sharp(at(`webp/${file}`)).metadata()).format).toBe("webp");
  });

  it("has the same colour for a class in all pictures", async () => {
    expect(run("set", "-o", "png", "--no-legend", "--no-names").code).toBe(0);
    const expected = [...classColors(CLASSES).values()];
    for (let place = 0; place < COUNT; place++) {
      const picture = await pixelsOf(at(`png/m${place}.png`));
      expect([10, 40, 70].map((y) => hex(colorAt(picture, 20, y)))).toEqual(expected);
    }
  });
});

describe("pictures that a format cannot hold, or that are there already", () => {
  it("fail one by one, with the remedy, and the others are drawn", async () => {
    mkdirSync(at("long"));
    for (const [name, width] of [
      ["a", 20],
      ["b", 17_000],
      ["c", 30],
    ] as const) {
      const raw = { width, height: 2, channels: 3 as const };
      const png = sharp(new Uint8Array(width * 6).fill(16), { raw }).png();
      writeFileSync(at(`long/${name}.png`), await png.toBuffer());
      writeFileSync(at(`long/${name}.json`), JSON.stringify({ legend: { "#101010": "sky" } }));
    }
    const { code, stdout, stderr } = run("long", "-o", "long-pictures", "--format", "webp");
    expect([code, stdout]).toEqual([1, "long-pictures: 2 pictures, 1 failed\n"]);
    expect(stderr).toMatch(
      /^ {2}b: FORMAT_UNSUPPORTED: .*17000×\d+ .*16383 pixels per side; .*write a PNG$/m,
    );
    expect(readdirSync(at("long-pictures")).sort()).toEqual([".labelmap", "a.webp", "c.webp"]);
    expect(run("long", "-o", "long-png")).toMatchObject({ code: 0, stdout: "long-png: 3 pictures\n" });
  });

  it("are counted as kept, not as drawn", () => {
    const json = () => JSON.parse(run("set", "-o", "kept", "--json").stdout);
    expect(json()).toMatchObject({ drawn: COUNT, kept: 0 });
    rmSync(at("kept/m1.png"));
    expect(json()).toMatchObject({ drawn: 1, kept: COUNT - 1, failed: 0 });
  });
});

describe("a contact sheet", () => {
  it("is not written if no image can be drawn", () => {
    mkdirSync(at("all-damaged"));
    for (const name of ["m0", "m1"]) {
      writeFileSync(at(`all-damaged/${name}.json`), readFileSync(at(`set/${name}.json`)));
      writeFileSync(at(`all-damaged/${name}.png`), readFileSync(at(`set/${name}.png`)).subarray(0, 60));
    }
    const { code, stdout, stderr } = run("all-damaged", "-o", "none.png");
    const problem = "no sheet is written, because no image could be drawn";
    expect([code, stdout]).toEqual([1, `none.png: ${problem}, 2 failed\n`]);
    expect(stderr).toMatch(/^ {2}m1: PNG_/m);
    expect(existsSync(at("none.png"))).toBe(false);
  });

  it("has each image of the set in a cell of its own", async () => {
    expect(run("set", "-o", "sheet.png")).toMatchObject({
      code: 0,
      stdout: "sheet.png: a sheet of 5 pictures\n",
    });
    const sheet = await pixelsOf(at("sheet.png"));
    const expected = [...classColors(CLASSES).values()];
    // Three columns for five pictures: below a gap, in the middle of each cell's width, at a sixth of the picture's height.
    const gap = (sheet.width - 3 * CELL_WIDTH) / 4;
    expect(gap).toBeGreaterThan(0);
    for (let place = 0; place < COUNT; place++) {
      const x = gap + (place % 3) * (CELL_WIDTH + gap) + CELL_WIDTH / 2;
      const seen = new Set<string>();
      const first = place < 3;
      for (let y = first ? 0 : CELL_HEIGHT + gap; y < (first ? CELL_HEIGHT : 2 * CELL_HEIGHT) + gap; y++) {
        seen.add(hex(colorAt(sheet, Math.round(x), y)));
      }
      for (const color of expected) expect(seen, `m${place}`).toContain(color);
    }
  });

  it("is a JPEG or WebP by its name, has no legend with --no-legend, and grows with --scale", async () => {
    expect(run("set", "-o", "sheet.webp", "--no-legend").code).toBe(0);
    expect(run("set", "-o", "sheet.jpg", "--scale", "2").code).toBe(0);
    const [png, webp, jpeg] = await Promise.all(
      ["sheet.png", "sheet.webp", "sheet.jpg"].map((name) => sharp(at(name)).metadata()),
    );
    expect([png!.format, webp!.format, jpeg!.format]).toEqual(["png", "webp", "jpeg"]);
    expect(webp!.height).toBeLessThan(png!.height!);
    expect(jpeg!.width).toBe(2 * png!.width!);
  });

  it("is refused beside the masks, where it would be read as a mask", () => {
    mkdirSync(at("set/deeper"), { recursive: true });
    for (const name of ["set/sheet.png", "set/sheet.jpg", "set/deeper/sheet.webp"]) {
      expect(run("set", "-o", name)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(
          `the sheet ${name} is in the source set, and would be read as a part of it; choose a place outside of it`,
        ),
      });
      expect(existsSync(at(name))).toBe(false);
    }
    // The folder around single files is no source.
    expect(run("set/m0.png", "set/m1.png", "-o", "set/deeper/sheet.png").code).toBe(0);
    rmSync(at("set/deeper"), { recursive: true });
  });

  it("has a picture's name; a name with a dot and a slash is that of a folder", () => {
    expect(run("set", "-o", "v1.2")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "v1.2 is no name of a sheet, which ends in .png, .jpg or .webp; for a folder, write v1.2/",
      ),
    });
    expect(run("set", "-o", "v1.2/").code).toBe(0);
    expect(existsSync(at("v1.2/m0.png"))).toBe(true);
  });

  it("overwrites a file only with --force, and never one of the set", () => {
    writeFileSync(at("precious.png"), "precious");
    expect(run("set", "-o", "precious.png")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("precious.png exists; give another name, or add --force"),
    });
    expect(readFileSync(at("precious.png"), "utf8")).toBe("precious");
    const mask = readFileSync(at("set/m0.png"));
    expect(run("set/m0.png", "set/m1.png", "-o", "set/m0.png", "--force").code).toBe(2);
    expect(readFileSync(at("set/m0.png")).equals(mask)).toBe(true);
  });

  it("leaves out an image that cannot be drawn, and says which", () => {
    mkdirSync(at("damaged"));
    for (const name of ["m0", "m1"]) {
      writeFileSync(at(`damaged/${name}.json`), readFileSync(at(`set/${name}.json`)));
      const png = readFileSync(at(`set/${name}.png`));
      writeFileSync(at(`damaged/${name}.png`), name === "m0" ? png.subarray(0, 60) : png);
    }
    const { code, stdout, stderr } = run("damaged", "-o", "damaged.png");
    expect([code, stdout]).toEqual([1, "damaged.png: a sheet of 1 picture, 1 failed\n"]);
    expect(stderr).toMatch(/^ {2}m0: PNG_/m);
  });
});

it("stops at the first image if sharp is missing, instead of failing with each", () => {
  const hook =
    'export const resolve = (name, from, next) => { if (name === "sharp") throw new Error("none"); return next(name, from); };';
  writeFileSync(at("hook.mjs"), hook);
  writeFileSync(
    at("hide.mjs"),
    'import { register } from "node:module"; register("./hook.mjs", import.meta.url);',
  );
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(at("hide.mjs"))}` };
  const { code, stdout, stderr } = runCli(["overlay", "set", "-o", "without"], { cwd: folder, env });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.match(/PEER_MISSING/g)).toHaveLength(1);
});
