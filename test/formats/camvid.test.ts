/** CamVid: masks in colours with their table, and the masks of SegNet. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeCamVid, filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { ClassList, init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { drawCamVid, drawSegNet, PALETTE } from "../support/layouts.js";

beforeAll(() => init());

/** As the data set has it: three numbers, tabs, the name. Here two classes have another order. */
const LABEL_COLORS = "64 128 64\tAnimal\n0 0 0\t\tVoid\n128 64 128\tRoad\n64 0 128\tCar\n";

function colours(...pixels: readonly (readonly number[])[]): Uint8Array {
  return encodePng({ width: pixels.length, height: 1, colourType: 2, bitDepth: 8, samples: pixels.flat() });
}

function grey(...samples: number[]): Uint8Array {
  return encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth: 8, samples });
}

const labels = colours([128, 64, 128], [64, 0, 128], [0, 0, 0], [1, 2, 3]);

describe("a mask of CamVid", () => {
  it("has the places of its classes in the published table, and unknown colours are unlabelled", async () => {
    const map = await decodeCamVid({ labels });
    expect(map.labels.map(({ className, classId }) => [className, classId])).toEqual([
      ["Car", 5],
      ["Road", 17],
      ["Void", 30],
    ]);
    expect([...map.semantic()]).toEqual([17, 5, 30, 255]);
    expect(map.unlabelled).toEqual({ count: 1, colors: [{ color: "#010203", count: 1 }] });
  });

  it("has the places in the table that is given", async () => {
    const map = await decodeCamVid({ labels, legend: LABEL_COLORS });
    expect(map.labels.map(({ className, classId }) => [className, classId])).toEqual([
      ["Void", 1],
      ["Road", 2],
      ["Car", 3],
    ]);
    const classes = ClassList.fromNames(["Car", "Road"], { firstId: 7 });
    const own = await decodeCamVid({ labels }, { classes });
    expect(own.labels.map(({ classId }) => classId)).toEqual([7, 8, null]);
  });

  it("of SegNet has ids 0 to 10, and 11 is unlabelled", async () => {
    for (const annotation of [
      grey(0, 3, 11),
      encodePng({
        ...{ width: 3, height: 1, colourType: 3, bitDepth: 8 },
        ...{ samples: [0, 3, 11], palette: PALETTE },
      }),
    ]) {
      const map = await decodeCamVid({ annotation });
      expect(map.labels.map(({ className }) => className)).toEqual(["Sky", "Road"]);
      expect([...map.semantic()]).toEqual([0, 3, 255]);
    }
    await expect(decodeCamVid({ annotation: grey(12) })).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(decodeCamVid({ annotation: labels })).rejects.toMatchObject({ code: "ENCODING_MISMATCH" });
    await expect(decodeCamVid({ legend: "x" } as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(decodeCamVid({ labels, legend: "0 0 zero\tVoid\n" })).rejects.toMatchObject({
      code: expect.stringMatching(/^LEGEND_|^FORMAT_/),
    });
  });
});

describe("a set of CamVid", () => {
  it("has the classes of its label_colors.txt, and Void is no class", async () => {
    const { files } = drawCamVid(`${LABEL_COLORS}128 128 128\tSky\n`);
    const set = await readSet(filesInMemory(files));
    const classes = await set.classes();
    expect(classes.classes.map(({ id, name }) => [id, name])).toEqual([
      [0, "Animal"],
      [2, "Road"],
      [3, "Car"],
      [4, "Sky"],
    ]);
    expect(classes.void).toEqual(["Void"]);
    for await (const { map } of set) {
      for (const { classId, className } of (await map()).labels) {
        expect(classId).toBe(className === "Void" ? 1 : classes.idOf(className));
      }
    }
    const broken = filesInMemory({ ...files, "label_colors.txt": "0 0 zero\tVoid\n" });
    await expect(readSet(broken, { format: "camvid" })).rejects.toMatchObject({
      message: expect.stringContaining("label_colors.txt"),
    });
  });

  it("has parts if its folders have, as copies with class_dict.csv do", async () => {
    const files = {
      "class_dict.csv": "name,r,g,b\nCar,64,0,128\nRoad,128,64,128\nVoid,0,0,0\n",
      "train_labels/0001TP_1_L.png": labels,
      "train/0001TP_1.png": "photo",
      "val_labels/0001TP_2_L.png": labels,
    };
    const set = await readSet(filesInMemory(files));
    const items: unknown[] = [];
    for await (const { name, split, photo, map } of set) {
      items.push([name, split, photo, (await map()).labels.map(({ classId }) => classId)]);
    }
    expect(items).toEqual([
      ["0001TP_1", "train", "train/0001TP_1.png", [0, 1, 2]],
      ["0001TP_2", "val", null, [0, 1, 2]],
    ]);
    const part = await readSet(filesInMemory(files), { format: "camvid", split: "val" });
    expect(part.count).toBe(1);
  });

  it("is in one form, which must be said if both are there", async () => {
    const both = { ...drawCamVid().files, ...drawSegNet().files };
    await expect(readSet(filesInMemory(both), { format: "camvid" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining('form: "colours" or "segnet"'),
    });
    for (const [form, reason] of [
      ["colours", "CamVid: files that end with _L.png (4 masks)."],
      ["segnet", "CamVid: trainannot/ and the like (4 masks)."],
    ] as const) {
      expect((await readSet(filesInMemory(both), { format: "camvid", form })).reason).toBe(reason);
    }
    await expect(
      readSet(filesInMemory(both), { format: "camvid", form: "ids" as "segnet" }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("is only possible if neither its folder nor its names are CamVid's", async () => {
    const names = async (files: Record<string, Uint8Array | string>) =>
      (await recognise(filesInMemory(files)))
        .filter(({ format, lacks }) => format.set !== undefined && lacks === undefined)
        .map(({ format, confidence }) => `${format.name} ${confidence}`);
    const own = { "labels/street_L.png": labels, "label_colors.txt": LABEL_COLORS };
    expect(await names(own)).toEqual(["mask-folder likely", "camvid possible"]);
    await expect(readSet(filesInMemory(own))).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(await names({ "labels/street_L.png": labels })).toEqual([]);
    const ids = { "trainannot/a.png": grey(1), "train/a.png": "photo" };
    expect(await names(ids)).toEqual(["camvid possible"]);
    expect(await names({ "trainannot/a.png": labels, "train/a.png": "photo" })).toEqual([]);
    expect(await names({ "trainannot/0001TP_1.png": grey(1) })).toEqual(["camvid certain"]);
    const table = drawCamVid(LABEL_COLORS).files;
    expect(await names(table)).toEqual(["camvid certain", "mask-folder likely"]);
  });
});
