/** KITTI's semantic benchmark: its two kinds of PNG, what is wrong with them, and folders that only look like it. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeKitti, filesInMemory, readSet, recognise, recogniseFiles } from "../../src/formats/index.js";
import { ClassList, init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { drawKitti } from "../support/layouts.js";

beforeAll(() => init());

function grey(bitDepth: 8 | 16, ...samples: number[]): Uint8Array {
  return encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth, samples });
}

const instance = grey(16, 26 * 256 + 1, 26 * 256 + 7, 26 * 256, 7 * 256, 11 * 256 + 3, 0);

describe("KITTI's ground truth", () => {
  it("has Cityscapes' names, and objects by their numbers", async () => {
    const map = await decodeKitti({ instance });
    expect(map.labels.map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["unlabeled", false, false],
      ["road", false, false],
      // KITTI may number buildings, so nothing is dropped.
      ["building # 3", true, false],
      ["car", true, true],
      ["car # 1", true, false],
      ["car # 7", true, false],
    ]);
    expect([...map.semantic()]).toEqual([26, 26, 26, 7, 11, 0]);
    expect([...map.instance()]).toEqual([2, 3, 0, 0, 1, 0]);
    expect(map.labels.find(({ className }) => className === "car")?.supercategory).toBe("vehicle");
  });

  it("has groups that nobody told apart, if it has classes only", async () => {
    const map = await decodeKitti({ semantic: grey(8, 26, 7, 26) });
    expect(map.labels.map(({ name, isCrowd }) => [name, isCrowd])).toEqual([
      ["road", false],
      ["car", true],
    ]);
    expect([...map.instance()]).toEqual([0, 0, 0]);
  });

  it("refuses ids that are no labels, 8 bits for objects, colours, and files that are missing", async () => {
    await expect(decodeKitti({ semantic: grey(8, 7, 34, 34) })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("2 pixels have the value 34, whose class id has no name"),
    });
    await expect(decodeKitti({ instance: grey(16, 255 * 256) })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
    });
    await expect(decodeKitti({ instance: grey(8, 26) })).rejects.toMatchObject({ code: "ENCODING_MISMATCH" });
    const rgb = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [26, 0, 1] });
    await expect(decodeKitti({ semantic: rgb })).rejects.toMatchObject({ code: "ENCODING_MISMATCH" });
    for (const [files, options] of [[{}], [null], [{ semantic: grey(8, 1) }, { task: 1 }]]) {
      await expect(decodeKitti(files as never, options as never)).rejects.toMatchObject({
        code: "OPTION_INVALID",
      });
    }
  });

  it("has other names if a class list is given", async () => {
    const classes = ClassList.fromNames(["lane", "vehicle"], { firstId: 1 });
    const map = await decodeKitti({ semantic: grey(8, 1, 2) }, { classes });
    expect(map.labels.map(({ className }) => className)).toEqual(["lane", "vehicle"]);
    await expect(decodeKitti({ semantic: grey(8, 7) }, { classes })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
    });
  });
});

describe("a folder that may be KITTI's", () => {
  const names = async (files: Record<string, Uint8Array | string>) =>
    (await recognise(filesInMemory(files)))
      // Any folders of PNGs may be binary masks.
      .filter(({ format, lacks }) => format.set && lacks === undefined && format.name !== "binary-masks")
      .map(({ format, confidence }) => `${format.name} ${confidence}`);

  it("is not certain without image_2/, and then is not read without its name", async () => {
    const plain = { "training/semantic/a.png": grey(8, 1), "training/images/a.png": grey(8, 1) };
    expect(await names(plain)).toEqual(["kitti possible"]);
    await expect(readSet(filesInMemory(plain))).rejects.toMatchObject({
      code: "FORMAT_UNSUPPORTED",
      message: expect.stringContaining('"kitti" (possible'),
    });
    expect(await names({ ...plain, "training/instance/a.png": grey(16, 1) })).toEqual(["kitti likely"]);
    expect(await names({ ...plain, "training/image_2/a.png": "photo" })).toEqual(["kitti likely"]);
  });

  it("is none if the PNGs have colours or objects have 8 bits", async () => {
    const rgb = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [1, 2, 3] });
    expect(await names({ "training/semantic/a.png": rgb, "training/image_2/a.png": "photo" })).toEqual([]);
    expect(await names({ "training/instance/a.png": grey(8, 1), "training/image_2/a.png": "x" })).toEqual([]);
    expect(recogniseFiles([{ path: "train/instance/a.png" }]).map(({ format }) => format.name)).not.toContain(
      "kitti",
    );
  });

  it("is a candidate beside a folder of masks with a legend", async () => {
    const { files } = drawKitti();
    expect(await names({ ...files, "data/training/legend.json": '{"#000001":"car"}' })).toEqual([
      "kitti certain",
      "mask-folder likely",
    ]);
  });

  it("is read without objects if instance/ is missing, and says so", async () => {
    const files = Object.entries(drawKitti().files).filter(([path]) => !path.includes("/instance/0000"));
    const set = await readSet(filesInMemory(files), { format: "kitti" });
    for await (const { issues, map } of set) {
      expect(issues).toEqual([expect.objectContaining({ code: "objects-missing" })]);
      expect((await map()).instance().every((number) => number === 0)).toBe(true);
    }
    expect(set.count).toBe(4);
  });
});
