/** Binary masks: values, overlaps and their order, patterns and their detection, sets, hostile files, NumPy and Pillow. */
import { beforeAll, describe, expect, it } from "vitest";
import { ColorType } from "../../src/decode/png/container.js";
import { writePng } from "../../src/decode/png/writer.js";
import {
  type BinaryMasksReadOptions,
  type BinaryMasksSetReadOptions,
  decodeBinaryMasks,
  encodeBinaryMasks,
  type FileContent,
  filesInMemory,
  type ItemToWrite,
  memorySink,
  readBinaryMasks,
  readSet,
  recognise,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { drawScene, inOrder, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());
expectPythonInCi();

const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

type Kind = keyof typeof ColorType;
/** A PNG of one row. @param samples of 8 bits, or of the given depth, one to a byte */
function row(
  samples: readonly number[],
  kind: Kind = "grey",
  bitDepth = 8,
  palette?: readonly number[],
): Uint8Array {
  const channels = { grey: 1, palette: 1, greyAlpha: 2, rgb: 3, rgba: 4 }[kind as "grey"];
  const width = samples.length / channels;
  const bytes = new Uint8Array(Math.ceil((samples.length * bitDepth) / 8));
  samples.forEach((sample, place) => {
    if (bitDepth === 16) bytes.set([sample >> 8, sample & 255], place * 2);
    else bytes[Math.floor((place * bitDepth) / 8)]! |= sample << (8 - bitDepth - ((place * bitDepth) % 8));
  });
  const header = { width, height: 1, bitDepth, colorType: ColorType[kind] } as Parameters<typeof writePng>[0];
  return writePng(header, bytes, palette && Uint8Array.from(palette));
}
const one = async (png: Uint8Array, options: BinaryMasksReadOptions = {}) => {
  const { data, issues } = await decodeBinaryMasks([{ className: "a", png }], options);
  return { on: [...data].map((label) => label + 1), issues };
};

describe("a binary mask", () => {
  it("may be 0/255 or 0/1, of any depth, grey, a palette, or RGB with equal channels", async () => {
    const wanted = [0, 1, 1, 0];
    const scaled = (most: number) => wanted.map((bit) => bit * most);
    const rgb = (most: number) => wanted.flatMap((bit) => [bit * most, bit * most, bit * most]);
    const cases: Uint8Array[] = [
      ...[1, 255].map((most) => row(scaled(most))),
      row(wanted, "grey", 1),
      ...[1, 3].map((most) => row(scaled(most), "grey", 2)),
      ...[1, 15].map((most) => row(scaled(most), "grey", 4)),
      ...[1, 65_535].map((most) => row(scaled(most), "grey", 16)),
      ...[1, 255].map((most) => row(rgb(most), "rgb")),
      row(
        rgb(255).flatMap((value, at) => (at % 3 === 2 ? [value, 255] : [value])),
        "rgba",
      ),
      row(wanted, "palette", 8, [0, 0, 0, 128, 0, 0]),
      row(wanted, "palette", 1, [0, 0, 0, 255, 255, 255]),
      // White is the first colour here, and black the second.
      row([1, 0, 0, 1], "palette", 8, [255, 255, 255, 0, 0, 0]),
    ];
    for (const [place, png] of cases.entries()) {
      expect((await one(png)).on, String(place)).toEqual(wanted);
    }
    expect((await one(row([255, 255]))).on).toEqual([1, 1]);
    const { on, issues } = await one(row([0, 0]));
    expect([on, issues]).toEqual([
      [0, 0],
      [{ code: "mask-empty", message: 'masks[0]: the mask of "a" has no pixel that is on.' }],
    ]);
  });

  it("with other values is refused, or a threshold decides and the pixels in between are counted", async () => {
    const cases: [png: Uint8Array, problem: string][] = [
      [
        row([0, 128, 255]),
        "masks[0]: has 3 values (0, 128, 255), but a binary mask has 0 and one other; pass a threshold such as 128",
      ],
      [row([0, 1, 255]), "has 3 values (0, 1, 255)"],
      [row([0, 1, 2, 3, 4, 5, 6]), "has 7 values (0, 1, 2, 3, 4 …)"],
      [
        row([0, 7]),
        "its pixels are 7 instead of 1 or 255, so it may be a map of class ids; pass threshold: 7",
      ],
      [row([0, 2], "grey", 2), "its pixels are 2 instead of 1 or 3"],
      [row([0, 255], "grey", 16), "its pixels are 255 instead of 1 or 65535"],
      [row([0, 0, 0, 255, 0, 0], "rgb"), "the channels of its colours differ"],
      [row([0, 1, 2], "palette", 8, [0, 0, 0, 255, 0, 0, 0, 255, 0]), "has 3 values"],
    ];
    for (const [png, problem] of cases) {
      await expect(one(png), problem).rejects.toEqual(caught("FORMAT_INVALID", problem));
    }
    const soft = row([0, 1, 99, 100, 254, 255]);
    expect(await one(soft, { threshold: 100 })).toEqual({
      on: [0, 0, 0, 1, 1, 1],
      issues: [
        { code: "value-between", message: "3 pixels are neither on nor off; the threshold 100 decides." },
      ],
    });
    expect((await one(row([0, 300, 65_535], "grey", 16), { threshold: 301 })).on).toEqual([0, 0, 1]);
    expect(await one(row([0, 255]), { threshold: 255 })).toEqual({ on: [0, 1], issues: [] });
    const colours = row([0, 1], "palette", 8, [0, 0, 0, 255, 0, 0]);
    await expect(one(colours, { threshold: 5 })).rejects.toEqual(caught("FORMAT_INVALID", "channels"));
  });

  it("with alpha is refused unless all pixels are opaque", async () => {
    await expect(one(row([0, 255, 255, 255], "greyAlpha"))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "masks[0]: the PNG has alpha"),
    );
    await expect(one(row([0, 0, 0, 255, 255, 255, 255, 0], "rgba"))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "remove its alpha"),
    );
  });

  it("is named if it is damaged, too large, or a photo", async () => {
    const name = "x/a.png";
    const of = (png: Uint8Array, options: BinaryMasksReadOptions = {}) =>
      decodeBinaryMasks([{ className: "a", png, name }], options);
    await expect(of(new Uint8Array(30))).rejects.toEqual(caught("PNG_SIGNATURE", "x/a.png: "));
    await expect(of(row([0, 255, 0]), { maxPixels: 2 })).rejects.toMatchObject({
      name: "PngError",
      message: expect.stringContaining("x/a.png: "),
    });
    const noise = Array.from({ length: 3 * 65_537 }, (_, at) => (Math.floor(at / 3) >> (8 * (at % 3))) & 255);
    await expect(of(row(noise, "rgb"))).rejects.toEqual(
      caught("FORMAT_INVALID", "x/a.png: has more than 65536 colours; is it a photo?"),
    );
  });
});

const masks = (...list: [className: string, instance: number | undefined, samples: number[]][]) =>
  list.map(([className, instance, samples]) => ({
    ...{ className, instance, name: `${className}${instance ?? ""}` },
    png: row(samples.map((bit) => bit * 255)),
  }));
/** The name of each pixel's label. */
const names = (map: LabelMap) => [...map.data].map((label) => map.labels[label]?.name ?? null);

describe("the masks of an image", () => {
  const overlapping = () =>
    masks(["car", 1, [1, 1, 1, 0, 0]], ["road", undefined, [0, 1, 1, 1, 0]], ["car", 2, [0, 0, 1, 0, 0]]);

  it("cover each other in the order that is asked for, and the pixels in several masks are counted", async () => {
    const [car, road, second] = ["car # 1", "road", "car # 2"];
    const message = (which: string) => `2 pixels are in several masks; ${which} counts.`;
    const cases: [order: BinaryMasksReadOptions["order"], expected: (string | null)[], which: string][] = [
      [undefined, [car, road, second, road, null], "the last mask"],
      ["last", [car, road, second, road, null], "the last mask"],
      ["first", [car, car, car, road, null], "the first mask"],
      [["road", "car"], [car, road, road, road, null], "the class that comes first in `order`"],
      [["tree", "car", "road"], [car, car, car, road, null], "the class that comes first in `order`"],
    ];
    for (const [order, expected, which] of cases) {
      const map = await decodeBinaryMasks(overlapping(), order === undefined ? {} : { order });
      expect(names(map), String(order)).toEqual(expected);
      expect(map.issues.find(({ code }) => code === "masks-overlap")?.message).toBe(message(which));
      expect(map.labels.map(({ name }) => name)).toEqual([car, road, second]);
    }
    const first = await decodeBinaryMasks(overlapping(), { order: "first" });
    expect(first.issues[0]).toEqual({
      code: "mask-covered",
      message: 'car2: the mask of "car" is covered by other masks.',
    });
    await expect(decodeBinaryMasks(overlapping(), { order: "error" })).rejects.toEqual(
      caught("FORMAT_INVALID", "car1 and road have the same pixel (1, 0); correct the masks, or pass order"),
    );
    const apart = masks(["car", 1, [1, 0]], ["car", 2, [0, 1]]);
    expect(names(await decodeBinaryMasks(apart, { order: "error" }))).toEqual(["car # 1", "car # 2"]);
    await expect(decodeBinaryMasks(overlapping(), { order: ["car"] })).rejects.toEqual(
      caught("CLASS_UNKNOWN", 'order lacks the class "road" of road; list all classes'),
    );
  });

  it("with the same class and number are one label, which does not overlap itself", async () => {
    const parts = masks(
      ["road", undefined, [1, 1, 0]],
      ["road", undefined, [0, 1, 1]],
      ["car", 4, [0, 0, 0]],
    );
    const map = await decodeBinaryMasks(parts, { order: "error" });
    expect(names(map)).toEqual(["road", "road", "road"]);
    expect(map.issues.map(({ code }) => code)).toEqual(["mask-empty"]);
  });

  it("are objects if they have numbers; numbers from 0 are one higher, and the rest of a class is a crowd", async () => {
    const list = masks(
      ["car", 0, [1, 0, 0, 0]],
      ["car", 7, [0, 1, 0, 0]],
      ["car", undefined, [0, 0, 1, 0]],
      ["sky", 3, [0, 0, 0, 1]],
    );
    const labelsOf = async (options: BinaryMasksReadOptions) =>
      (await decodeBinaryMasks(list, options)).labels.map(
        ({ name, classId, sourceId, isThing, isCrowd, instanceId }) => [
          name,
          classId,
          sourceId,
          isThing,
          isCrowd,
          instanceId,
        ],
      );
    expect(await labelsOf({})).toEqual([
      ["car # 1", 1, 0, true, false, 1],
      ["car # 8", 1, 7, true, false, 2],
      ["car", 1, null, true, true, 0],
      ["sky # 3", 2, 3, true, false, 3],
    ]);
    expect((await labelsOf({ things: ["car"] }))[3]).toEqual(["sky", 2, null, false, false, 0]);
    const classes = ClassList.fromJSON({
      classes: [
        { id: 9, name: "vehicle", aliases: ["car"] },
        { id: 5, name: "sky" },
      ],
    });
    expect((await labelsOf({ classes })).map(([, id]) => id)).toEqual([9, 9, 9, 5]);
    await expect(decodeBinaryMasks(list, { classes: ClassList.fromNames(["car"]) })).rejects.toEqual(
      caught("CLASS_UNKNOWN", 'the class list lacks "sky" of sky3'),
    );
  });

  it("must have one size, and there must be one", async () => {
    await expect(decodeBinaryMasks(masks(["a", 1, [1, 0]], ["b", 1, [1]]))).rejects.toEqual(
      caught("SIZE_MISMATCH", "a1 has 2×1 pixels, but b1 has 1×1; the masks of an image have one size."),
    );
    await expect(decodeBinaryMasks([])).rejects.toEqual(caught("FORMAT_INVALID", "there is no mask"));
  });

  it("are limited in all, since a few bytes can be a large mask", async () => {
    const many = Array.from({ length: 513 }, () => ({ className: "a", png: row([0, 0, 255]) }));
    const options = { maxPixels: 3 };
    expect((await decodeBinaryMasks(many.slice(1), options)).labels).toHaveLength(1);
    await expect(decodeBinaryMasks(many, options)).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "masks[0]: makes the masks of the image larger than 1536 pixels together"),
    );
  });

  it("refuse arguments that are none", async () => {
    const png = row([1]);
    for (const list of [null, 5, "a", {}, [5], [{ png }], [{ className: "", png }], [{ className: "a" }]]) {
      await expect(decodeBinaryMasks(list as never), JSON.stringify(list)).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
    for (const instance of [-1, 1.5, 2 ** 31, "1"]) {
      const mask = { className: "a", png, instance } as never;
      await expect(decodeBinaryMasks([mask])).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    const mask = [{ className: "a", png }];
    for (const options of [
      ...[{ order: "area" }, { order: [1] }, { threshold: 0 }, { threshold: 1.5 }, { threshold: "128" }],
      ...[{ threshold: 65_536 }, { classes: ["a"] }, { things: 5 }, { pattern: "x" }, null],
    ]) {
      await expect(decodeBinaryMasks(mask, options as never), JSON.stringify(options)).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
  });
});

describe("what is written as binary masks", () => {
  it("comes back as it went: each object, stuff, and unlabelled pixels", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const map = drawScene(seed);
      for (const bitDepth of [1, 8] as const) {
        const written = encodeBinaryMasks(map, { bitDepth });
        expect(written.every(({ png }) => png[24] === bitDepth && png[25] === ColorType.grey)).toBe(true);
        if (written.length === 0) continue;
        const back = await decodeBinaryMasks(written, { order: "error" });
        expect(names(back), String(seed)).toEqual(names(map));
        expect(back.issues).toEqual([]);
      }
      const classMasks = encodeBinaryMasks(map, { per: "class" });
      if (classMasks.length === 0) continue;
      const ofClasses = await decodeBinaryMasks(classMasks, { order: "error" });
      expect(names(ofClasses)).toEqual([...map.data].map((label) => map.labels[label]?.className ?? null));
    }
    for (const options of [{ per: "label" }, { bitDepth: 2 }, { order: "last" }]) {
      expect(() => encodeBinaryMasks(drawScene(1), options as never)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });

  itWithPython("is 0 and 255, or one bit, to Pillow", async () => {
    for (const bitDepth of [1, 8] as const) {
      const map = drawScene(3);
      const written = encodeBinaryMasks(map, { bitDepth });
      const files = Object.fromEntries(written.map(({ png }, place) => [`${place}.png`, png]));
      const { printed } = runPython(
        `found = []
for place in range(${written.length}):
    image = Image.open(f"{place}.png")
    found.append([image.mode, np.array(image.convert("L")).ravel().tolist()])
print(json.dumps(found))`,
        files,
      );
      for (const [place, { className, instance }] of written.entries()) {
        const [mode, values] = printed[place] as [string, number[]];
        const name = instance === undefined ? className : `${className} # ${instance}`;
        expect(mode).toBe(bitDepth === 1 ? "1" : "L");
        expect(values).toEqual(names(map).map((found) => (found === name ? 255 : 0)));
      }
    }
  });

  itWithPython("by Pillow in any mode is read like NumPy paints it, in each order", async () => {
    const { printed, files } = runPython(
      `random = np.random.default_rng(3)
modes = ["L", "1", "P", "RGB", "L01", "I;16"]
masks = [(random.random((7, 9)) < 0.5) for _ in modes]
for place, (mode, mask) in enumerate(zip(modes, masks)):
    if mode == "L01": image = Image.fromarray(mask.astype(np.uint8))
    elif mode == "I;16": image = Image.fromarray(mask.astype(np.uint16) * 65535)
    else:
        image = Image.fromarray(mask.astype(np.uint8) * (1 if mode == "P" else 255))
        if mode == "P": image = image.convert("P"); image.putpalette([0, 0, 0, 220, 20, 60])
        else: image = image.convert(mode)
    image.save(f"{place}.png")
def paint(order):
    pixels = np.full((7, 9), -1)
    for place in order: pixels[masks[place]] = place
    return pixels.ravel().tolist()
overlap = int((np.sum(masks, axis=0) > 1).sum())
print(json.dumps([paint(range(6)), paint(range(5, -1, -1)), overlap]))`,
      {},
      ["0.png", "1.png", "2.png", "3.png", "4.png", "5.png"],
    );
    const list = Object.entries(files).map(([name, png]) => ({ className: name, png, name }));
    for (const [place, order] of (["last", "first"] as const).entries()) {
      const map = await decodeBinaryMasks(list, { order });
      expect([...map.data], order).toEqual(printed[place]);
      const message = map.issues.find(({ code }) => code === "masks-overlap")?.message;
      expect(message).toMatch(new RegExp(`^${printed[2]} pixels `));
    }
  });
});

const on = row([255, 0]);
const off = row([0, 255]);
const all = (...paths: string[]) =>
  Object.fromEntries(paths.map((path, place) => [path, place % 2 ? off : on]));

async function contentOf(files: Record<string, FileContent>, options: BinaryMasksSetReadOptions = {}) {
  const set = await readBinaryMasks(filesInMemory(files), options);
  const items: Record<string, unknown> = {};
  for await (const { name, photo, split, map } of set) {
    const found = names(await map()).join(", ");
    items[name] = photo === null && split === null ? found : [found, photo, split];
  }
  return { set, items };
}

describe("a pattern", () => {
  it("says which part of a path is the image, the class and the number", async () => {
    const cases: [pattern: string, files: string[], items: object][] = [
      ["{class}/{image}.png", ["car/1.png", "road/1.png"], { 1: "car, road" }],
      ["{class}/{image}.png", ["7/a/1.png", "8/a/1.PNG"], { "a/1": "7, 8" }],
      ["{image}/{class}.png", ["x/1/car_2.png", "x/1/road.png"], { "x/1": "car_2, road" }],
      ["{image}/{class}_{instance}.png", ["1/car_2.png", "1/car_10.png"], { 1: "car # 2, car # 10" }],
      [
        "{image}/{class}[_{instance}].png",
        ["1/traffic_light_2.png", "1/traffic_light.png"],
        { 1: "traffic_light, traffic_light # 2" },
      ],
      ["{image}_{class}.png", ["a_1_car.png", "a_1_road.png"], { a_1: "car, road" }],
      ["{image}_{class}[_{instance}].png", ["a_1_car_2.png", "a_1_road.png"], { a_1: "car # 2, road" }],
      ["{class}-{image}.png", ["car-b-1.png", "road-1.png"], { 1: "car-b, road" }],
      ["m/{image}/{instance}.png", ["m/1/0.png", "m/1/1.png"], { 1: "object # 1, object # 2" }],
      ["{split}/{image}/{class}.png", ["val/1/car.png", "val/1/road.png"], { 1: ["car, road", null, "val"] }],
      ["*/{image}.*.{class}.png", ["x/1.v2.car.png", "y/1.v3.road.png"], { 1: "car, road" }],
      ["(a+b)$/{image}_{class}.png", ["(a+b)$/1_car.png", "(a+b)$/1_road.png"], { 1: "car, road" }],
    ];
    for (const [pattern, paths, expected] of cases) {
      const sorted = (items: object) => JSON.stringify(items).split(/, |"/).sort();
      expect(sorted((await contentOf(all(...paths), { pattern })).items), pattern).toEqual(sorted(expected));
    }
  });

  it("takes only the names of a class list, which may have its separators", async () => {
    const classes = ClassList.fromNames([["traffic_light", "semaphore"], "light", "a.b"], { firstId: 1 });
    const files = all("1_traffic_light.png", "1_a.b.png");
    const { set, items } = await contentOf(files, { pattern: "{image}_{class}.png", classes });
    expect(items).toEqual({ "1_traffic": "light, ", 1: ", a.b" });
    expect(await set.classes()).toBe(classes);
    const others = all("2/semaphore.png", "2/a-b.png");
    const found = await contentOf(others, { pattern: "{image}/{class}.png", classes });
    expect(found.items).toEqual({ 2: "semaphore, " });
    expect(found.set.issues).toEqual([
      {
        code: "file-not-matched",
        path: "2/a-b.png",
        message: '1 PNG does not fit the pattern "{image}/{class}.png", first "2/a-b.png".',
      },
    ]);
  });

  it("is refused if it is none, with an example", async () => {
    const cases: [pattern: unknown, problem: string][] = [
      [5, "pattern is a number"],
      ["{image}", "it must end with .png"],
      ["{class}.png", "it has no {image}"],
      ["{image}/{name}.png", '"{name}" is no part of a path'],
      ["{image}/{image}.png", "it has {image} twice"],
      ["{image}{class}.png", "two parts must have text such as _ or / between them"],
      ["{image}[{instance}].png", "two parts must have text"],
      ["{image}*.png", "two parts must have text"],
      ["{image/{class}.png", '"{" has no counterpart'],
      ["{image}}/{class}.png", '"}" has no counterpart'],
      ["{image}[_{class}].png", "only {instance} and text beside it"],
      ["{image}]_{instance}[.png", "only {instance}"],
      ["{image}[_{instance}.png", "only {instance}"],
      ["{image}_{instance}].png", "only {instance}"],
      ["[[{image}_{instance}]].png", "only {instance}"],
      ["*a*b*c*d*e{image}.png", "it has more than 4 stars"],
    ];
    for (const [pattern, problem] of cases) {
      await expect(contentOf(all("a.png"), { pattern: pattern as string }), String(pattern)).rejects.toEqual(
        caught("OPTION_INVALID", problem),
      );
    }
    await expect(contentOf(all("a.png"), { pattern: "x/{image}.png" })).rejects.toEqual(
      caught("FORMAT_INVALID", "no mask is found; expected IMAGE/CLASS_NUMBER.png"),
    );
  });

  it("does not hang on paths that nearly fit in many ways", async () => {
    const pattern = "{image}_*_*_*_*_{class}_{instance}.png";
    const files = all("1_a_b_c_d_car_1.png", `${"_".repeat(3000)}x.png`, `${"_1".repeat(250)}x.png`);
    expect((await contentOf(files, { pattern })).items).toEqual({ 1: "car # 1, " });
  });
});

describe("a folder of binary masks", () => {
  it("is read without a pattern if the pattern is clear", async () => {
    const cases: [pattern: string, paths: string[], photos?: string[]][] = [
      ["{class}/{image}.png", ["car/01.png", "car/02.png", "road/01.png", "road/02.png"]],
      ["{image}/{class}.png", ["01/car.png", "01/road.png", "02/car.png"]],
      [
        "m/{image}/{class}[_{instance}].png",
        ["m/i1/car_1.png", "m/i1/car_2.png", "m/i1/sky.png", "m/i2/car_1.png"],
      ],
      ["{image}_{class}.png", ["01_car.png", "01_road.png", "02_car.png", "02_road.png"]],
      [
        "x/{image}_{class}[_{instance}].png",
        ["x/a_car_1.png", "x/a_road.png", "x/b_car_7.png", "x/b_road.png"],
      ],
      [
        "d/{split}/{class}/{image}.png",
        ["d/train/car/1.png", "d/train/sky/1.png", "d/val/car/2.png", "d/val/sky/2.png"],
      ],
      [
        "{image}/{class}.png",
        ["street/car.png", "street/road.png", "park/car.png", "park/road.png"],
        ["photos/park.jpg"],
      ],
      [
        "{class}/{image}.png",
        ["car/street.png", "car/park.png", "road/street.png", "road/park.png"],
        ["photos/park.jpg"],
      ],
      [
        "out/{image}/{instance}.png",
        ["out/dog/0.png", "out/dog/1.png", "out/cat/0.png"],
        ["out/dog/metadata.csv", "out/cat/metadata.csv"],
      ],
      [
        "task-{image}-annotation-*-by-*-tag-{class}-{instance}.png",
        ["task-12-annotation-3-by-1-tag-Car-0.png", "task-12-annotation-3-by-1-tag-Car-1.png"],
      ],
    ];
    for (const [pattern, paths, photos = []] of cases) {
      const files = { ...all(...paths), ...Object.fromEntries(photos.map((path) => [path, "photo"])) };
      const { set } = await contentOf(files);
      expect(set.reason, pattern).toContain(`Binary masks: ${pattern} (${paths.length} masks of `);
      expect(set.issues, pattern).toEqual([]);
      const [first] = await recognise(filesInMemory(files));
      expect(first).toMatchObject({ format: { name: "binary-masks" } });
      expect(first!.confidence).toBe(/^(?:task|out)/.test(pattern) ? "certain" : "likely");
      expect(first!.reason).toContain(`names like ${pattern}.`);
      const [listed] = await recognise(filesInMemory(files), { contents: false });
      expect(listed!.confidence).toBe(first!.confidence);
    }
  });

  it("has its masks in the natural order of their paths, which decides about overlaps", async () => {
    const files = { "1/car_10.png": on, "1/car_2.png": row([255, 255]), "1/car_3.png": off };
    const pattern = "{image}/{class}_{instance}.png";
    expect((await contentOf(files, { pattern })).items).toEqual({ 1: "car # 10, car # 3" });
    expect((await contentOf(files, { pattern, order: "first" })).items).toEqual({ 1: "car # 2, car # 2" });
    expect((await contentOf(files, { pattern, order: ["car"] })).items).toEqual({ 1: "car # 2, car # 2" });
  });

  it("that several patterns fit, or none, needs one, and the error lists them", async () => {
    const both = all("car/street.png", "car/park.png", "road/street.png", "road/park.png");
    await expect(readBinaryMasks(filesInMemory(both))).rejects.toEqual(
      caught(
        "FORMAT_UNSUPPORTED",
        'the masks may be named "{class}/{image}.png" or "{image}/{class}.png"; say it as `pattern`',
      ),
    );
    expect(await recognise(filesInMemory(both))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          confidence: "possible",
          format: expect.objectContaining({ name: "binary-masks" }),
        }),
      ]),
    );
    await expect(readBinaryMasks(filesInMemory(all("1.png", "2.png")))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "it is not clear how the masks are named; say it as `pattern`"),
    );
  });

  it("is not guessed from look-alikes: photos and masks, parts, frames, Cityscapes, VOC, classes of photos in colour", async () => {
    const lookAlikes: string[][] = [
      ["images/1.png", "masks/1.png", "images/2.png", "masks/2.png"],
      ["train/1.png", "val/1.png", "train/2.png", "val/2.png"],
      ["clip1/0.png", "clip1/1.png", "clip2/0.png", "clip2/1.png"],
      ["a_image.png", "a_mask.png", "b_image.png", "b_mask.png"],
      ["SegmentationClass/1.png", "SegmentationObject/1.png"],
      [
        "gtFine/train/ulm/ulm_0_1_gtFine_labelIds.png",
        "gtFine/train/ulm/ulm_0_1_gtFine_instanceIds.png",
        "gtFine/train/ulm/ulm_0_2_gtFine_labelIds.png",
        "gtFine/train/ulm/ulm_0_2_gtFine_instanceIds.png",
      ],
      ["panoptic_train2017/1.png", "train2017/1.png"],
      ["1.png", "2.png", "3.png"],
      ["car/1.png", "road/2.png", "sky/3.png"],
    ];
    for (const paths of lookAlikes) {
      const found = await recognise(filesInMemory(all(...paths)));
      expect(
        found.map(({ format }) => format.name),
        paths[0],
      ).not.toContain("binary-masks");
    }
    const coloured = Object.fromEntries(
      ["cat/1.png", "dog/1.png", "cat/2.png", "dog/2.png"].map((path) => [path, row([1, 2, 3], "rgb")]),
    );
    const found = await recognise(filesInMemory(coloured));
    expect(found.find(({ format }) => format.name === "binary-masks")?.confidence).toBe("possible");
    const text = Object.fromEntries(Object.keys(coloured).map((path) => [path, "no PNG"]));
    expect(await recognise(filesInMemory(text))).toEqual([]);
  });

  it("has photos by the names of its images, parts, classes with ids, and names its files in errors", async () => {
    const files = {
      ...all("m/train/1/car_1.png", "m/train/1/sky.png", "m/val/1/background.png"),
      ...{ "photos/1.jpg": "photo", "m/val/2/car_1.png": row([0, 9]), "photos/2.png": on, "note.png": on },
    };
    const pattern = "m/{split}/{image}/{class}[_{instance}].png";
    const set = await readBinaryMasks(filesInMemory(files), { pattern });
    const items = [];
    for await (const item of set) items.push(item);
    expect(items.map(({ name, photo, split }) => [name, photo, split])).toEqual([
      ["train/1", "photos/1.jpg", "train"],
      ["val/1", "photos/1.jpg", "val"],
      ["val/2", "photos/2.png", "val"],
    ]);
    expect((await set.classes()).classes).toMatchObject([
      { id: 0, name: "background" },
      { id: 1, name: "car" },
      { id: 2, name: "sky" },
    ]);
    expect((await items[0]!.map()).labels.map(({ classId }) => classId)).toEqual([1, 2]);
    expect(set.issues).toMatchObject([{ code: "file-not-matched", path: "note.png" }]);
    await expect(items[2]!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "m/val/2/car_1.png: its pixels are 9 instead of 1 or 255"),
    );
    const val = await readBinaryMasks(filesInMemory(files), { pattern, split: "val" });
    expect(val.count).toBe(2);
    await expect(
      readBinaryMasks(filesInMemory(files), { pattern, order: "area" as never }),
    ).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});

const scenes: ItemToWrite[] = [...Array(7).keys()].map((seed) => ({
  name: `street ${seed}`,
  map: () => drawScene(seed + 10),
  photo: `p/${seed}.jpg`,
}));
const judge = ClassList.fromJSON({ ...sceneClasses.toJSON(), void: ["ego"] });
const facts = (map: LabelMap) => ({
  ids: [...map.semantic(judge)].map((id) => (id === judge.ignoreId ? 255 : id)),
  objects: inOrder(map.instance()),
});

describe("a set that is written as binary masks", () => {
  it("comes back in every layout, with its photos", async () => {
    const photos = filesInMemory(scenes.map(({ photo }) => [photo!, "photo"]));
    for (const pattern of [
      undefined,
      "{image}/{class}[_{instance}].png",
      "{class}[_{instance}]/{image}.png",
      "m/{image}_{class}[_{instance}].png",
    ]) {
      const sink = memorySink();
      const how = pattern === undefined ? {} : { pattern };
      const { images } = await writeSet(scenes, sink, {
        format: "binary-masks",
        classes: judge,
        photos,
        ...how,
      });
      expect(images).toBe(7);
      const set = await readSet(filesInMemory(sink.files), { format: "binary-masks", ...how });
      expect(set.count).toBe(7);
      let place = 0;
      for await (const { name, map, photo } of set) {
        expect([name, photo]).toEqual([`street ${place}`, `street ${place}.jpg`]);
        expect(facts(await map()), `${pattern} ${name}`).toEqual(facts(drawScene(10 + place++)));
      }
    }
  });

  it("with a mask per class says that objects are lost", async () => {
    const sink = memorySink();
    const { issues } = await writeSet(scenes, sink, {
      format: "binary-masks",
      classes: judge,
      pattern: "{class}/{image}.png",
    });
    const objects = [...Array(7).keys()].flatMap((seed) =>
      drawScene(seed + 10).labels.filter(
        ({ instanceNumber, pixelCount }) => instanceNumber > 0 && pixelCount > 0,
      ),
    );
    const found = issues.find(({ code }) => code === "objects-in-class-mask")!.message;
    expect(Number(/^\d+/.exec(found)![0])).toBe(objects.length);
    const set = await readBinaryMasks(filesInMemory(sink.files), { pattern: "{class}/{image}.png" });
    let place = 0;
    for await (const { map } of set) {
      const { ids } = facts(await map());
      expect(ids).toEqual(facts(drawScene(10 + place++)).ids);
    }
  });

  it("refuses paths that would not give back what they are of, and counts images without a mask", async () => {
    const map = drawScene(11);
    const write = (name: string, options: object, className = "car") =>
      writeSet(
        [
          {
            name,
            map: { ...map, data: map.data, labels: map.labels.map((label) => ({ ...label, className })) },
          },
        ],
        memorySink(),
        {
          format: "binary-masks",
          classes: ClassList.fromNames([className]),
          ...options,
        },
      );
    for (const [className, pattern] of [
      ["traffic_light", "{image}_{class}[_{instance}].png"],
      ["a/b", "{image}/{class}[_{instance}].png"],
      ["lane_2", "{image}/{class}[_{instance}].png"],
    ] as const) {
      await expect(write("1", { pattern }, className), className).rejects.toEqual(
        caught("FORMAT_INVALID", "would not give back the mask of"),
      );
    }
    await expect(write("1", { pattern: "{class}/{image}.png" }, "..")).rejects.toMatchObject({
      code: "FORMAT_INVALID",
    });
    const [no, star] = ["{image}/{class}_{instance}.png", "*/{image}/{class}[_{instance}].png"];
    const stuff = map.labels.map((label) => ({ ...label, instanceNumber: 0 }));
    await expect(
      writeSet([{ name: "1", map: { ...map, data: map.data, labels: stuff } }], memorySink(), {
        format: "binary-masks",
        classes: judge,
        pattern: no,
      }),
    ).rejects.toEqual(caught("FORMAT_INVALID", "has no path in the pattern"));
    await expect(write("1", { pattern: star })).rejects.toEqual(
      caught("FORMAT_INVALID", "has no path in the pattern"),
    );
    for (const options of [
      { pattern: "{image}.png" },
      { pattern: "{image}/{class}.png", per: "object" },
      { per: "x" },
      { bitDepth: 4 },
    ]) {
      await expect(write("1", options), JSON.stringify(options)).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
    const empty = { width: 2, height: 1, data: Int32Array.of(-1, -1), labels: [] };
    const { issues, files } = await writeSet([{ name: "e", map: empty }], memorySink(), {
      format: "binary-masks",
      classes: judge,
    });
    expect([files, issues.map(({ code }) => code)]).toEqual([0, ["image-without-mask"]]);
  });

  it("keeps a photo out of the places of masks", async () => {
    const sink = memorySink();
    const photos = filesInMemory({ "p.png": on });
    const { issues } = await writeSet([{ name: "street/a", map: drawScene(11), photo: "p.png" }], sink, {
      ...{ format: "binary-masks", classes: judge, photos },
    });
    expect(issues.map(({ code }) => code)).toContain("photo-not-written");
    expect([...sink.files.keys()]).not.toContain("street/a.png");
  });
});
