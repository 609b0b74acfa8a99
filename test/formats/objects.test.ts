/** What an object is: a numbered label, a label, or a connected area; and no list of objects is empty without a reason. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeCocoInstances,
  decodeCocoPanoptic,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeSegmentsInfo,
  encodeYolo,
} from "../../src/formats/index.js";
import { ClassList, decodeMask, init, type LabelMap, labelPixels } from "../../src/index.js";
import type { LabelledMap } from "../../src/maps/index.js";
import { drawScene, sceneClasses } from "../support/scenes.js";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const classes = ClassList.fromNames(["background", "cat", "dog"]);
const things = ["cat", "dog"];
const components = { objects: "components" } as const;

let cats: LabelMap;
beforeAll(async () => {
  await init();
  const result = JSON.parse(fixture("semantic-two-cats.json").toString());
  cats = await decodeMask(fixture("semantic-two-cats.png"), result.legend);
});

/** A map of one character per pixel: `.` is unlabelled. */
function draw(rows: readonly string[], names: Readonly<Record<string, string>>): LabelMap {
  const keys = Object.keys(names);
  const data = Uint8Array.from([...rows.join("")].flatMap((key) => [0, 0, keys.indexOf(key) + 1]));
  const legend = Object.fromEntries(keys.map((key, place) => [`#00000${place + 1}`, names[key]!]));
  return labelPixels({ data, width: rows[0]!.length, height: rows.length, channels: 3 }, legend);
}

type Options = Parameters<typeof encodeYolo>[2];
/** The objects of a map as `class area`, and `crowd` if it is one. */
const objectsOf = (map: LabelledMap, list: ClassList, options: Options) =>
  encodeCocoInstances(map, list, { imageId: 1, ...options }).annotations.map(
    ({ category_id, area, iscrowd }) => {
      const { name } = list.classes.find(({ id }) => id === category_id)!;
      return `${name} ${area}${iscrowd ? " crowd" : ""}`;
    },
  );
const codesOf = (map: LabelledMap, list: ClassList, options: Options) => ({
  coco: encodeCocoInstances(map, list, { imageId: 1, ...options }).issues.map(({ code }) => code),
  yolo: encodeYolo(map, list, options).issues.map(({ code }) => code),
});

describe("a semantic mask as connected areas", () => {
  it("has three objects, none a crowd, in every format", async () => {
    for (const options of [components, { ...components, things }]) {
      expect(objectsOf(cats, classes, options)).toEqual(["cat 48", "dog 32", "cat 60"]);
      const { text, issues } = encodeYolo(cats, classes, options);
      expect(text.split("\n").map((line) => line.split(" ")[0])).toEqual(["1", "2", "1", ""]);
      expect(issues.map(({ code }) => code)).toEqual(["hole-filled"]);

      const { png, annotation } = encodeCocoPanoptic(cats, classes, {
        imageId: 1,
        fileName: "a.png",
        ...options,
      });
      const segments = annotation.segments_info;
      expect(segments.map(({ category_id, area, iscrowd }) => [category_id, area, iscrowd])).toEqual([
        [0, expect.any(Number), 0],
        [1, 48, 0],
        [2, 32, 0],
        [1, 60, 0],
      ]);
      expect(new Set(segments.map(({ id }) => id)).size).toBe(4);
      const categories = [0, 1, 2].map((id) => ({ id, isthing: id === 0 ? 0 : 1 }) as const);
      const instance = (await decodeCocoPanoptic(png, annotation, { categories })).instance();
      expect([1, 2, 3].map((object) => instance.filter((pixel) => pixel === object).length)).toEqual([
        48, 32, 60,
      ]);

      const { segments_info } = encodeSegmentsInfo(cats, classes, options);
      expect(segments_info.map(({ label_id, was_fused }) => [label_id, was_fused])).toEqual([
        [0, true],
        [1, false],
        [2, false],
        [1, false],
      ]);
    }
  });

  it("has the pixels of each area, as a flood from pixel to pixel finds them", () => {
    for (let seed = 0; seed < 60; seed++) {
      const map = drawScene(seed);
      const { width, height } = map;
      const wanted = { ...components, things: ["road", "car"] };
      const { annotations } = encodeCocoInstances(map, sceneClasses, { imageId: 1, ...wanted });
      const instance = decodeCocoInstances(annotations, { width, height }).instance();
      // "car # 1" and "car # 2" are whole; "road" and "lane" are one class; "car" is split.
      const keyOf = (label: number) => [1, 2, 0, 3, 0, 4, 3, 0, 0][label] ?? 0;
      const expected = new Int32Array(width * height);
      let objects = 0;
      const numbers = new Map<number, number>();
      for (let start = 0; start < expected.length; start++) {
        const key = keyOf(map.data[start]!);
        if (key === 0 || expected[start] !== 0) continue;
        const number = key <= 2 ? (numbers.get(key) ?? ++objects) : ++objects;
        numbers.set(key, number);
        const pixels = new Set([start]);
        for (const pixel of pixels) {
          expected[pixel] = number;
          const [x, y] = [pixel % width, Math.floor(pixel / width)];
          for (const [dx, dy] of [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const))) {
            const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
            const next = pixel + dy * width + dx;
            if (isInside && keyOf(map.data[next]!) === key) pixels.add(next);
          }
        }
      }
      const same = new Map<string, number>();
      instance.forEach((object, index) => {
        same.set(`${object} ${expected[index]}`, 1);
      });
      // Each object has one number there and one here.
      expect(same.size, `seed ${seed}`).toBe(new Set(expected).size);
      expect(same.size, `seed ${seed}`).toBe(new Set(instance).size);
      const covered = annotations.map(({ area }) => area).reduce((sum, area) => sum + area, 0);
      expect(covered).toBe(expected.filter((object) => object > 0).length);
    }
  });

  it("joins pixels at corners, and areas of two labels of a class", () => {
    const names = { c: "cat", k: "kitten", d: "dog" };
    const list = ClassList.fromJSON({
      ...ClassList.fromNames(["dog"]).toJSON(),
      classes: [
        { id: 3, name: "cat", aliases: ["kitten"] },
        { id: 5, name: "dog" },
      ],
    });
    const map = draw(["ck..d", "...d.", "c...."], names);
    expect(objectsOf(map, list, components)).toEqual(["cat 2", "dog 2", "cat 1"]);
  });

  it("keeps numbered objects whole, and splits what has no number", () => {
    const map = draw(["1.1.cc", "......", "1.cc.c"], { 1: "car # 1", c: "car" });
    const list = ClassList.fromNames(["car"]);
    expect(objectsOf(map, list, components)).toEqual(["car 3", "car 2", "car 2", "car 1"]);
    expect(objectsOf(map, list, {})).toEqual(["car 3", "car 5 crowd"]);
  });

  it("leaves out areas below minArea and counts them", async () => {
    const small = { ...components, minArea: 49 };
    expect(objectsOf(cats, classes, small)).toEqual(["cat 60"]);
    const issue = {
      code: "component-too-small",
      message: "2 connected areas of together 80 pixels are left out; pass a minArea below 49 to keep them.",
    };
    expect(encodeCocoInstances(cats, classes, { imageId: 1, ...small }).issues).toEqual([issue]);
    expect(encodeYolo(cats, classes, small).issues).toEqual([issue]);
    const { png, annotation, issues } = encodeCocoPanoptic(cats, classes, {
      imageId: 1,
      fileName: "",
      ...small,
    });
    expect(issues).toEqual([issue]);
    const semantic = (await decodeCocoPanoptic(png, annotation)).semantic();
    expect(semantic.filter((id) => id === 255).length).toBe(80);
    expect(objectsOf(cats, classes, { ...components, minArea: 48 })).toEqual(["cat 48", "cat 60"]);
    expect(codesOf(cats, classes, { ...components, minArea: 1000 }).yolo).toEqual(["component-too-small"]);
  });

  it("takes all classes but the background, unless things says otherwise", () => {
    for (const name of ["background", "Background", "_background_"]) {
      const map = draw(["bbb", "bcb", "bbb"], { b: name, c: "cat" });
      const list = ClassList.fromNames([name, "cat"]);
      expect(objectsOf(map, list, components)).toEqual(["cat 1"]);
      expect(objectsOf(map, list, { ...components, things: [name] })).toEqual([`${name} 8`]);
    }
    const list = ClassList.fromNames(["cat"], { void: ["dog"], ignore: ["background"] });
    expect(objectsOf(cats, list, components)).toEqual(["cat 48", "cat 60"]);
  });
});

describe("a list of objects that comes out empty", () => {
  it("has an issue that says why and what to do", () => {
    for (const options of [{}, { things: [] }, { objects: "numbered" } as const]) {
      const expected = [
        {
          code: "no-objects",
          message:
            'The list of objects is empty: no label has a number, such as "car # 1"; pass objects: "components" to count connected areas, or name the classes in things to count labels.',
        },
      ];
      const { annotations, issues } = encodeCocoInstances(cats, classes, { imageId: 1, ...options });
      expect({ annotations, issues }).toEqual({ annotations: [], issues: expected });
      expect(encodeYolo(cats, classes, options)).toEqual({ text: "", issues: expected });
    }
  });

  it("has none if the image is empty, or lacks the things that were named", () => {
    const none = { coco: [], yolo: [] };
    const unlabelled = draw(["..", ".."], { c: "cat" });
    expect(codesOf(unlabelled, classes, {})).toEqual(none);
    expect(codesOf(unlabelled, classes, components)).toEqual(none);
    expect(codesOf(draw(["dd"], { d: "dog" }), classes, { things: ["cat"] })).toEqual(none);
    expect(codesOf(draw(["dd"], { d: "dog" }), ClassList.fromNames([], { void: ["dog"] }), {})).toEqual(none);
    // YOLO writes them as areas of stuff.
    expect(encodeYolo(cats, classes, { stuff: true }).issues.map(({ code }) => code)).not.toContain(
      "no-objects",
    );
  });
});

describe("things that are named but not numbered", () => {
  it("are one object for each label, with an issue", () => {
    expect(objectsOf(cats, classes, { things })).toEqual(["cat 108", "dog 32"]);
    expect(objectsOf(cats, classes, { things: new Set(["dog"]).values() })).toEqual(["dog 32"]);
    const { issues, text } = encodeYolo(cats, classes, { things: ["dog"] });
    expect(text).toMatch(/^2 [\d. ]+\n$/);
    expect(issues[0]).toEqual({
      code: "label-not-numbered",
      message:
        '1 label has no number, such as "dog # 1", so all pixels of such a label are one object: "dog"; pass objects: "components" to count connected areas.',
    });
    expect(codesOf(cats, classes, { things })).toEqual({
      coco: ["label-not-numbered"],
      yolo: ["label-not-numbered", "object-split", "hole-filled"],
    });
    const { annotation } = encodeCocoPanoptic(cats, classes, { imageId: 1, fileName: "", things });
    expect(annotation.segments_info.map(({ area, iscrowd }) => [area, iscrowd]).slice(1)).toEqual([
      [108, 0],
      [32, 0],
    ]);
  });

  it("are a group beside numbered objects of their class, even one that a crop has cut off", () => {
    const names = { 1: "car # 1", c: "car", d: "dog" };
    const list = ClassList.fromNames(["car", "dog"]);
    const options = { things: ["car", "dog"] };
    expect(objectsOf(draw(["11c", "ddc"], names), list, options)).toEqual(["car 2", "car 2 crowd", "dog 2"]);
    expect(objectsOf(draw(["..c", "..c"], names), list, options)).toEqual(["car 2 crowd"]);
    expect(codesOf(draw(["..c", "..c"], names), list, options)).toEqual({
      coco: [],
      yolo: ["group-left-out"],
    });
  });

  it('are groups with objects: "numbered"', () => {
    expect(objectsOf(cats, classes, { things, objects: "numbered" })).toEqual([
      "cat 108 crowd",
      "dog 32 crowd",
    ]);
    expect(codesOf(cats, classes, { things, objects: "numbered" })).toEqual({
      coco: [],
      yolo: ["group-left-out", "group-left-out"],
    });
  });

  it("are named in the issue, at most five of them", () => {
    const names = Object.fromEntries([..."abcdefg"].map((key) => [key, `class ${key}`]));
    const list = ClassList.fromNames(Object.values(names));
    const { issues } = encodeYolo(draw(["abcdefg"], names), list, { things: Object.values(names) });
    expect(issues.map(({ message }) => message)).toEqual([
      '7 labels have no number, such as "class a # 1", so all pixels of such a label are one object: "class a", "class b", "class c", "class d", "class e" and 2 more; pass objects: "components" to count connected areas.',
    ]);
  });
});

describe("a label that says whether it is a thing or a crowd", () => {
  const list = ClassList.fromNames(["car", "dog", "sky"]);
  const tell = (map: LabelMap, told: Record<string, object>) => ({
    ...map,
    labels: map.labels.map((label) => ({ ...label, ...told[label.name] })),
  });
  const isThing = true;
  let map: LabelMap;
  beforeAll(() => {
    map = draw(["cc.d", "..cs"], { c: "car", d: "dog", s: "sky" });
  });

  it("is an object or a group of its own accord", () => {
    const told = tell(map, { car: { isThing, isCrowd: true }, dog: { isThing } });
    expect(objectsOf(told, list, {})).toEqual(["car 3 crowd", "dog 1"]);
    expect(objectsOf(map, list, {})).toEqual([]);
    expect(codesOf(told, list, {}).coco).toEqual(["label-not-numbered"]);
    expect(objectsOf(told, list, { objects: "numbered" })).toEqual(["car 3 crowd", "dog 1 crowd"]);
    expect(objectsOf(told, list, { things: ["dog"] })).toEqual(["dog 1"]);
  });

  it("that is a crowd is not split into areas, nor counted as one object", () => {
    const told = tell(map, { car: { isThing, isCrowd: true } });
    expect(objectsOf(told, list, components)).toEqual(["car 3 crowd", "dog 1", "sky 1"]);
    expect(objectsOf(told, list, { things: ["car"] })).toEqual(["car 3 crowd"]);
    expect(objectsOf(map, list, { things: ["car"] })).toEqual(["car 3"]);
  });
});

it("options that do not fit are refused", () => {
  for (const options of [
    { objects: "areas" },
    { objects: null },
    { minArea: 5 },
    { objects: "labels", minArea: 5 },
    { ...components, minArea: 0 },
    { ...components, minArea: 1.5 },
    { ...components, minArea: "5" },
  ]) {
    for (const encode of [
      () => encodeYolo(cats, classes, options as never),
      () => encodeCocoInstances(cats, classes, { imageId: 1, ...options } as never),
      () => encodeCocoPanoptic(cats, classes, { imageId: 1, fileName: "", ...options } as never),
      () => encodeSegmentsInfo(cats, classes, options as never),
    ]) {
      expect(encode, JSON.stringify(options)).toThrow(wrongCall);
    }
  }
});

it("a pixel with a label that the map lacks is refused, not taken for a connected area", () => {
  for (const label of [cats.labels.length, cats.labels.length + 1, -2]) {
    const wrong = { ...cats, data: cats.data.map((pixel, index) => (index === 0 ? label : pixel)) };
    for (const options of [{ things }, components]) {
      expect(() => encodeYolo(wrong as never, classes, options), `label ${label}`).toThrow(wrongCall);
    }
  }
});
