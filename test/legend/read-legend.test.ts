/** `readLegend` and `legendOfIds` give results that `decodeMask` takes as they are, with their instances and issues. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeMask } from "../../src/index.js";
import { legendOfIds, parseLegend, readLegend } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";

const RGB = { width: 3, height: 1, colourType: 2, bitDepth: 8 } as const;
const RED_GREEN = encodePng({ ...RGB, samples: [255, 0, 0, 255, 0, 0, 0, 255, 0] });
const VENDOR = readFileSync(new URL("../fixtures/vendor/instance-result.json", import.meta.url), "utf8");

it("returns the instances of the vendor's result, and the same labels as the result itself", async () => {
  const result = readLegend(VENDOR);
  expect(result.instances!.length).toBeGreaterThan(0);
  expect(result.legend).toEqual(parseLegend(VENDOR));
  const options = { classBy: "class_id" } as const;
  const [own, read] = [
    await decodeMask(RED_GREEN, VENDOR, options),
    await decodeMask(RED_GREEN, result, options),
  ];
  expect(read.labels).toEqual(own.labels);
  expect(read.issues).toEqual(own.issues);
});

it.each([
  ["a repeated key", '{ "#ff0000": "car", "#ff0000": "truck" }', "legend-key-repeated"],
  ["alpha", '{ "#ff000080": "car" }', "legend-alpha"],
])("keeps the issue of %s, which only the text shows", async (_, text, code) => {
  const result = readLegend(text);
  expect(result.issues.map((issue) => issue.code)).toEqual([code]);
  expect((await decodeMask(RED_GREEN, result)).issues).toEqual(result.issues);
});

it("takes integers for ids, if ids are asked for, and names the legend that has none", () => {
  const text = '{ "100": "car", "200": "road" }';
  expect(() => readLegend(text)).toThrowError(expect.objectContaining({ code: "LEGEND_AMBIGUOUS" }));
  expect(legendOfIds(text).legend.entries.map(({ id, name }) => [id, name])).toEqual([
    [100, "car"],
    [200, "road"],
  ]);
  const colors = legendOfIds.bind(null, '{ "car": "#ff0000" }', { name: "a.json" });
  expect(colors).toThrowError(/^a\.json \(names to colors\): has colours, but no ids/);
  const forced = legendOfIds.bind(null, text, { form: "colors to names" });
  expect(forced).toThrowError(/has colours, but no ids/);
});

it("goes by the name of the file, and not by the folders before it", () => {
  const malformed = "to do";
  for (const folder of ["labelmap.txt/", "C:\\labelmap-1.txt\\", "meta.json/"]) {
    expect(() => parseLegend(malformed, { name: `${folder}notes.txt` })).toThrowError(/is in no form/);
  }
  expect(() => parseLegend(malformed, { name: "masks/labelmap.txt" })).toThrowError(/CVAT labelmap\.txt/);
});

const palette = (...colors: number[]) => Uint8Array.from(colors);

it("gives labels of palette indices the colours of the palette, unless the legend has colours", async () => {
  const image = { width: 4, height: 1, colourType: 3, bitDepth: 8, samples: [0, 1, 2, 3] } as const;
  const png = encodePng({ ...image, palette: palette(1, 2, 3, 9, 9, 9, 0, 0, 7, 255, 255, 255) });
  const colorsOf = async (legend: string | null) =>
    (await decodeMask(png, legend, { encoding: "palette-index" })).labels.map(({ color }) => color);
  expect(await colorsOf(null)).toEqual(["#010203", "#090909", "#000007", "#ffffff"]);
  expect(await colorsOf('{ "1": "car", "2": "road" }')).toEqual(["#090909", "#000007"]);
  expect(await colorsOf("id,name,r,g,b\n1,car,255,0,0\n2,road,0,255,0")).toEqual(["#ff0000", "#00ff00"]);
});

it("refuses palette indices in the colours of Pascal VOC, but in another order", async () => {
  const image = { width: 3, height: 1, colourType: 3, bitDepth: 8 } as const;
  const [black, red, green] = [
    [0, 0, 0],
    [128, 0, 0],
    [0, 128, 0],
  ] as const;
  const decode = (samples: readonly number[], ...colors: (readonly number[])[]) =>
    decodeMask(encodePng({ ...image, samples, palette: palette(...colors.flat()) }), null, {
      encoding: "palette-index",
    });
  expect((await decode([0, 1, 2], black, red, green)).labels.map(({ classId }) => classId)).toEqual([
    0, 1, 2,
  ]);
  await expect(decode([0, 1, 2], black, green, red)).rejects.toMatchObject({
    code: "ENCODING_MISMATCH",
    message: expect.stringMatching(/another order: #008000 is at 1; .*"pascal-voc"/),
  });
  // Only what occurs counts, and other colours are somebody's own.
  expect((await decode([0, 0, 0], black, green, red)).labels).toHaveLength(1);
  expect((await decode([0, 1, 2], black, green, [1, 1, 1])).labels).toHaveLength(3);
  const custom = { channels: "index" };
  const swapped = encodePng({ ...image, samples: [0, 1, 2], palette: palette(...black, ...green, ...red) });
  expect((await decodeMask(swapped, null, { encoding: custom })).labels).toHaveLength(3);
});
