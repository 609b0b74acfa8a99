/** SYNTHIA: classes and objects in two channels, its two releases, and masks of CARLA that look like it. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSynthia, filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(() => init());

/** A row of `[class, object]`. */
function row(bitDepth: 8 | 16, ...pixels: readonly (readonly [number, number])[]): Uint8Array {
  const samples = pixels.flatMap(([classId, object]) => [classId, object, 5]);
  return encodePng({ width: pixels.length, height: 1, colourType: 2, bitDepth, samples });
}

describe("a PNG of SYNTHIA", () => {
  it("has objects of up to 16 bits, groups without a number, and void", async () => {
    const map = await decodeSynthia(row(16, [8, 65_535], [8, 1], [8, 0], [3, 0], [0, 0], [22, 0]));
    expect(map.labels.map(({ name, isCrowd }) => [name, isCrowd])).toEqual([
      ["road", false],
      ["car", true],
      ["car # 1", false],
      ["car # 65535", false],
      ["lanemarking", false],
    ]);
    expect([...map.semantic()]).toEqual([8, 8, 8, 3, 255, 22]);
    expect([...map.instance()]).toEqual([2, 1, 0, 0, 0, 0]);
    expect(map.unlabelled.count).toBe(1);
  });

  it("is read with 8 bits too", async () => {
    const map = await decodeSynthia(row(8, [8, 255], [3, 0]));
    expect(map.labels.map(({ name }) => name)).toEqual(["road", "car # 255"]);
  });

  it("has other classes in the video sequences", async () => {
    const png = row(16, [12, 0], [15, 0]);
    const names = async (options: object) =>
      (await decodeSynthia(png, options)).labels.map(({ className }) => className);
    expect(await names({})).toEqual(["motorcycle", "traffic light"]);
    expect(await names({ version: "sequences" })).toEqual(["lanemarking", "traffic light"]);
    await expect(decodeSynthia(row(16, [13, 0]), { version: "sequences" })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
    });
    await expect(names({ version: "al" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(names({ split: "train" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("refuses a PNG of one channel and a class that is not listed", async () => {
    const grey = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 16, samples: [8] });
    await expect(decodeSynthia(grey)).rejects.toMatchObject({ code: "ENCODING_MISMATCH" });
    await expect(decodeSynthia(row(16, [23, 0]))).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("SYNTHIA"),
    });
  });
});

describe("a folder that may be SYNTHIA's", () => {
  const names = async (files: Record<string, Uint8Array | string>) =>
    (await recognise(filesInMemory(files)))
      .filter(({ format, lacks }) => format.set !== undefined && lacks === undefined)
      .map(({ format, confidence }) => `${format.name} ${confidence}`);

  it("is only possible with colours of 8 bits, which CARLA has, and is not read without its name", async () => {
    const carla = { "GT/LABELS/a.png": row(8, [4, 7]), "RGB/a.png": "photo" };
    expect(await names(carla)).toEqual(["synthia possible"]);
    await expect(readSet(filesInMemory(carla))).rejects.toMatchObject({
      code: "FORMAT_UNSUPPORTED",
      message: expect.stringContaining("as CARLA has"),
    });
    const legend = { ...carla, "legend.json": '{"#040705":"car"}' };
    expect(await names(legend)).toEqual(["mask-folder likely", "synthia possible"]);
    expect(await names({ "GT/LABELS/a.png": row(16, [4, 7]) })).toEqual(["synthia likely"]);
    expect(await names({ "LABELS/a.png": row(16, [4, 7]) })).toEqual([]);
    const grey = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 16, samples: [8] });
    expect(await names({ "GT/LABELS/a.png": grey })).toEqual([]);
  });

  it("is of the release that its folders or the options say", async () => {
    const files = { "GT/LABELS/Stereo_Right/Omni_B/1.png": row(16, [12, 0]) };
    const classNames = async (options: object) => {
      const set = await readSet(filesInMemory(files), { format: "synthia", ...options });
      const found: string[] = [];
      for await (const { map } of set) found.push(...(await map()).labels.map(({ className }) => className));
      const { classes } = await set.classes();
      return [...found, classes.find(({ id }) => id === 12)!.name];
    };
    expect(await classNames({})).toEqual(["lanemarking", "lanemarking"]);
    expect(await classNames({ version: "rand-cityscapes" })).toEqual(["motorcycle", "motorcycle"]);
    await expect(classNames({ split: "x" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});
