/** Cityscapes: our four maps are what cityscapesScripts' rules make of the same labels, in Python over Pillow. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  cityscapesMaps,
  decodeCityscapes,
  encodeCityscapes,
  encodeLabelPng,
} from "../../src/formats/index.js";
import { init, type LabelMap, labelPixels } from "../../src/index.js";
import { cityscapesLabels } from "../../src/legend/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { inOrder, loadStreet } from "../support/scenes.js";

expectPythonInCi();
let street: LabelMap;
beforeAll(async () => {
  await init();
  street = await loadStreet();
});

/** The street's classes that Cityscapes calls otherwise. */
const labels = { pedestrian: "person", trunk: "vegetation", "lane marking": "road" };
const KINDS = ["labelIds", "instanceIds", "labelTrainIds", "instanceTrainIds"] as const;
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const unknownClass = (text: string) =>
  expect.objectContaining({ code: "CLASS_UNKNOWN", message: expect.stringContaining(text) });

/** One row, a pixel for each value, and an unlabelled one. */
function mapOf(...values: string[]): LabelMap {
  const legend = new Map(
    values.map((value, place) => [`#${(place + 1).toString(16).padStart(6, "0")}`, value]),
  );
  const data = Uint8Array.from(
    [...values.keys(), 0xfffffe].flatMap((place) => [0, (place + 1) >> 8, place + 1]),
  );
  return labelPixels({ data, width: values.length + 1, height: 1, channels: 3 }, legend);
}

describe("Cityscapes", () => {
  it("has 35 labels, of which 19 are trained on, 8 of them with instances", () => {
    expect(cityscapesLabels.map(({ id }) => id)).toEqual([...Array(34).keys(), -1]);
    const trained = cityscapesLabels.filter(({ trainId }) => trainId >= 0 && trainId < 255);
    expect(trained.map(({ trainId }) => trainId)).toEqual([...Array(19).keys()]);
    expect(trained.filter(({ hasInstances }) => hasInstances).map(({ name }) => name)).toEqual(
      "person rider car truck bus train motorcycle bicycle".split(" "),
    );
    // As published: what is ignored in the evaluation is what is not trained on.
    for (const { trainId, ignoreInEval, name } of cityscapesLabels) {
      if (name !== "license plate") expect(ignoreInEval, name).toBe(trainId === 255);
    }
    expect(cityscapesLabels[26]).toEqual({
      name: "car",
      id: 26,
      trainId: 13,
      category: "vehicle",
      categoryId: 7,
      hasInstances: true,
      ignoreInEval: false,
      color: "#00008e",
    });
  });

  itWithPython("PNGs are read by Pillow, and equal what the scripts' rules make of the labels", () => {
    const files = encodeCityscapes(street, { labels });
    const objects = street.labels.map(({ className, instanceId }) => ({
      label: (labels as Record<string, string>)[className] ?? className,
      isObject: instanceId > 0,
    }));
    // createTrainId*Imgs.py draw the annotation's objects in their order; here each is the pixels of one label.
    const script = `
objects = json.load(open("objects.json")); table = json.load(open("table.json"))
pixels = np.frombuffer(open("labels.bin", "rb").read(), dtype="<i4").reshape(${street.height}, ${street.width})
def draw(key, instances):
    image = np.full(pixels.shape, table["unlabeled"][key]); counts = {}
    for place, o in enumerate(objects):
        label = table[o["label"]]; value = label[key]
        if instances and label["hasInstances"] and o["isObject"] and value != 255:
            number = counts.get(o["label"], 0); counts[o["label"]] = number + 1
            value = value * 1000 + number
        image[pixels == place] = value
    return image
found = {}
for kind, key, instances, mode in [("labelIds", "id", False, "L"), ("labelTrainIds", "trainId", False, "L"),
                                   ("instanceIds", "id", True, "I"), ("instanceTrainIds", "trainId", True, "I")]:
    image = Image.open(kind + ".png")
    found[kind] = [image.mode[0] == mode, bool((np.array(image) == draw(key, instances)).all()), int(np.array(image).max())]
print(json.dumps(found))
`;
    const table = Object.fromEntries(cityscapesLabels.map((label) => [label.name, label]));
    const { printed } = runPython(script, {
      ...Object.fromEntries(KINDS.map((kind) => [`${kind}.png`, files[kind]])),
      "objects.json": JSON.stringify(objects),
      "table.json": JSON.stringify(table),
      "labels.bin": new Uint8Array(street.data.buffer),
    });
    expect(printed).toEqual({
      labelIds: [true, true, 26],
      labelTrainIds: [true, true, 255],
      instanceIds: [true, true, 26008],
      instanceTrainIds: [true, true, 13008],
    });
  });

  it("instanceIds come back as label ids and objects", async () => {
    const { labelIds, instanceIds } = encodeCityscapes(street, { labels });
    const maps = await decodeCityscapes({ labelIds, instanceIds });
    expect([maps.width, maps.height]).toEqual([street.width, street.height]);
    expect(
      Buffer.from(maps.semantic().buffer).equals(
        Buffer.from(Int32Array.from(cityscapesMaps(street, { labels }).labelIds.data).buffer),
      ),
    ).toBe(true);
    // A building is no object in Cityscapes, whatever its number.
    const expected = street.instance().map((number, index) => {
      const label = street.labels[street.data[index]!];
      return label !== undefined && ["car", "pedestrian"].includes(label.className) ? number : 0;
    });
    expect(inOrder(maps.instance())).toEqual(inOrder(expected));
    expect(await decodeCityscapes({ instanceIds })).toEqual(maps);
  });

  it("takes groups, labels without a train id, numbers without instances, and the rest as the rules say", () => {
    const map = mapOf(
      "car # 1",
      "car # 2",
      "car",
      "cargroup",
      "caravan # 1",
      "sky # 1",
      "polegroup",
      "person # 1",
      "ridergroup # 3",
    );
    const maps = cityscapesMaps(map);
    const read = (kind: (typeof KINDS)[number]) => [...maps[kind].data];
    expect(read("labelIds")).toEqual([26, 26, 26, 26, 29, 23, 18, 24, 25, 0]);
    expect(read("instanceIds")).toEqual([26000, 26001, 26, 26, 29000, 23, 18, 24000, 25, 0]);
    expect(read("labelTrainIds")).toEqual([13, 13, 13, 13, 255, 10, 255, 11, 12, 255]);
    expect(read("instanceTrainIds")).toEqual([13000, 13001, 13, 13, 255, 10, 255, 11000, 12, 255]);
    expect(maps.instanceIds.data).toBeInstanceOf(Uint16Array);
    expect(maps.labelIds.data).toBeInstanceOf(Uint8Array);
  });

  it("names a class that it does not have", () => {
    expect(() => cityscapesMaps(mapOf("car", "tram"))).toThrow(unknownClass('"tram"'));
    expect(() => cityscapesMaps(mapOf("skygroup"))).toThrow(unknownClass('"skygroup"'));
    expect(() => cityscapesMaps(mapOf("license plate"))).toThrow(unknownClass("leaves out"));
    expect(() => cityscapesMaps(mapOf("__proto__"))).toThrow(unknownClass('"__proto__"'));
    expect([...cityscapesMaps(mapOf("car", "tram"), { missing: "void" }).labelIds.data]).toEqual([26, 0, 0]);
    const mapped = cityscapesMaps(mapOf("license plate", "tram"), {
      labels: new Map([
        ["license plate", "car"],
        ["tram", "train"],
      ]),
    });
    expect([...mapped.labelIds.data]).toEqual([26, 31, 0]);
    expect(() => cityscapesMaps(mapOf("car"), { labels: { car: "auto" } })).toThrow(wrongCall);
    expect(() => cityscapesMaps(mapOf("car"), { labels: "car" as never })).toThrow(wrongCall);
    expect(() => cityscapesMaps(mapOf("car"), { missing: "no" as never })).toThrow(wrongCall);
    expect(() => cityscapesMaps({} as never)).toThrow(wrongCall);
  });

  it("has room for a thousand objects of a label and not one more", () => {
    const cars = (count: number) =>
      mapOf(...Array.from({ length: count }, (_, place) => `car # ${place + 1}`));
    expect(cityscapesMaps(cars(1000)).instanceIds.data[999]).toBe(26999);
    expect(() => cityscapesMaps(cars(1001))).toThrow(expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }));
  });

  it("labels have names, categories, colours and values; groups are crowds", async () => {
    const data = Uint16Array.of(26001, 26, 7, 26000, 18, 17, 0, 26001);
    const map = await decodeCityscapes({ instanceIds: encodeLabelPng({ width: 4, height: 2, data }) });
    expect([...map.data]).toEqual([6, 4, 1, 5, 3, 2, 0, 6]);
    const told = map.labels.map((label) => [label.name, label.classId, label.instanceId, label.sourceId]);
    expect(told).toEqual([
      ["unlabeled", 0, 0, 0],
      ["road", 7, 0, 7],
      ["pole", 17, 0, 17],
      ["polegroup", 18, 0, 18],
      ["car", 26, 0, 26],
      ["car # 1", 26, 1, 26000],
      ["car # 2", 26, 2, 26001],
    ]);
    expect(map.labels.map(({ isThing, isCrowd }) => [isThing, isCrowd]).slice(3)).toEqual([
      [false, false],
      [true, true],
      [true, false],
      [true, false],
    ]);
    const { supercategory, color, pixelCount, bbox } = map.labels[6]!;
    expect({ supercategory, pixelCount, bbox }).toEqual({
      supercategory: "vehicle",
      pixelCount: 2,
      bbox: [0, 0, 4, 2],
    });
    const colors = map.labels.map((label) => label.color);
    expect(colors.slice(0, 3)).toEqual(["#000000", "#804080", "#999999"]);
    expect(colors[4]).toBe("#00008e");
    // By value, the group of cars would come before the persons.
    const persons = { width: 3, height: 1, data: Uint16Array.of(26, 24001, 24000) };
    const sorted = await decodeCityscapes({ instanceIds: encodeLabelPng(persons) });
    expect(sorted.labels.map(({ name }) => name)).toEqual(["person # 1", "person # 2", "car"]);
    // Two labels have the colour of pole, and objects have colours of their own.
    expect(new Set(colors).size).toBe(7);
    expect(color).not.toBe("#00008e");
    expect([...map.semantic()]).toEqual([26, 26, 7, 26, 18, 17, 0, 26]);
  });

  it("files that are of no label, or disagree, are refused", async () => {
    const png = (...values: number[]) =>
      encodeLabelPng({ width: values.length, height: 1, data: Uint16Array.from(values) });
    expect([
      ...(await decodeCityscapes({ instanceIds: png(26001, 26001, 26, 25003, 0) })).instance(),
    ]).toEqual([2, 2, 0, 1, 0]);
    for (const value of [34, 255, 999, 7000, 34000, 65535]) {
      await expect(decodeCityscapes({ instanceIds: png(value) }), String(value)).rejects.toThrow(invalid);
    }
    const instanceIds = png(26001, 7);
    await expect(decodeCityscapes({ instanceIds, labelIds: png(26, 8) })).rejects.toThrow(
      /\(1, 0\) is 8 in labelIds/,
    );
    const mismatch = expect.objectContaining({ name: "LabelMapError", code: "SIZE_MISMATCH" });
    await expect(decodeCityscapes({ instanceIds, labelIds: png(26) })).rejects.toThrow(mismatch);
    await expect(decodeCityscapes(null as never)).rejects.toThrow(wrongCall);
    await expect(decodeCityscapes({ instanceIds }, { maxPixels: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "PNG_TOO_LARGE" }),
    );
  });
});
