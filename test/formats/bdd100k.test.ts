/** BDD100K: bitmasks with attributes, masks of train ids, several tasks in one folder, and the layout of 2018. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeBdd100k, filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { drawBdd100k } from "../support/layouts.js";

beforeAll(() => init());

/** A row of `[class, attributes, B, A]`. */
function bitmask(...pixels: readonly (readonly [number, number, number, number])[]): Uint8Array {
  return encodePng({ width: pixels.length, height: 1, colourType: 6, bitDepth: 8, samples: pixels.flat() });
}

function grey(...samples: number[]): Uint8Array {
  return encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth: 8, samples });
}

const names = async (png: Uint8Array, task: "pan_seg" | "sem_seg" | "ins_seg") =>
  (await decodeBdd100k(png, { task })).labels.map(({ name }) => name);

describe("a PNG of BDD100K", () => {
  it("has the class in R, the attributes in G and the object in B and A", async () => {
    const png = bitmask(
      [35, 0b1100, 1, 44],
      [35, 0b0010, 0, 31],
      [35, 0b0001, 0, 32],
      [7, 0, 0, 7],
      [0, 0, 0, 0],
    );
    const map = await decodeBdd100k(png, { task: "pan_seg" });
    expect(map.labels.map(({ name, isCrowd, attributes }) => [name, isCrowd, attributes])).toEqual([
      ["road", false, []],
      ["car # 31", true, ["crowd"]],
      ["car # 32", false, ["ignored"]],
      ["car # 300", false, ["occluded", "truncated"]],
    ]);
    expect([...map.semantic()]).toEqual([35, 35, 35, 7, 255]);
    expect([...map.instance()]).toEqual([2, 0, 1, 0, 0]);
  });

  it("has the classes of its task", async () => {
    expect(await names(bitmask([1, 0, 0, 1], [8, 0, 0, 2]), "ins_seg")).toEqual([
      "pedestrian # 1",
      "bicycle # 2",
    ]);
    expect(await names(bitmask([1, 0, 0, 1], [40, 0, 0, 31], [30, 0, 0, 30]), "pan_seg")).toEqual([
      "dynamic",
      "sky",
      "truck # 31",
    ]);
    expect(await names(grey(0, 18, 255), "sem_seg")).toEqual(["road", "bicycle"]);
    const map = await decodeBdd100k(grey(0, 18, 255), { task: "sem_seg" });
    expect([...map.semantic()]).toEqual([0, 18, 255]);
    expect(map.unlabelled.count).toBe(1);
  });

  it("refuses classes of other tasks, other channels, and a task that is missing", async () => {
    await expect(names(bitmask([9, 0, 0, 1]), "ins_seg")).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(names(bitmask([41, 0, 0, 1]), "pan_seg")).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(names(grey(19), "sem_seg")).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(names(grey(1), "pan_seg")).rejects.toMatchObject({ code: "ENCODING_MISMATCH" });
    await expect(names(bitmask([1, 0, 0, 1]), "sem_seg")).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
    });
    await expect(decodeBdd100k(grey(1), {} as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(names(grey(1), "drivable" as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});

describe("a set of BDD100K", () => {
  it("is that of the task that says most, with an issue for each other one, or of the task that is given", async () => {
    const files = { ...drawBdd100k("pan_seg").files, ...drawBdd100k("sem_seg").files };
    const set = await readSet(filesInMemory(files));
    expect(set.reason).toBe("BDD100K: labels/pan_seg/ (4 masks).");
    expect(set.issues).toEqual([
      {
        code: "file-not-read",
        path: "labels/sem_seg/",
        message:
          'labels/sem_seg/: is not read, since labels/pan_seg/ is there; pass task: "sem_seg" to read it.',
      },
    ]);
    const other = await readSet(filesInMemory(files), { format: "bdd100k", task: "sem_seg" });
    expect([other.reason, other.issues]).toEqual(["BDD100K: labels/sem_seg/ (4 masks).", []]);
    expect((await other.classes()).classes.map(({ id }) => id)).toEqual([...Array(19).keys()]);
    await expect(readSet(filesInMemory(files), { format: "bdd100k", task: "ins_seg" })).rejects.toMatchObject(
      { code: "FORMAT_INVALID" },
    );
    await expect(
      readSet(filesInMemory(files), { format: "bdd100k", task: "det" as never }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("is read in the layout of 2018", async () => {
    const files = {
      "bdd100k/seg/labels/train/a_train_id.png": grey(0, 255),
      "bdd100k/seg/images/train/a.jpg": "photo",
    };
    const set = await readSet(filesInMemory(files));
    for await (const { name, split, photo, map } of set) {
      expect([name, split, photo]).toEqual(["a", "train", "bdd100k/seg/images/train/a.jpg"]);
      expect([...(await map()).semantic()]).toEqual([0, 255]);
    }
    expect(set.count).toBe(1);
  });

  it("is only possible if the PNGs have the channels of another task", async () => {
    const source = filesInMemory({ "labels/pan_seg/bitmasks/val/a.png": grey(1) });
    expect((await recognise(source)).find(({ format }) => format.name === "bdd100k")?.confidence).toBe(
      "possible",
    );
    await expect(readSet(source)).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    const other = filesInMemory({ "labels/pan_seg/masks/val/a.png": grey(1) });
    expect((await recognise(other)).map(({ format }) => format.name)).not.toContain("bdd100k");
  });
});
