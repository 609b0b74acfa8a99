/** One pixel, one class, the image and the summary of a label map: each equals what a slow loop finds. */
import { inspect } from "node:util";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ClassList, decodeMaskSync, init, LabelMap, labelPixels } from "../../src/all.js";
import { labelAt } from "../../src/maps/index.js";
import { runsOf } from "../../src/objects/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { anyMap } from "../support/maps.mjs";

beforeAll(() => init());
afterEach(() => {
  vi.unstubAllGlobals();
});

const legend = {
  "#0a0b01": "car # 1",
  "#0a0b02": "car # 2",
  "#0a0b03": "truck # 1",
  "#0a0b04": "road",
  "#0a0bff": "sky",
};
const CLASSES = ["car", "car", "truck", "road", "sky"];
const COLORS = [1, 2, 3, 4, 255].map((blue) => [10, 11, blue]);
const UNKNOWN = [77, 77, 77];

function mapOf(places: readonly number[], width: number): LabelMap {
  const data = Uint8Array.from(places.flatMap((place) => COLORS[place] ?? UNKNOWN));
  return labelPixels({ data, width, height: places.length / width, channels: 3 }, legend);
}

/** A map of any shape, and the place in the legend of each of its pixels; -1 for none. */
const anyLabels = () =>
  anyMap(16).map(({ width, height, data }) => {
    const places: number[] = Array.from(data, (value) => (value === -1 ? -1 : Math.abs(value) % 5));
    return { map: mapOf(places, width), places, width, height };
  });

const street = () => {
  const { png, result } = loadCorpus().find(({ name }) => name === "street-1080p-rgb-upng")!;
  return { png, result };
};

const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

describe("labelAt", () => {
  it("gives each pixel's label, as a method and as a function, of pixels, of runs, and of their copies", () => {
    fc.assert(
      fc.property(anyLabels(), ({ map, places, width, height }) => {
        const { labels } = map;
        const words = [Uint8Array, Uint16Array].map((type) => ({
          ...{ width, height, labels, map: "label" },
          data: type.from([...map.data]), // -1 becomes the largest value
        }));
        const runs = Object.assign(runsOf(map), { labels, map: "runs" });
        const forms = [map, runs, ...words].flatMap((form) => [form, structuredClone(form)]);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const place = places[y * width + x]!;
            const expected = place === -1 ? null : labels[place];
            expect(map.labelAt(x, y)).toBe(expected);
            for (const form of forms) expect(labelAt(form, x, y)).toEqual(expected);
          }
        }
      }),
    );
  });

  it("reads what decodeMask makes for a target", () => {
    const { png, result } = street();
    const map = decodeMaskSync(png, result);
    const targets = decodeMaskSync(png, result, {
      target: [{ map: "label" }, { map: "label", dtype: "uint8" }, { map: "runs" }],
    });
    for (let place = 0; place < 500; place++) {
      const [x, y] = [(place * 7919) % map.width, (place * 104_729) % map.height];
      const expected = map.labels[map.data[y * map.width + x]!]!;
      expect(map.labelAt(x, y)).toBe(expected);
      for (const target of targets) expect(labelAt(target, x, y)).toEqual(expected);
    }
  });

  it("takes 255 in bytes as unlabelled, even if there is a label 255, which then has no pixels", () => {
    const labels = Array.from({ length: 256 }, (_, index) => ({ ...mapOf([0], 1).labels[0]!, index }));
    const bytes = { width: 2, height: 1, data: Uint8Array.of(254, 255), labels };
    expect([labelAt(bytes, 0, 0), labelAt(bytes, 1, 0)]).toEqual([labels[254], null]);
    const words = { ...bytes, data: Uint16Array.of(255, 65_535) };
    expect([labelAt(words, 0, 0), labelAt(words, 1, 0)]).toEqual([labels[255], null]);
    expect(labelAt({ ...bytes, data: Int32Array.of(255, -1) }, 0, 0)).toBe(labels[255]);
  });

  it("says which pixels there are if there is no such pixel", () => {
    const map = mapOf([0, 1, 2, 3, 4, -1], 3);
    const runs = Object.assign(runsOf(map), { labels: map.labels });
    const wrong = [
      -1,
      3,
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 32,
      "1",
      null,
      undefined,
      [0],
      true,
    ];
    for (const x of wrong as number[]) {
      const message = `There is no pixel (${x}, 1): x is an integer from 0 to 2, and y from 0 to 1.`;
      const error = expect.objectContaining({ name: "ValueRangeError", code: "VALUE_OUT_OF_RANGE", message });
      expect(() => map.labelAt(x, 1), String(x)).toThrow(error);
      for (const form of [map, runs]) expect(() => labelAt(form, x, 1), String(x)).toThrow(error);
    }
    for (const y of [...wrong, 2] as number[]) {
      const error = expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" });
      expect(() => map.labelAt(1, y), String(y)).toThrow(error);
      for (const form of [map, runs]) expect(() => labelAt(form, 1, y), String(y)).toThrow(error);
    }
    expect(map.labelAt(2, 1), "the last pixel").toBe(null);
  });

  it("refuses maps whose values are no labels", () => {
    const { png, result } = street();
    const classes = ClassList.fromResults([result]);
    const others = decodeMaskSync(png, result, {
      target: [{ map: "semantic", classes }, { map: "instance" }, { map: "panoptic", classes }],
    });
    const { width, height, data, labels } = mapOf([0], 1);
    const bare = { width, height, data };
    const wrong = [...others, bare, runsOf(bare), { ...bare, map: "label" }, { ...bare, labels: {} }];
    for (const map of [...wrong, null, undefined, [], 1, { labels }, { labels, width, height, data: [0] }]) {
      expect(() => labelAt(map as never, 0, 0)).toThrow(invalid);
    }
  });
});

describe("classMask", () => {
  it("is 1 where the pixel's label is of the class, whichever object it is", () => {
    fc.assert(
      fc.property(anyLabels(), ({ map, places }) => {
        for (const name of new Set(CLASSES)) {
          const expected = Uint8Array.from(places, (place) => Number(CLASSES[place] === name));
          expect(map.classMask(name)).toEqual(expected);
        }
      }),
    );
  });

  it("is all 0 for a class of the legend that has no pixels", () => {
    expect(mapOf([0, 1, -1], 3).classMask("sky")).toEqual(new Uint8Array(3));
  });

  it("goes by class_id if the mask was decoded so", () => {
    const instanceOf = (index: number, value: string) => {
      return { _id: `${index}`, color: `#00000${index}`, index, value, class_id: "vehicle", attributes: [] };
    };
    const instances = [instanceOf(1, "car"), instanceOf(2, "truck")];
    const result = { legend: { "#000001": "car # 1", "#000002": "truck # 2", "#000003": "sky" }, instances };
    const image = {
      data: Uint8Array.of(0, 0, 1, 0, 0, 2, 0, 0, 3),
      width: 3,
      height: 1,
      channels: 3,
    } as const;
    const map = labelPixels(image, result, { classBy: "class_id" });
    expect(map.classMask("vehicle")).toEqual(Uint8Array.of(1, 1, 0));
    expect(() => map.classMask("car")).toThrow(expect.objectContaining({ code: "CLASS_UNKNOWN" }));
  });

  it("lists the classes if there is none of the name", () => {
    const message = 'There is no class "Cars"; the first classes are: "car", "truck", "road", "sky".';
    const error = expect.objectContaining({ name: "ClassError", code: "CLASS_UNKNOWN", message });
    expect(() => mapOf([0], 1).classMask("Cars")).toThrow(error);
    const { labels, ...rest } = mapOf([0], 1);
    const many = Array.from({ length: 30 }, (_, index) => ({ ...labels[0]!, index, className: `c${index}` }));
    expect(() => new LabelMap({ ...rest, labels: many }).classMask("car")).toThrow(/"c8", "c9"\.$/);
  });

  it("stays a typed error for what is no name, and for a map without labels", () => {
    const unknown = expect.objectContaining({ code: "CLASS_UNKNOWN" });
    for (const name of ["", "x".repeat(1e6), 1, null, undefined, {}, ["car"]]) {
      expect(() => mapOf([0], 1).classMask(name as never)).toThrow(unknown);
    }
    const { width, height, unlabelled, issues } = mapOf([-1], 1);
    const empty = new LabelMap({ width, height, data: Int32Array.of(-1), labels: [], unlabelled, issues });
    expect(() => empty.classMask("car")).toThrow('There is no class "car"; the first classes are: none.');
  });
});

describe("toImageData", () => {
  /** What the pixels must be, one by one. */
  const bytesOf = (places: readonly number[]) =>
    Uint8ClampedArray.from(
      places.flatMap((place) => (place === -1 ? [0, 0, 0, 0] : [...COLORS[place]!, 255])),
    );

  it("is a plain object of the same form where there is no ImageData", () => {
    expect(globalThis).not.toHaveProperty("ImageData");
    fc.assert(
      fc.property(anyLabels(), ({ map, places, width, height }) => {
        expect(map.toImageData()).toEqual({ data: bytesOf(places), width, height, colorSpace: "srgb" });
      }),
    );
  });

  it("is an ImageData where there is one", () => {
    const ImageData = class {
      readonly given: readonly unknown[];
      constructor(...given: unknown[]) {
        this.given = given;
      }
    };
    vi.stubGlobal("ImageData", ImageData);
    const image: unknown = mapOf([0, 1, -1, 4, 3, 2], 2).toImageData();
    expect(image).toBeInstanceOf(ImageData);
    expect(image).toEqual({ given: [bytesOf([0, 1, -1, 4, 3, 2]), 2, 3] });
  });
});

describe("the summary", () => {
  it("has the size and the counts", () => {
    fc.assert(
      fc.property(anyLabels(), ({ map, places, width, height }) => {
        expect(JSON.parse(JSON.stringify(map))).toEqual({
          width,
          height,
          labels: 5,
          unlabelled: places.filter((place) => place === -1).length,
          issues: 0,
        });
      }),
    );
  });

  it("counts issues", () => {
    const { issues, ...rest } = mapOf([0], 1);
    expect(issues).toEqual([]);
    const issue = { code: "legend-key-invalid", message: "#12 is no colour." };
    expect(new LabelMap({ ...rest, issues: [issue, issue] }).toJSON().issues).toBe(2);
  });

  it("is all that JSON.stringify and console.log write of a large map", () => {
    const { png, result } = street();
    const map = decodeMaskSync(png, result);
    const summary = "width: 1920, height: 1080, labels: 43, unlabelled: 0, issues: 0";
    expect(JSON.stringify({ map })).toBe(
      `{"map":{${summary.replace(/(\w+): /g, '"$1":').replaceAll(" ", "")}}}`,
    );
    const flat = { breakLength: Number.POSITIVE_INFINITY };
    expect(inspect(map, flat)).toBe(`LabelMap { ${summary} }`);
    expect(inspect({ maps: [map] }, flat)).toBe(`{ maps: [ LabelMap { ${summary} } ] }`);
    expect(inspect({ a: { b: { c: map } } }, { ...flat, depth: 1 })).not.toContain("1920");
  });

  it("leaves copies for other threads whole: a LabelMap can be made of them again", () => {
    const map = mapOf([0, 1, -1, 4, 3, 2], 2);
    const copy = structuredClone(map);
    expect(copy).toEqual({ ...map });
    expect(Object.keys(copy)).toEqual([
      "width",
      "height",
      "data",
      "labels",
      "unlabelled",
      "snapped",
      "issues",
    ]);
    const again = new LabelMap(copy);
    expect(again).toEqual(map);
    expect(again.labelAt(1, 1)?.name).toBe("sky");
  });
});
