/** Mapillary Vistas: its configuration, its releases, and what is said if one of these is missing. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMapillaryVistas, filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { drawVistas, PALETTE, VISTAS_CONFIG } from "../support/layouts.js";

beforeAll(() => init());

function grey(bitDepth: 8 | 16, ...samples: number[]): Uint8Array {
  return encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth, samples });
}

function indexed(...samples: number[]): Uint8Array {
  return encodePng({
    ...{ width: samples.length, height: 1, colourType: 3, bitDepth: 8 },
    ...{ samples, palette: PALETTE },
  });
}

const config = VISTAS_CONFIG;
const instances = grey(16, 2 * 256, 2 * 256 + 3, 256, 0, 4 * 256);

describe("a PNG of Mapillary Vistas", () => {
  it("has a single object where the configuration says that the class has objects", async () => {
    const map = await decodeMapillaryVistas({ instances }, { config });
    expect(map.labels.map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["animal--bird # 1", true, false],
      ["construction--flat--road", false, false],
      ["object--vehicle--car # 1", true, false],
      ["object--vehicle--car # 4", true, false],
      ["void--unlabeled", false, false],
    ]);
    expect([...map.semantic()]).toEqual([2, 2, 1, 0, 4]);
    expect([...map.instance()]).toEqual([2, 3, 0, 1, 0]);
    expect(map.labels[2]).toMatchObject({ supercategory: "object--vehicle" });
    expect(map.labels[1]!.color).toBe("#804080");
  });

  it("has groups that nobody told apart, if it has labels only, as palette or grey", async () => {
    for (const labels of [indexed(2, 1, 2), grey(8, 2, 1, 2)]) {
      const map = await decodeMapillaryVistas({ labels }, { config });
      expect([...map.semantic()]).toEqual([2, 1, 2]);
      expect(map.labels.map(({ isCrowd }) => isCrowd)).toEqual([false, true]);
    }
  });

  it("has the classes of a release, if there is no configuration", async () => {
    const names = async (version: "v1.2" | "v2.0", id: number) => {
      const map = await decodeMapillaryVistas({ labels: grey(8, id) }, { version });
      return map.labels[0]!.className;
    };
    expect([await names("v1.2", 55), await names("v2.0", 108)]).toEqual([
      "object--vehicle--car",
      "object--vehicle--car",
    ]);
    expect(await names("v1.2", 65)).toBe("void--unlabeled");
    expect(await names("v2.0", 123)).toBe("void--unlabeled");
    await expect(names("v1.2", 66)).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(names("v3.0" as "v2.0", 1)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(decodeMapillaryVistas({ instances }, {})).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("different ids"),
    });
  });

  it("refuses a configuration that is malformed, and says where", async () => {
    const label = { name: "a", color: [1, 2, 3], instances: true };
    for (const [wrong, where] of [
      [null, "the file"],
      [{}, "labels"],
      [{ labels: [] }, "labels"],
      [{ labels: [label, 5] }, "labels[1]"],
      [{ labels: [{ ...label, name: "" }] }, "labels[0].name"],
      [{ labels: [label, label] }, "labels[1].name"],
      [{ labels: [{ ...label, color: [1, 2] }] }, "labels[0].color"],
      [{ labels: [{ ...label, color: [1, 2, 256] }] }, "labels[0].color[2]"],
    ] as const) {
      await expect(decodeMapillaryVistas({ instances }, { config: wrong }), where).rejects.toMatchObject({
        code: "FORMAT_INVALID",
        message: expect.stringContaining(`config: ${where}:`),
      });
    }
    await expect(decodeMapillaryVistas({ instances: grey(8, 1) }, { config })).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
    });
    await expect(decodeMapillaryVistas({ instances: grey(16, 5 * 256) }, { config })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
    });
  });
});

describe("a set of Mapillary Vistas", () => {
  it("is that of the newest release, with an issue for the other, or of the release that is given", async () => {
    const old = Object.entries(drawVistas("v2.0").files).map(
      ([path, content]) => [path.replace("v2.0", "v1.2"), content] as const,
    );
    const files = new Map([...old, ...Object.entries(drawVistas("v2.0").files)]);
    const set = await readSet(filesInMemory(files));
    expect(set.reason).toBe("Mapillary Vistas v2.0: instances/ or labels/ (4 masks).");
    expect(set.issues).toEqual([
      {
        code: "file-not-read",
        path: "v1.2/",
        message: 'v1.2/: is not read, since v2.0/ is there; pass version: "v1.2" to read it.',
      },
    ]);
    const given = await readSet(filesInMemory(files), { format: "mapillary-vistas", version: "v1.2" });
    expect([given.reason, given.issues]).toEqual([
      "Mapillary Vistas v1.2: instances/ or labels/ (4 masks).",
      [],
    ]);
  });

  it("says that the configuration is missing, and uses the classes of the release", async () => {
    const { "config_v2.0.json": _, ...files } = drawVistas("v2.0").files;
    const set = await readSet(filesInMemory(files), { format: "mapillary-vistas" });
    expect(set.issues).toEqual([
      expect.objectContaining({ code: "config-missing", message: expect.stringContaining("v2.0") }),
    ]);
    expect((await set.classes()).idOf("object--vehicle--car")).toBe(108);
    const { "config.json": __, ...flat } = drawVistas(null).files;
    const ofOld = await readSet(filesInMemory(flat), { format: "mapillary-vistas" });
    expect((await ofOld.classes()).idOf("object--vehicle--car")).toBe(55);
    const said = await readSet(filesInMemory(flat), { format: "mapillary-vistas", version: "v2.0" });
    expect((await said.classes()).idOf("object--vehicle--car")).toBe(108);
    const unknown = { "training/v9.9/instances/a.png": instances };
    await expect(readSet(filesInMemory(unknown), { format: "mapillary-vistas" })).rejects.toMatchObject({
      code: "FORMAT_UNSUPPORTED",
      message: expect.stringContaining("config_v9.9.json"),
    });
  });

  it("names the configuration if it is malformed", async () => {
    const files = { ...drawVistas("v2.0").files, "config_v2.0.json": '{"labels":[{}]}' };
    await expect(readSet(filesInMemory(files), { format: "mapillary-vistas" })).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining("config_v2.0.json: labels[0].name"),
    });
  });

  it("is read without objects if instances/ is missing, and says so", async () => {
    const files = Object.entries(drawVistas("v2.0").files).filter(([path]) => !path.includes("/instances/"));
    const set = await readSet(filesInMemory(files), { format: "mapillary-vistas" });
    for await (const { issues, map } of set) {
      expect(issues).toEqual([expect.objectContaining({ code: "objects-missing" })]);
      expect((await map()).instance().every((number) => number === 0)).toBe(true);
    }
  });

  it("has two candidates if the panoptic masks of COCO's form are there too", async () => {
    const { files } = drawVistas("v2.0");
    const panoptic = { images: [], annotations: [{ file_name: "a.png", segments_info: [] }], categories: [] };
    const all = { ...files, "training/v2.0/panoptic/panoptic_2020.json": JSON.stringify(panoptic) };
    const found = (await recognise(filesInMemory(all))).filter(({ confidence }) => confidence === "certain");
    expect(found.map(({ format }) => format.name).sort()).toEqual(["coco-panoptic", "mapillary-vistas"]);
    await expect(readSet(filesInMemory(all))).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });

  it("is only possible or likely without the signs of a release", async () => {
    const confidence = async (files: Record<string, Uint8Array | string>) =>
      (await recognise(filesInMemory(files))).find(({ format }) => format.name === "mapillary-vistas")
        ?.confidence;
    expect(await confidence({ "training/instances/a.png": instances })).toBe("possible");
    expect(await confidence({ "training/labels/a.png": indexed(1) })).toBe("possible");
    const both = { "training/instances/a.png": instances, "training/labels/a.png": indexed(1) };
    expect(await confidence(both)).toBe("likely");
    expect(await confidence({ ...both, "config.json": '{"labels":[{"name":"a"}]}' })).toBe("likely");
    expect(await confidence({ "training/instances/a.png": grey(8, 1) })).toBeUndefined();
    expect(await confidence({ "train/instances/a.png": instances })).toBeUndefined();
  });
});
