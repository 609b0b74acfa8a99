/** ADE20K: the names beside each image, the challenge and its table, and what is not read. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeAde20k, filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { ClassList, init } from "../../src/index.js";
import { ade20k } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { ADE20K_NAMES, drawAde20k, drawChallenge } from "../support/layouts.js";

beforeAll(() => init());

/** A row of `[class, object]`. */
function seg(...pixels: readonly (readonly [number, number])[]): Uint8Array {
  const samples = pixels.flatMap(([classId, object]) => [
    // Any R from 10 to 19 means 256.
    Math.floor(classId / 256) * 10 + (classId === 0 ? 0 : 4),
    classId % 256,
    object,
  ]);
  return encodePng({ width: pixels.length, height: 1, colourType: 2, bitDepth: 8, samples });
}

function grey(...samples: number[]): Uint8Array {
  return encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth: 8, samples });
}

const segmentation = seg([401, 90], [401, 45], [2420, 8], [0, 0]);
const car = ADE20K_NAMES[401]!;
const object = (id: number, name: string, level: number | string = 0) => {
  return { name, name_ndx: id, parts: { part_level: level } };
};
const jsonOf = (...objects: object[]) => ({ annotation: { object: objects } });

describe("a PNG of the full ADE20K", () => {
  it("has the names of its JSON, and parts name nothing", async () => {
    const json = jsonOf(object(401, car), object(401, car), object(2420, "sky"), object(2420, "cloud", 1));
    const map = await decodeAde20k({ segmentation, json });
    expect(map.labels.map(({ name, classId }) => [name, classId])).toEqual([
      [`${car} # 45`, 401],
      [`${car} # 90`, 401],
      ["sky # 8", 2420],
    ]);
    expect([...map.semantic()]).toEqual([401, 401, 2420, 255]);
    expect([...map.instance()]).toEqual([2, 1, 3, 0]);
    expect([map.unlabelled.count, map.issues]).toEqual([1, []]);
  });

  it("has the names of its text, whose objects are in the order of the numbers in the PNG", async () => {
    const line = (place: number, name: string, level = 0) =>
      `00${place} # ${level} # 0 # ${name} # raw # "attribute, other"`;
    const attributes = [line(3, car), line(1, "sky"), line(2, car), line(9, "wheel", 1), ""].join("\r\n");
    const map = await decodeAde20k({ segmentation, attributes });
    expect(map.labels.map(({ name }) => name)).toEqual([`${car} # 45`, `${car} # 90`, "sky # 8"]);
    expect(map.issues).toEqual([]);
  });

  it("has no names that are not sure: an object without pixels, or a class with two names", async () => {
    const text = (...names: string[]) =>
      names.map((name, place) => `${place + 1} # 0 # 0 # ${name} # raw # ""`).join("\n");
    for (const attributes of [text("sky", car), text("sky", car, car, "tree"), text("sky", car, "tree")]) {
      const map = await decodeAde20k({ segmentation, attributes });
      expect(map.labels.map(({ name }) => name)).toEqual(["401 # 45", "401 # 90", "2420 # 8"]);
      expect(map.issues.map(({ code }) => code)).toEqual(["names-unclear"]);
    }
  });

  it("has its ids for names if nothing names them, and says how many", async () => {
    const map = await decodeAde20k({ segmentation });
    expect(map.labels.map(({ className }) => className)).toEqual(["401", "401", "2420"]);
    expect(map.issues).toEqual([
      {
        code: "class-names-missing",
        message: "No file names 2 classes of the image, first 401, so they are called by their ids.",
      },
    ]);
    const json = jsonOf(object(2420, "sky"));
    const some = await decodeAde20k({ segmentation, json });
    expect(some.labels.map(({ className }) => className)).toEqual(["401", "401", "sky"]);
    expect(some.issues[0]!.message).toContain("1 class of the image, first 401");
    const classes = ClassList.fromJSON({ classes: [{ id: 401, name: "vehicle" }] });
    await expect(decodeAde20k({ segmentation, json }, { classes })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("the class 2420 (1 pixel) has no name"),
    });
  });

  it("takes an object for whole if its level is nothing that can be compared", async () => {
    const odd = { ...object(401, car), parts: { part_level: { toString: null } } };
    const map = await decodeAde20k({ segmentation, json: jsonOf(odd, object(2420, "sky")) });
    expect(map.labels.map(({ className }) => className)).toEqual([car, car, "sky"]);
  });

  it("refuses files that are malformed, and says where", async () => {
    for (const [json, where] of [
      [null, "json: the file"],
      [{}, "annotation"],
      [{ annotation: { object: 5 } }, "annotation.object"],
      [jsonOf({ name: "a", name_ndx: 1 }), "annotation.object[0].parts"],
      [jsonOf(object(1.5, "a")), "annotation.object[0].name_ndx"],
      [jsonOf({ ...object(1, "a"), name: 7 }), "annotation.object[0].name"],
      [jsonOf(object(1, "a"), object(1, "b")), "annotation.object[1]"],
    ] as const) {
      await expect(decodeAde20k({ segmentation, json }), where).rejects.toMatchObject({
        code: "FORMAT_INVALID",
        message: expect.stringContaining(`${where}:`),
      });
    }
    for (const attributes of ["wall", "a # 0 # 0 # wall # wall #", "1 # x # 0 # wall # wall #"]) {
      await expect(decodeAde20k({ segmentation, attributes }), attributes).rejects.toMatchObject({
        code: "FORMAT_INVALID",
        message: expect.stringContaining("line 1:"),
      });
    }
    await expect(decodeAde20k({ segmentation: grey(1) })).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
    });
    await expect(decodeAde20k({} as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});

describe("a PNG of the scene parsing challenge", () => {
  it("has the 150 classes by the first of their synonyms, and 0 is none", async () => {
    const map = await decodeAde20k({ annotation: grey(0, 1, 150) });
    expect(map.labels.map(({ name, classId }) => [name, classId])).toEqual([
      ["wall", 1],
      ["flag", 150],
    ]);
    expect([...map.semantic()]).toEqual([255, 1, 150]);
    await expect(decodeAde20k({ annotation: grey(151) })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("1 pixel has the value 151"),
    });
    await expect(decodeAde20k({ annotation: segmentation })).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
    });
  });

  it("has the names of objectInfo150.txt, in any order of its columns, each once", async () => {
    const objectInfo = "Name\tStuff\tIdx\nscreen, display\t0\t1\nscreen; cinema\t0\t2\nsky\t1\t3 \n\n";
    const map = await decodeAde20k({ annotation: grey(1, 2, 3), objectInfo });
    expect(map.labels.map(({ name, isThing }) => [name, isThing])).toEqual([
      ["screen", true],
      ["screen; cinema", true],
      ["sky", false],
    ]);
    for (const [wrong, where] of [
      ["", "line 1"],
      ["Idx\tRatio\n1\t2\n", "line 1"],
      ["Idx\tName\n1\twall\nx\tsky\n", "line 3"],
      ["Idx\tName\n1\t \n", "line 2"],
    ] as const) {
      await expect(decodeAde20k({ annotation: grey(1), objectInfo: wrong })).rejects.toMatchObject({
        code: "FORMAT_INVALID",
        message: expect.stringContaining(`objectInfo: ${where}:`),
      });
    }
  });
});

describe("a set of ADE20K", () => {
  it("says what it does not read: parts, and masks of single objects", async () => {
    const set = await readSet(filesInMemory(drawAde20k("json").files));
    expect(set.reason).toBe("ADE20K: images/ (4 masks that end with _seg.png).");
    const street = "images/ADE/training/urban/street/ADE_train_00000001";
    expect(set.issues.map(({ message }) => message)).toEqual([
      `4 files have parts of objects and are not read, first ${street}_parts_1.png.`,
      `4 files have a single object each and are not read, first ${street}/instance_000_ADE_train_00000001.png.`,
    ]);
  });

  it("has the 150 classes of the library without objectInfo150.txt, and those of the file with it", async () => {
    const set = await readSet(filesInMemory(drawChallenge(false).files));
    const { classes } = await set.classes();
    expect(classes.map(({ id, name }) => [id, name])).toEqual(
      ade20k.entries.filter(({ isVoid }) => !isVoid).map(({ id, name }) => [id, name]),
    );
    const own = await readSet(filesInMemory(drawChallenge(true).files));
    expect((await own.classes()).classes).toEqual([
      { id: 1, name: "wall", isThing: false },
      { id: 2, name: "building", isThing: false },
      { id: 13, name: "person", isThing: true },
      { id: 150, name: "flag", isThing: true },
    ]);
    const broken = { ...drawChallenge(true).files, "objectInfo150.txt": "wall" };
    await expect(readSet(filesInMemory(broken), { format: "ade20k" })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("objectInfo150.txt: line 1"),
    });
  });

  it("is in one form, which must be said if both are there", async () => {
    const both = { ...drawAde20k("json").files, ...drawChallenge().files };
    await expect(readSet(filesInMemory(both), { format: "ade20k" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining('form: "full" or "challenge"'),
    });
    const set = await readSet(filesInMemory(both), { format: "ade20k", form: "challenge" });
    expect(set.reason).toBe("ADE20K, scene parsing challenge: annotations/ (4 masks).");
    await expect(
      readSet(filesInMemory(both), { format: "ade20k", form: "parts" as "full" }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("does not read its masks for the class list if one is given", async () => {
    const memory = filesInMemory(drawAde20k("json").files);
    const classes = ClassList.fromJSON({
      classes: Object.entries(ADE20K_NAMES).map(([id, name]) => ({ id: Number(id), name })),
    });
    const reads: string[] = [];
    const spy = {
      list: memory.list,
      read: (path: string) => {
        reads.push(path);
        return memory.read(path);
      },
    };
    const set = await readSet(spy, { format: "ade20k", classes });
    expect(await set.classes()).toBe(classes);
    expect(reads).toEqual([]);
  });

  it("is only possible if the names are of another set", async () => {
    const confidence = async (files: Record<string, Uint8Array | string>) =>
      (await recognise(filesInMemory(files))).find(({ format }) => format.name === "ade20k")?.confidence;
    const photo = { "images/training/a.jpg": "photo" };
    expect(await confidence({ ...photo, "annotations/training/a.png": grey(1) })).toBe("possible");
    expect(await confidence({ "annotations/training/a.png": grey(1) })).toBeUndefined();
    expect(await confidence({ ...photo, "annotations/training/a.png": segmentation })).toBeUndefined();
    const table = { "objectInfo150.txt": "Idx\tName\n" };
    expect(await confidence({ ...table, "annotations/training/a.png": grey(1) })).toBe("likely");
    const full = { ...photo, "images/training/a_seg.png": segmentation };
    expect(await confidence(full)).toBeUndefined();
    expect(await confidence({ ...full, "images/training/a.json": "{}" })).toBe("possible");
    const name = "images/training/ADE_train_00000001_seg.png";
    expect(await confidence({ [name]: grey(1) })).toBeUndefined();
  });
});
