/** The palettes of public datasets: their tables against rules and figures that were published elsewhere. */
import { createHash } from "node:crypto";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, init, labelPixels } from "../../src/index.js";
import {
  ade20k,
  camvid,
  camvid11,
  chooseClasses,
  cityscapes,
  cityscapesLabels,
  cityscapesTrain,
  classListOf,
  mapillaryVistasV1,
  mapillaryVistasV2,
  type Palette,
  pascalVoc,
  vocColor,
  vocColorMap,
} from "../../src/legend/index.js";
import { checkLegend } from "../../src/legend/legend.js";

beforeAll(() => init());

const palettes = {
  ade20k,
  camvid,
  camvid11,
  cityscapes,
  cityscapesTrain,
  mapillaryVistasV1,
  mapillaryVistasV2,
  pascalVoc,
};

/** Class id per pixel of an image that has one pixel of each of these colours. */
function semanticOf(palette: Palette, colors: readonly string[]): number[] {
  const data = Uint8Array.from(colors.flatMap((color) => [...Buffer.from(color.slice(1), "hex")]));
  const map = labelPixels({ data, width: colors.length, height: 1, channels: 3 }, palette.legend);
  return [...map.semantic(classListOf(palette))];
}

const sharedColors = ({ legend }: Palette) =>
  [...legend].filter(([, name]) => name.includes(" | ")).map(([color]) => color);

describe.each(Object.entries(palettes))("the palette %s", (_, palette) => {
  it("has well-formed colours, each once in its legend, and a source", () => {
    for (const { color } of palette.entries) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(new Set(palette.legend.keys())).toEqual(new Set(palette.entries.map(({ color }) => color)));
    expect(checkLegend(palette.legend, { strict: true }).issues).toEqual([]);
    expect(palette.source.length).toBeGreaterThan(20);
  });

  it("decodes each colour to the id of its entry, or to void if the colour means several classes", () => {
    const colors = [...palette.legend.keys()];
    const expected = colors.map((color) => {
      const ids = new Set(
        palette.entries.filter((entry) => entry.color === color && !entry.isVoid).map(({ id }) => id),
      );
      return ids.size === 1 ? [...ids][0] : palette.voidId;
    });
    expect(semanticOf(palette, colors)).toEqual(expected);
  });
});

describe("Pascal VOC", () => {
  it("has the colours that its devkit prints for the 21 classes and the void border", () => {
    const published =
      "0 0 0,128 0 0,0 128 0,128 128 0,0 0 128,128 0 128,0 128 128,128 128 128,64 0 0,192 0 0,64 128 0," +
      "192 128 0,64 0 128,192 0 128,64 128 128,192 128 128,0 64 0,128 64 0,0 192 0,128 192 0,0 64 128,224 224 192";
    expect(pascalVoc.entries.map(({ color }) => Buffer.from(color.slice(1), "hex").join(" "))).toEqual(
      published.split(","),
    );
    expect(pascalVoc.entries.at(-1)?.color).toBe(vocColor(255));
  });

  it("gives 256 indices 256 colours, by the devkit's loop", () => {
    // VOCcolormap.m: for each of 8 rounds the lowest three bits go to r, g, b from the top, then the index is shifted.
    const loop = (index: number) => {
      const rgb = [0, 0, 0];
      for (let round = 0, rest = index; round < 8; round++, rest >>= 3) {
        for (let channel = 0; channel < 3; channel++) rgb[channel]! |= ((rest >> channel) & 1) << (7 - round);
      }
      return `#${Buffer.from(rgb).toString("hex")}`;
    };
    expect(vocColorMap).toEqual(Array.from({ length: 256 }, (_, index) => loop(index)));
    expect(new Set(vocColorMap).size).toBe(256);
    for (const index of [256, 300, 65_536, 2 ** 24 - 1]) expect(vocColor(index)).toBe(loop(index));
  });

  it.each([-1, 2 ** 24, 1.5, Number.NaN, "1" as unknown as number])("refuses the index %s", (index) => {
    expect(() => vocColor(index)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});

describe("Cityscapes", () => {
  it("has 35 labels with ids in order, 19 of them with train ids 0 to 18", () => {
    expect(cityscapesLabels.map(({ id }) => id)).toEqual([...Array(34).keys(), -1]);
    const trained = cityscapesLabels.filter(({ trainId }) => trainId >= 0 && trainId < 255);
    expect(trained.map(({ trainId }) => trainId)).toEqual([...Array(19).keys()]);
    expect(trained.every(({ ignoreInEval }) => !ignoreInEval)).toBe(true);
    expect(cityscapesLabels.filter(({ ignoreInEval }) => ignoreInEval)).toHaveLength(16);
  });

  it("has the eight classes of the instance benchmark, and caravan and trailer, with instances", () => {
    expect(cityscapesLabels.filter(({ hasInstances }) => hasInstances).map(({ name }) => name)).toEqual(
      "person rider car truck bus caravan trailer train motorcycle bicycle".split(" "),
    );
  });

  it("makes black void, #00008e a car, and #999999 a pole only if polegroup is not a class", () => {
    expect(semanticOf(cityscapes, ["#000000", "#00008e", "#999999", "#804080"])).toEqual([0, 26, 0, 7]);
    expect(semanticOf(cityscapesTrain, ["#000000", "#00008e", "#999999", "#804080"])).toEqual([
      255, 13, 5, 0,
    ]);
    expect(sharedColors(cityscapes)).toEqual(["#999999"]);
    expect(sharedColors(cityscapesTrain)).toEqual([]);
  });
});

describe("the other palettes", () => {
  it("have as many classes as in their publications", () => {
    const counts = Object.entries(palettes).map(([name, palette]) => [
      name,
      classListOf(palette).classes.length,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      ade20k: 150,
      camvid: 31,
      camvid11: 11,
      cityscapes: 29,
      cityscapesTrain: 19,
      mapillaryVistasV1: 65,
      mapillaryVistasV2: 123,
      pascalVoc: 21,
    });
  });

  it("say which colours mean several classes", () => {
    expect(ade20k.legend.get("#8c8c8c")).toBe("road | skyscraper");
    expect(sharedColors(ade20k)).toEqual(["#8c8c8c"]);
    expect(sharedColors(mapillaryVistasV1)).toEqual([]);
    expect(sharedColors(mapillaryVistasV2)).toHaveLength(11);
    expect(mapillaryVistasV2.legend.get("#00008e")).toBe(
      "object--vehicle--car | object--vehicle--vehicle-group",
    );
  });

  it.each([
    ["ade20k", ade20k, "#8c8c8c", ["road", "skyscraper"]],
    ["cityscapes", cityscapes, "#999999", ["pole", "polegroup"]],
    [
      "mapillaryVistasV2",
      mapillaryVistasV2,
      "#00008e",
      ["object--vehicle--car", "object--vehicle--vehicle-group"],
    ],
  ])("report a colour of several classes that occurs, and let you choose: %s", (_, palette, color, names) => {
    const [other] = [...palette.legend.keys()].filter((key) => !sharedColors(palette).includes(key));
    const decode = (colors: readonly string[], { legend }: Palette) => {
      const data = Uint8Array.from(colors.flatMap((key) => [...Buffer.from(key.slice(1), "hex")]));
      return labelPixels({ data, width: colors.length, height: 1, channels: 3 }, legend);
    };
    const ambiguous = decode([color, other!, color], palette).issues;
    expect(ambiguous.map(({ code, path }) => [code, path])).toEqual([
      ["color-ambiguous", `legend["${color}"]`],
    ]);
    for (const name of names) expect(ambiguous[0]!.message).toContain(`"${name}"`);
    expect(ambiguous[0]!.message).toMatch(new RegExp(`^${color}: 2 pixels .*${palette.name}.*chooseClasses`));
    expect(decode([other!], palette).issues).toEqual([]);
    for (const name of names) {
      const chosen = chooseClasses(palette, [name]);
      const { id } = palette.entries.find((entry) => entry.name === name)!;
      expect(semanticOf(chosen, [color])).toEqual([id]);
      expect(decode([color], chosen).issues).toEqual([]);
      expect(chosen.legend.get(other!)).toBe(palette.legend.get(other!));
      // A parsed legend asks as well.
      const parsed = checkLegend(checkLegend(palette.legend));
      expect(decode([color], { ...palette, legend: parsed as never }).issues).toHaveLength(1);
    }
  });

  it("keep earlier choices, and refuse one that cannot be meant", () => {
    const car = "object--vehicle--car";
    const colours = sharedColors(mapillaryVistasV2);
    const first = chooseClasses(mapillaryVistasV2, [car]);
    const [next] = sharedColors(first);
    const second = chooseClasses(first, [first.legend.get(next!)!.split(" | ")[0]!]);
    expect(second.legend.get("#00008e")).toBe(car);
    expect(sharedColors(second).length).toBeLessThan(colours.length - 1);
    const option = expect.objectContaining({ code: "OPTION_INVALID" });
    expect(() => chooseClasses(ade20k, ["road", "skyscraper"])).toThrow(option);
    expect(() => chooseClasses(ade20k, ["wall"])).toThrow(option);
    expect(() => chooseClasses(ade20k, "road" as never)).toThrow(option);
    for (const name of ["lorry", "other"]) {
      expect(() => chooseClasses(ade20k, [name])).toThrow(expect.objectContaining({ code: "CLASS_UNKNOWN" }));
    }
  });

  it("are asked only if they are palettes: a legend of untrusted JSON is not", () => {
    const legend = { entries: [{ key: "#ff0000", name: "car" }], check: "x" };
    const pixels = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 } as const;
    expect(labelPixels(pixels, legend as never).issues).toEqual([]);
  });

  it("number the six kinds of traffic light of Mapillary Vistas 2.0 as its configuration does", () => {
    const lights = mapillaryVistasV2.entries.filter(({ name }) => name.startsWith("object--traffic-light--"));
    expect(lights.map(({ id, name }) => `${id} ${name.slice(23)}`)).toEqual([
      "90 general-single",
      "91 pedestrians",
      "92 general-upright",
      "93 general-horizontal",
      "94 cyclists",
      "95 other",
    ]);
  });

  it("put CamVid's rare labels into the 11 classes, and only Void into void", () => {
    const classOf = new Map(
      camvid.entries.map(({ color, name }) => [name, camvid11.legend.get(color)] as const),
    );
    expect(classOf.get("SUVPickupTruck")).toBe("Car");
    expect(classOf.get("LaneMkgsDriv")).toBe("Road");
    expect([...classOf].filter(([, name]) => name === "Void").map(([name]) => name)).toEqual(["Void"]);
  });

  it("equal the cross-checked tables", () => {
    const digest = ({ entries }: Palette) =>
      createHash("sha256")
        .update(entries.map(({ id, color, name }) => `${id} ${color} ${name}\n`).join(""))
        .digest("hex")
        .slice(0, 16);
    expect(
      Object.fromEntries(Object.entries(palettes).map(([name, palette]) => [name, digest(palette)])),
    ).toEqual(DIGESTS);
  });

  it("add nothing to a bundle that does not use them", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: 'import { pascalVoc } from "./src/legend/index.js"; console.log(pascalVoc);',
        resolveDir: new URL("../..", import.meta.url).pathname,
        loader: "ts",
      },
      bundle: true,
      write: false,
      format: "esm",
    });
    const code = outputFiles[0]!.text;
    expect(code).toContain("pottedplant");
    expect(code).not.toContain("polegroup");
    expect(code).not.toContain("skyscraper");
    expect(code).not.toContain("VegetationMisc");
  });

  it("make a class list that is a ClassList", () => {
    expect(classListOf(pascalVoc)).toBeInstanceOf(ClassList);
    expect(classListOf(pascalVoc).idOf("void")).toBe(255);
  });
});

/**
 * Made by a script from the sources themselves, so that a slip of the keyboard shows: cityscapesScripts' labels.py,
 * the colours of mmsegmentation for VOC and ADE20K with the names of objectInfo150.txt, Mask2Former's copy of
 * config_v1.2.json, datumaro's table of version 2.0 in the order of config_v2.0.json, a class_dict.csv of CamVid.
 */
const DIGESTS = {
  ade20k: "639d8ebe6cb0efc5",
  camvid: "f4cabda672e04f6a",
  camvid11: "9f60600a928a46c9",
  cityscapes: "7d7e4fb65edb321c",
  cityscapesTrain: "13e6473eeed6a60d",
  mapillaryVistasV1: "6556700682d11f71",
  mapillaryVistasV2: "fe2c754aff2fbaf5",
  pascalVoc: "b9cf97910c56eb3d",
};
