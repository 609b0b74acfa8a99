/** What several formats have in common: which classes are things, what void is, and which maps can be written. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeCocoInstances,
  decodeCocoPanoptic,
  decodeSegmentsInfo,
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeIds,
  encodeSegmentsInfo,
  encodeVoc,
  encodeYolo,
  thingClasses,
} from "../../src/formats/index.js";
import { decodeMask, init, type LabelMap } from "../../src/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { loadStreet, streetClasses } from "../support/scenes.js";

let street: LabelMap;
beforeAll(async () => {
  await init();
  street = await loadStreet();
});
const streetResult = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!.result;
const names = { imageId: 7, fileName: "street.png" };
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

describe("the things of a data set", () => {
  it("are the classes that have an instance in any of the results, sorted", () => {
    const results = [
      { legend: { "#000001": "van # 2", "#000002": "road" }, url: "https://a.example/1.png" },
      {
        legend: { "#000001": "road", "#000002": "car # 1", "#000003": "bus" },
        url: "https://a.example/2.png",
      },
    ];
    expect(thingClasses(results)).toEqual(["car", "van"]);
    expect(thingClasses(new Set(results.slice(0, 1)))).toEqual(["van"]);
    expect(thingClasses([])).toEqual([]);
    for (const wrong of [null, 5, {}]) expect(() => thingClasses(wrong as never)).toThrow(wrongCall);
    expect(() => thingClasses(results, { classBy: "colour" as never })).toThrow(wrongCall);
    expect(() => thingClasses(["car"] as never)).toThrow(expect.objectContaining({ name: "ResultError" }));
  });
});

describe("the class id of void pixels", () => {
  it("is refused if a segment has it too, or if it is none", async () => {
    const segmentation = { width: 2, height: 1, data: Int32Array.of(0, 1) };
    const read = (categoryId: number) =>
      Promise.all([
        decodeSegmentsInfo({ segmentation, segments_info: [{ id: 1, label_id: categoryId }] }),
        decodeCocoPanoptic(encodeIds(segmentation), {
          segments_info: [{ id: 1, category_id: categoryId } as never],
        }),
        decodeCocoInstances([{ category_id: categoryId, segmentation: { size: [1, 2], counts: [1, 1] } }], {
          width: 2,
          height: 1,
        }),
      ]);
    for (const map of await read(255)) {
      expect(map.semantic(undefined, { voidId: 254 })).toEqual(Int32Array.of(254, 255));
    }
    for (const [categoryId, voidId] of [
      [255, undefined],
      [9, 9],
      [1, -1],
      [1, 2 ** 31],
      [1, "255" as never],
    ] as const) {
      for (const map of await read(categoryId)) {
        const wrong =
          voidId === 2 ** 31 ? expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }) : wrongCall;
        expect(() => map.semantic(undefined, { voidId: voidId! }), `${categoryId}, ${voidId}`).toThrow(wrong);
      }
    }
  });

  it("is not an option of the readers any more", () => {
    const size = { width: 2, height: 1 };
    expect(() => decodeCocoInstances([], { ...size, voidId: 0 } as never)).toThrow(wrongCall);
    const segmentation = { ...size, data: Int32Array.of(0, 0) };
    const wrong = () => decodeSegmentsInfo({ segmentation, segments_info: [] }, { voidId: 0 } as never);
    expect(wrong).toThrow(wrongCall);
  });
});

describe("what is no label map", () => {
  it("is refused by every format: a decode's target, a label that labels lack", async () => {
    const { png } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
    const classes = streetClasses;
    const targets = await decodeMask(png, streetResult, {
      target: [
        { map: "semantic", classes },
        { map: "label", dtype: "uint8" },
        { map: "instance" },
        { map: "label" },
      ],
    });
    const encoders: ((map: never) => unknown)[] = [
      (map) => encodeCocoPanoptic(map, classes, names),
      (map) => encodeCocoInstances(map, classes, { imageId: 1 }),
      (map) => encodeSegmentsInfo(map, classes),
      (map) => encodeVoc(map, classes),
      (map) => encodeYolo(map, classes),
      (map) => encodeYolo(map, classes, { objects: "components" }),
      (map) => encodeCityscapes(map, { labels: new Map(classes.classes.map(({ name }) => [name, "road"])) }),
    ];
    const beyond = { ...street, data: street.data.map((label) => (label === 0 ? 255 : label)) };
    const bytes = { ...street, data: Uint8Array.from(street.data, (label) => Math.max(label, 0)) };
    for (const encode of encoders) {
      for (const wrong of [targets[0], targets[1], targets[2], beyond, bytes]) {
        expect(() => encode(wrong as never), String(encode)).toThrow(wrongCall);
      }
      expect(encode(targets[3] as never)).toEqual(encode(street as never));
    }
  });
});
