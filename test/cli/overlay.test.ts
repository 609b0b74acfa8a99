/** `labelmap overlay` of one mask. The pictures are decoded by sharp, and computed here once more, pixel by pixel. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { loadedFiles } from "../support/loaded-files.js";
import {
  AREAS,
  colorAt,
  differenceOf,
  drawMask,
  drawPhoto,
  HEIGHT,
  LEGEND,
  type Pixels,
  PLACES,
  pixelsOf,
  WIDTH,
} from "../support/pictures.js";
import { CLI, makeFolder, runCli } from "../support/run-cli.js";

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => runCli(["overlay", ...args], { cwd: folder });
/** The picture that is drawn with these arguments. */
function draw(...args: string[]): Promise<Pixels> {
  const { code, bytes, stderr } = run(...args, "-o", "-");
  expect([code, stderr.replace(/^-: over .*\n/, "")]).toEqual([0, ""]);
  return pixelsOf(bytes);
}
const BARE = ["--no-names", "--no-legend"];
/** The notice of names that a font of the machine is needed for. */
const FOREIGN = /^.*: the font of labelmap lacks letters of this, .*\n/m;
let photo: Pixels;

beforeAll(async () => {
  const mask = await drawMask();
  for (const place of ["", "with/"]) {
    mkdirSync(at(place), { recursive: true });
    writeFileSync(at(`${place}m.png`), mask);
    writeFileSync(at(`${place}m.json`), JSON.stringify({ legend: LEGEND }));
  }
  writeFileSync(at("with/m_image.png"), await drawPhoto().png().toBuffer());
  writeFileSync(at("photo.jpg"), await drawPhoto().jpeg({ quality: 95 }).toBuffer());
  photo = await pixelsOf(at("with/m_image.png"));
});

/** Whether a pixel of another label is within `reach` rows or columns. */
function isBorder(x: number, y: number, reach: number): boolean {
  const own = PLACES[y * WIDTH + x];
  for (let step = -reach; step <= reach; step++) {
    if (x + step >= 0 && x + step < WIDTH && PLACES[y * WIDTH + x + step] !== own) return true;
    if (y + step >= 0 && y + step < HEIGHT && PLACES[(y + step) * WIDTH + x] !== own) return true;
  }
  return false;
}

/** Compares each pixel with what it has to be; `undefined` is not compared. */
function expectPixels(
  picture: Pixels,
  expected: (x: number, y: number, place: number) => number | undefined,
) {
  expect([picture.width, picture.height]).toEqual([WIDTH, HEIGHT]);
  const wrong: string[] = [];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const color = expected(x, y, PLACES[y * WIDTH + x]!);
      if (color !== undefined && colorAt(picture, x, y) !== color) {
        wrong.push(`(${x}, ${y}) is ${colorAt(picture, x, y).toString(16)}, not ${color.toString(16)}`);
      }
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
}

function blend(from: number, to: number, share: number): number {
  return [16, 8, 0].reduce((color, shift) => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    return color | (Math.round(a * (1 - share) + b * share) << shift);
  }, 0);
}

describe("the pixels of labelmap overlay", () => {
  it.each([0, 0.25, 0.5, 1])(
    "are photo and label, mixed with opacity %f, and lines in the label's colour",
    async (opacity) => {
      const picture = await draw("with/m.png", "--colors", "mask", "--opacity", `${opacity}`, ...BARE);
      expectPixels(picture, (x, y, place) => {
        const below = colorAt(photo, x, y);
        if (place < 0) return below;
        return isBorder(x, y, 1) ? AREAS[place]!.color : blend(below, AREAS[place]!.color, opacity);
      });
    },
  );

  it("are only lines with --outline, in the colours of both sides", async () => {
    const over = await draw("with/m.png", "--colors", "mask", "--outline", ...BARE);
    expectPixels(over, (x, y, place) =>
      place >= 0 && isBorder(x, y, 2) ? AREAS[place]!.color : colorAt(photo, x, y),
    );
    const alone = await draw("m.png", "--colors", "mask", "--outline", ...BARE);
    const ground = colorAt(alone, 2, 2);
    expect(AREAS.map(({ color }) => color)).not.toContain(ground);
    expectPixels(alone, (x, y, place) => {
      if (place < 0) return undefined;
      return isBorder(x, y, 2) ? AREAS[place]!.color : ground;
    });
  });

  it("are opaque without a photo, and striped grey where no label is", async () => {
    const picture = await draw("with/m.png", "--no-photo", "--colors", "mask", "--opacity", "0.1", ...BARE);
    const greys = new Set<number>();
    expectPixels(picture, (x, y, place) => {
      if (place < 0) greys.add(colorAt(picture, x, y));
      return place < 0 || isBorder(x, y, 1) ? undefined : AREAS[place]!.color;
    });
    expect([...greys].sort()).toEqual([0x9a9a9a, 0xbebebe]);
  });

  it("have one colour for each class, or one for each object", async () => {
    const inside = async (colors: string) => {
      const picture = await draw("m.png", "--colors", colors, ...BARE);
      return AREAS.map(({ box: [x, y] }) => colorAt(picture, x + 6, y + 6));
    };
    const [sky, road, ...cars] = await inside("class");
    expect(new Set(cars).size).toBe(1);
    expect(new Set([sky, road, cars[0]]).size).toBe(3);
    const byObject = await inside("instance");
    expect(byObject.slice(0, 2)).toEqual([sky, road]);
    expect(new Set(byObject).size).toBe(AREAS.length);
    expect(await inside("mask")).toEqual(AREAS.map(({ color }) => color));
  });

  it("are squares with --scale 2, and fewer with --scale 0.5", async () => {
    const large = await draw("m.png", "--colors", "mask", "--scale", "2", ...BARE);
    expect([large.width, large.height]).toEqual([2 * WIDTH, 2 * HEIGHT]);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const place = PLACES[y * WIDTH + x]!;
        if (place < 0 || isBorder(x, y, 1)) continue;
        const four = [0, 1, 2, 3].map((corner) =>
          colorAt(large, 2 * x + (corner & 1), 2 * y + (corner >> 1)),
        );
        if (four.some((color) => color !== AREAS[place]!.color)) expect(four, `(${x}, ${y})`).toEqual([]);
      }
    }
    const small = await draw("m.png", "--colors", "mask", "--scale", "0.5", ...BARE);
    expect([small.width, small.height]).toEqual([WIDTH / 2, HEIGHT / 2]);
    expect(colorAt(small, 60, 60)).toBe(AREAS[2]!.color);
  });
});

describe("the names on the labels", () => {
  it("are inside the boxes of labels that have room, in smooth letters", async () => {
    const [named, bare] = await Promise.all([draw("m.png", "--no-legend"), draw("m.png", ...BARE)]);
    const changed = AREAS.map(() => new Set<number>());
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const color = colorAt(named, x, y);
        // The label on top has the name.
        if (color !== colorAt(bare, x, y)) changed[PLACES[y * WIDTH + x]!]!.add(color);
      }
    }
    const shades = changed.map(({ size }) => size);
    // White, the halo, and what is between them.
    expect(shades.slice(0, 4).every((count) => count > 20)).toBe(true);
    expect(shades[4]).toBe(0);
  });

  it("touch nothing outside the box of their label", async () => {
    // Only one label has a name: all others are too small.
    const alone = { legend: { "#f02010": "car # 1" } };
    writeFileSync(at("one.json"), JSON.stringify(alone));
    const [named, bare] = await Promise.all([
      draw("m.png", "one.json", "--no-legend"),
      draw("m.png", "one.json", ...BARE),
    ]);
    const [x, y, width, height] = AREAS[2]!.box;
    const { left, top, right, bottom, count } = differenceOf(named, bare);
    expect(count).toBeGreaterThan(100);
    expect(left).toBeGreaterThanOrEqual(x);
    expect(top).toBeGreaterThanOrEqual(y);
    expect(right).toBeLessThan(x + width);
    expect(bottom).toBeLessThan(y + height);
    // The best place is the middle.
    expect(Math.abs((left + right) / 2 - (x + width / 2))).toBeLessThan(8);
    expect(Math.abs((top + bottom) / 2 - (y + height / 2))).toBeLessThan(8);
  });

  it("are left out if the label is only a thin frame, however large its box is", async () => {
    const inside = { width: 296, height: 176, channels: 3 as const, background: "#0000ff" };
    const frame = sharp({ create: inside }).extend({
      top: 2,
      bottom: 2,
      left: 2,
      right: 2,
      background: "#ff0000",
    });
    writeFileSync(at("frame.png"), await frame.png().toBuffer());
    writeFileSync(at("frame.json"), JSON.stringify({ legend: { "#ff0000": "frame" } }));
    const [named, bare] = await Promise.all([draw("frame.png", "--no-legend"), draw("frame.png", ...BARE)]);
    expect(differenceOf(named, bare).count).toBe(0);
  });

  it("are in a font that comes with the command", () => {
    const without = { FONTCONFIG_FILE: at("none"), FONTCONFIG_PATH: at("none") };
    const args = ["overlay", "m.png", "-o", "-"];
    const { bytes, stderr } = runCli(args, { cwd: folder, env: without });
    expect(stderr).toBe("");
    expect(bytes.equals(run("m.png", "-o", "-").bytes)).toBe(true);
  });
});

describe("the legend below the picture", () => {
  it("changes nothing above it, and is left out with --no-legend", async () => {
    const [full, bare] = await Promise.all([draw("m.png"), draw("m.png", "--no-legend")]);
    expect([bare.width, bare.height]).toEqual([WIDTH, HEIGHT]);
    expect(full.height).toBeGreaterThan(HEIGHT);
    expect(differenceOf(full, bare).count).toBe(0);
  });

  it("has the colour of each class", async () => {
    const [full, bare] = await Promise.all([draw("m.png"), draw("m.png", ...BARE)]);
    const below = new Set<number>();
    for (let y = HEIGHT; y < full.height; y++) {
      for (let x = 0; x < full.width; x++) below.add(colorAt(full, x, y));
    }
    for (const { box } of AREAS) expect(below).toContain(colorAt(bare, box[0] + 6, box[1] + 6));
  });
});

describe("odd class names", () => {
  /** The picture of the mask if its largest label has this name. */
  const named = (name: string) => {
    writeFileSync(at("odd.json"), JSON.stringify({ legend: { ...LEGEND, "#2040f0": name } }));
    const { code, stderr, bytes } = run("m.png", "odd.json", "--colors", "mask", "-o", "-");
    expect([code, stderr.replace(FOREIGN, "")]).toEqual([0, ""]);
    return bytes;
  };

  it("are cut to the room that they have, however long they are", async () => {
    const [long, longer] = [named("n".repeat(600)), named("n".repeat(100_000))];
    expect(longer.equals(long)).toBe(true);
    expect(differenceOf(await pixelsOf(long), await pixelsOf(named("i".repeat(600)))).count).toBeGreaterThan(
      20,
    );
  });

  it.each(["\ufffe", "\uffff", "\u0007", "\u001b", "\ud83d"])(
    "are drawn, although XML has no way to write %j",
    (character) => {
      expect(named(`a ${character} b`).equals(named("a \ufffd b"))).toBe(true);
    },
  );

  it("in a font of the machine are said, once for all, and others are not", () => {
    const said = (...names: string[]) => {
      const legend = Object.fromEntries(
        Object.keys(LEGEND).map((color, place) => [color, names[place] ?? "x"]),
      );
      writeFileSync(at("foreign.json"), JSON.stringify({ legend }));
      return run("m.png", "foreign.json", "-o", "foreign.png", "--force").stderr;
    };
    expect(said("x", "Straße")).toBe("");
    expect(said("汽车")).toMatch(/^汽车: the font of labelmap lacks letters of this, .*install a font.*\n$/);
    expect(said("汽车", "🚗")).toMatch(/^(?:汽车|🚗) and 1 more: the font of labelmap lacks letters.*\n$/);
    expect(run("m.png", "foreign.json", "-o", "foreign.png", "--force", "--quiet").stderr).toBe("");
  });

  it.each(["a < b", "&amp; <g>", "سيارة", "汽车", "🚗", "]]>"])(
    "such as %s are drawn as they are",
    (name) => {
      expect(named(name).equals(named("x"))).toBe(false);
    },
  );
});

describe("the file that labelmap overlay writes", () => {
  it.each([
    ["a.png", "png"],
    ["a.PNG", "png"],
    ["a.jpg", "jpeg"],
    ["a.JPEG", "jpeg"],
    ["a.webp", "webp"],
    ["no-ending", "png"],
  ])("%s is a picture in the format that its name says: %s", async (name, format) => {
    expect(run("m.png", "-o", name)).toMatchObject({ code: 0, stderr: "" });
    expect(await sharp(at(name)).metadata()).toMatchObject({ format, hasAlpha: false, channels: 3 });
    const [written, exact] = await Promise.all([pixelsOf(at(name)), draw("m.png")]);
    const error = written.data.reduce((sum, sample, place) => sum + Math.abs(sample - exact.data[place]!), 0);
    expect(error / exact.data.length).toBeLessThan(format === "png" ? 1e-9 : 3);
  });

  it("has the format of --format on standard output, and none that its name contradicts", async () => {
    for (const [name, format] of [
      ["webp", "webp"],
      ["jpeg", "jpeg"],
      ["jpg", "jpeg"],
    ] as const) {
      const { bytes } = run("m.png", "-o", "-", "--format", name);
      expect((await sharp(bytes).metadata()).format).toBe(format);
    }
    expect(run("m.png", "-o", "b.png", "--format", "webp")).toMatchObject({
      code: 2,
      stderr: "labelmap: b.png ends in .png, but --format is webp; change one of them\n",
    });
  });

  it("is refused if a side is too long for the format", async () => {
    const raw = { width: 17_000, height: 2, channels: 3 as const };
    writeFileSync(
      at("long.png"),
      await sharp(new Uint8Array(17_000 * 6), { raw })
        .png()
        .toBuffer(),
    );
    expect(run("long.png", "-o", "long.webp")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /FORMAT_UNSUPPORTED: .*17000×\d+ pixels, but WebP has at most 16383 pixels per side; use --scale/,
      ),
    });
    expect(run("long.png", "-o", "long.jpg").code).toBe(0);
  });

  it("is refused before it is drawn if it needs too much memory", async () => {
    const create = { width: 1200, height: 1000, channels: 3 as const, background: "#ff0000" };
    writeFileSync(at("large.png"), await sharp({ create }).png().toBuffer());
    expect(run("large.png", "-o", "huge.png", "--scale", "32")).toMatchObject({
      code: 1,
      stderr:
        "labelmap: OUT_OF_MEMORY: a picture of 38400×32000 has more than 536870912 pixels; use a smaller --scale\n",
    });
  });

  it("needs a folder that exists, and is no folder itself", () => {
    mkdirSync(at("pictures"), { recursive: true });
    expect(run("m.png", "-o", "pictures").stderr).toBe(
      "labelmap: pictures is a folder; give the name of a file in it\n",
    );
    expect(run("m.png", "-o", "none/").stderr).toBe(
      "labelmap: none/ is a folder; give the name of a file in it\n",
    );
    expect(run("m.png", "-o", "none/a.png")).toMatchObject({
      code: 2,
      stderr: "labelmap: none/a.png cannot be written: the folder none does not exist; make it first\n",
    });
  });
});

describe("the photo", () => {
  it("is the one beside the mask, which is said, or the one that is given", async () => {
    const { stderr } = run("with/m.png", "-o", "c.png");
    expect(stderr).toBe("c.png: over with/m_image.png, which is beside the mask\n");
    expect(run("with/m.png", "-o", "c.png", "--force", "--quiet").stderr).toBe("");
    // A JPEG as the second argument is the photo: the legend is beside the mask.
    const [given, named] = await Promise.all([
      draw("m.png", "photo.jpg", ...BARE),
      draw("m.png", "m.json", "photo.jpg", ...BARE),
    ]);
    expect(differenceOf(given, named).count).toBe(0);
    expect(differenceOf(given, await draw("m.png", ...BARE)).count).toBeGreaterThan(WIDTH * HEIGHT * 0.9);
    expect(run("m.png", "photo.jpg", "--no-photo", "-o", "d.png").code).toBe(2);
  });

  it("may be a PNG: with more colours than a mask, and without a legend beside it", async () => {
    // The photo of the other tests has too few colours.
    const size = { width: WIDTH, height: HEIGHT };
    const many = new Uint8Array(WIDTH * HEIGHT * 3).map((_, place) =>
      place % 3 === 2 ? 99 : (place / 3) >> (place % 3 === 0 ? 8 : 0),
    );
    const png = await sharp(many, { raw: { ...size, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(at("photo.png"), png);
    const [given, named] = await Promise.all([
      draw("m.png", "photo.png", ...BARE),
      draw("m.png", "m.json", "photo.png", ...BARE),
    ]);
    expect(differenceOf(given, named).count).toBe(0);
    expect(JSON.parse(run("m.png", "photo.png", "-o", "p.png", "--json").stdout)).toMatchObject({
      photo: "photo.png",
    });
    // As many colours as large photos have; and samples of 16 bits, which no mask has.
    const large = new Uint8Array(WIDTH * HEIGHT * 4 ** 2 * 3).map(
      (_, place) => place / 3 / 256 ** (place % 3),
    );
    const photos = {
      "large.png": sharp(large, { raw: { width: WIDTH * 4, height: HEIGHT * 4, channels: 3 } }),
      "deep.png": sharp(many, { raw: { ...size, channels: 3 } }).toColourspace("rgb16"),
    };
    for (const [name, pixels] of Object.entries(photos)) {
      await pixels.png().toFile(at(name));
      expect(JSON.parse(run("m.png", name, "-o", "p.png", "--force", "--json").stdout)).toMatchObject({
        photo: name,
      });
    }
    // Two masks are a data set, also if one of them has as many colours.
    mkdirSync(at("two"));
    for (const [name, bytes] of [
      ["a", readFileSync(at("m.png"))],
      ["b", png],
    ] as const) {
      writeFileSync(at(`two/${name}.png`), bytes);
      writeFileSync(at(`two/${name}.json`), JSON.stringify({ legend: LEGEND }));
    }
    expect(run("two/a.png", "two/b.png", "-o", "two-out").stdout).toBe("two-out: 2 pictures\n");
  });

  it("is never overwritten", () => {
    const before = readFileSync(at("with/m_image.png"));
    expect(run("with/m.png", "-o", "with/m_image.png", "--force")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is read by this command and would be overwritten"),
    });
    expect(readFileSync(at("with/m_image.png")).equals(before)).toBe(true);
  });

  it("may have another size, but not another shape", async () => {
    const half = await drawPhoto()
      .resize(WIDTH / 2, HEIGHT / 2)
      .png()
      .toBuffer();
    writeFileSync(at("half.jpg"), await sharp(half).jpeg().toBuffer());
    expect((await draw("m.png", "half.jpg", ...BARE)).width).toBe(WIDTH);
    // A mask of a reduced photo has whole pixels: 240.4 rows would be right.
    const large = await drawPhoto().resize(1681, 962, { fit: "fill" }).jpeg().toBuffer();
    writeFileSync(at("large.jpg"), large);
    expect((await draw("m.png", "large.jpg", ...BARE)).width).toBe(WIDTH);
    writeFileSync(at("square.jpg"), await sharp(half).resize(100, 100, { fit: "fill" }).jpeg().toBuffer());
    expect(run("m.png", "square.jpg", "-o", "e.png")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "SIZE_MISMATCH: square.jpg: the image has 100×100 pixels, but the mask has 420×240",
      ),
    });
  });

  it("is turned as its EXIF says", async () => {
    // Stored on its side. Orientation 6 says that the first row is the right side.
    const stored = await drawPhoto().rotate(270).png().toBuffer();
    const turned = await sharp(stored)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    writeFileSync(at("turned.jpg"), turned);
    const picture = await draw("m.png", "turned.jpg", "--opacity", "0", "--colors", "mask", ...BARE);
    let error = 0;
    for (const [place, sample] of photo.data.entries()) error += Math.abs(sample - picture.data[place]!);
    // The lines differ. Noise that is turned in another way differs by 85 in the mean.
    expect(error / photo.data.length).toBeLessThan(8);
  });

  it("is an error if it is cut short or no picture", () => {
    writeFileSync(at("cut.jpg"), readFileSync(at("photo.jpg")).subarray(0, 9000));
    expect(run("m.png", "cut.jpg", "-o", "f.png").stderr).toMatch(/^labelmap: FORMAT_INVALID: cut\.jpg: /);
    writeFileSync(at("text.jpg"), "no photo");
    expect(run("m.png", "m.json", "text.jpg", "-o", "f.png").stderr).toMatch(
      /^labelmap: FORMAT_UNSUPPORTED: text\.jpg: /,
    );
  });
});

describe("a mask without a legend", () => {
  it("is drawn with a label for each colour", async () => {
    writeFileSync(at("bare.png"), readFileSync(at("m.png")));
    const picture = await draw("bare.png", "--colors", "mask", ...BARE);
    expectPixels(picture, (x, y, place) =>
      place < 0 || isBorder(x, y, 1) ? undefined : AREAS[place]!.color,
    );
  });

  it("is refused if it has as many colours as a photo", () => {
    expect(run("with/m_image.png", "-o", "g.png")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /has no result beside it, and \d+ colours; give its legend as the second argument/,
      ),
    });
  });
});

it("loads what draws and writes text only for overlay", () => {
  const { files } = loadedFiles([CLI, "inspect", at("m.png")]);
  expect(files.filter((file) => /harfbuzz|sharp/.test(file))).toEqual([]);
});
