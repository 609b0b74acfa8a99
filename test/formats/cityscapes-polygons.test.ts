/** Cityscapes' polygons: painted as its own tools do it, and read as a set if there are no PNGs. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeCityscapes,
  decodeCityscapesPolygons,
  encodeLabelPng,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  type SetItem,
  writeSet,
} from "../../src/formats/index.js";
import { init } from "../../src/index.js";

beforeAll(() => init());

type Point = readonly [number, number];

interface Annotation {
  readonly imgWidth: number;
  readonly imgHeight: number;
  readonly objects: readonly {
    readonly label: string;
    readonly polygon: readonly Point[];
    readonly deleted?: number;
  }[];
}

const square = (left: number, top: number, size = 2): Point[] => [
  [left, top],
  [left + size, top],
  [left + size, top + size],
  [left, top + size],
];

/** A row of rectangles of one row: `[label, left, right]`, the pixels from left to right. */
function rowOf(
  width: number,
  ...objects: readonly (readonly [string, number, number, number?])[]
): Annotation {
  return {
    ...{ imgWidth: width, imgHeight: 1 },
    objects: objects.map(([label, left, right, deleted]) => ({
      label,
      polygon: [
        [left, 0],
        [right, 0],
      ],
      ...(deleted !== undefined && { deleted }),
    })),
  };
}

const values = (json: unknown) => {
  const map = decodeCityscapesPolygons(json);
  return [...map.data].map((label) => map.labels[label]!.sourceId);
};

describe("Cityscapes' polygons", () => {
  it("are painted in their order, with objects numbered in the order of the file, as in instanceIds", () => {
    const json = rowOf(
      10,
      ["road", 0, 9],
      ["car", 1, 4],
      ["person", 8, 9],
      ["car", 4, 6],
      ["cargroup", 7, 7],
    );
    expect(values(json)).toEqual([7, 26_000, 26_000, 26_000, 26_001, 26_001, 26_001, 26, 24_000, 24_000]);
    const map = decodeCityscapesPolygons(json);
    expect(map.labels.map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["road", false, false],
      ["person # 1", true, false],
      ["car", true, true],
      ["car # 1", true, false],
      ["car # 2", true, false],
    ]);
    expect(map.issues).toEqual([]);
  });

  it("give the label map of the PNG that is painted from them", async () => {
    const json = rowOf(6, ["sky", 0, 3], ["truck", 2, 3], ["bus", 4, 4]);
    const data = Uint16Array.from([23, 23, 27_000, 27_000, 28_000, 0]);
    const png = encodeLabelPng({ width: 6, height: 1, data });
    const ofPng = await decodeCityscapes({ instanceIds: png });
    const ofJson = decodeCityscapesPolygons(json);
    expect([...ofJson.data]).toEqual([...ofPng.data]);
    expect(ofJson.labels).toEqual(ofPng.labels);
  });

  it("leave out deleted objects and licence plates, and number only what is left", () => {
    const json = rowOf(6, ["car", 0, 0, 1], ["car", 1, 1, 0], ["license plate", 1, 2], ["car", 3, 3]);
    expect(values(json)).toEqual([0, 26_000, 0, 26_001, 0, 0]);
  });

  it("count an object that others cover, and say so", () => {
    const json = rowOf(4, ["car", 0, 1], ["road", 0, 3], ["car", 2, 2], ["car", 20, 30]);
    expect(values(json)).toEqual([7, 7, 26_001, 7]);
    expect(decodeCityscapesPolygons(json).issues).toEqual([
      {
        code: "shape-covered",
        path: "objects[0]",
        message: 'objects[0]: the shape of class "car" is covered by other shapes.',
      },
      {
        code: "shape-empty",
        path: "objects[3]",
        message: 'objects[3]: the shape of class "car" has no pixels in the image.',
      },
    ]);
    // A deleted object before it does not shift the places that messages name.
    const shifted = rowOf(4, ["car", 0, 0, 1], ["car", 0, 1], ["road", 0, 3]);
    expect(decodeCityscapesPolygons(shifted).issues[0]!.path).toBe("objects[1]");
  });

  it("know groups of any label: of one with instances a crowd, of another its class, and polegroup", () => {
    const json = rowOf(4, ["persongroup", 0, 0], ["traffic signgroup", 1, 1], ["polegroup", 2, 2]);
    expect(values(json)).toEqual([24, 20, 18, 0]);
  });

  it("are refused if they are malformed, with the place in the file", () => {
    const valid = { imgWidth: 4, imgHeight: 4, objects: [{ label: "car", polygon: square(0, 0) }] };
    const polygon = square(0, 0);
    for (const [json, where] of [
      [null, "the file:"],
      [{ ...valid, imgWidth: 0 }, "imgWidth:"],
      [{ ...valid, imgHeight: "4" }, "imgHeight:"],
      [{ ...valid, objects: {} }, "objects:"],
      [{ ...valid, objects: [null] }, "objects[0]:"],
      [{ ...valid, objects: [{ polygon }] }, "objects[0].label:"],
      [{ ...valid, objects: [{ label: "tree", polygon }] }, 'objects[0].label: "tree" is no label'],
      [{ ...valid, objects: [{ label: "group", polygon }] }, "objects[0].label:"],
      [{ ...valid, objects: [{ label: "car" }] }, "objects[0].polygon:"],
      [{ ...valid, objects: [{ label: "car", polygon: [[1, 2]] }] }, "objects[0].polygon: has 1 points"],
      [{ ...valid, objects: [{ label: "car", polygon: [[1], [1, 2]] }] }, "objects[0].polygon[0]:"],
      [
        {
          ...valid,
          objects: [
            {
              label: "car",
              polygon: [
                [1, null],
                [1, 2],
              ],
            },
          ],
        },
        "objects[0].polygon[0][1]:",
      ],
    ] as const) {
      expect(() => decodeCityscapesPolygons(json), where).toThrow(
        expect.objectContaining({ code: "FORMAT_INVALID", message: expect.stringContaining(where) }),
      );
    }
    const unsupported = expect.objectContaining({ code: "FORMAT_UNSUPPORTED" });
    expect(() => decodeCityscapesPolygons(valid, { maxPixels: 15 })).toThrow(unsupported);
    expect(() => decodeCityscapesPolygons({ ...valid, imgWidth: 2 ** 30 })).toThrow(unsupported);
    const many = Array.from({ length: 1001 }, () => ({ label: "car", polygon: square(0, 0) }));
    expect(() => decodeCityscapesPolygons({ ...valid, objects: many })).toThrow(unsupported);
    expect(() => decodeCityscapesPolygons({ ...valid, objects: many.slice(1) })).not.toThrow();
    expect(() => decodeCityscapesPolygons(valid, { by: 1 } as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});

describe("a set of Cityscapes' polygons", () => {
  const polygons = JSON.stringify(rowOf(6, ["sky", 0, 3], ["truck", 2, 3]));
  const stem = (name: string) => `gtFine/val/ulm/ulm_000000_00000${name}_gtFine`;
  const png = encodeLabelPng({ width: 6, height: 1, data: Uint16Array.from([7, 7, 7, 7, 7, 7]) });
  const labelIds = encodeLabelPng({ width: 6, height: 1, data: Uint8Array.from([8, 8, 8, 8, 8, 8]) });

  async function itemsOf(files: Record<string, Uint8Array | string>): Promise<SetItem[]> {
    const items: SetItem[] = [];
    for await (const item of await readSet(filesInMemory(files))) items.push(item);
    return items;
  }

  it("is recognised and read, with names, parts and photos, and written in other formats", async () => {
    const photo = "leftImg8bit/val/ulm/ulm_000000_000001_leftImg8bit.png";
    const source = filesInMemory({ [`${stem("1")}_polygons.json`]: polygons, [photo]: "photo" });
    const [first] = await recognise(source);
    expect([first!.format.name, first!.confidence]).toEqual(["cityscapes", "certain"]);
    const set = await readSet(source);
    expect(set.reason).toBe("Cityscapes: files that end with _gtFine_polygons.json (1 mask).");
    for await (const item of set) {
      expect(item).toMatchObject({ name: "ulm_000000_000001", split: "val", photo, issues: [] });
    }
    for (const format of ["coco-panoptic", "voc", "mask-folder"] as const) {
      const sink = memorySink();
      await writeSet(set, sink, { format });
      for await (const { map } of await readSet(filesInMemory(sink.files), { format })) {
        expect([...(await map()).semantic(await set.classes())]).toEqual([23, 23, 27, 27, 0, 0]);
        expect([...(await map()).instance()]).toEqual([0, 0, 1, 1, 0, 0]);
      }
    }
  });

  it("reads the PNGs of an image if there are both", async () => {
    const files = {
      [`${stem("1")}_polygons.json`]: polygons,
      [`${stem("1")}_instanceIds.png`]: png,
      [`${stem("1")}_labelIds.png`]: labelIds,
      [`${stem("2")}_polygons.json`]: polygons,
      [`${stem("3")}_polygons.json`]: polygons,
      [`${stem("3")}_labelIds.png`]: labelIds,
    };
    const items = await itemsOf(files);
    const found: unknown[] = [];
    for (const { name, issues, map } of items) {
      found.push([name, (await map()).semantic()[0], issues.map(({ code }) => code)]);
    }
    expect(found).toEqual([
      ["ulm_000000_000001", 7, []],
      ["ulm_000000_000002", 23, []],
      ["ulm_000000_000003", 8, ["objects-missing"]],
    ]);
    expect((await readSet(filesInMemory(files))).reason).toBe(
      "Cityscapes: files that end with _gtFine_instanceIds.png, labelIds.png or polygons.json (3 masks).",
    );
  });

  it("names the file that is malformed, and keeps to maxPixels", async () => {
    const path = `${stem("1")}_polygons.json`;
    for (const [text, code] of [
      ["{", "FORMAT_INVALID"],
      ['{"imgWidth":1}', "FORMAT_INVALID"],
    ] as const) {
      const [item] = await itemsOf({ [path]: text });
      await expect(item!.map()).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
    }
    const set = await readSet(filesInMemory({ [path]: polygons }), { format: "cityscapes", maxPixels: 5 });
    for await (const { map } of set)
      await expect(map()).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });
});
