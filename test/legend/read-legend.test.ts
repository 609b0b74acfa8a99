/** `readLegend` and `legendOfIds` give results that `decodeMask` takes as they are, with their instances and issues. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeMask } from "../../src/all.js";
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

describe("a legend of ids", () => {
  const formOf = (input: object | string) => legendOfIds(input).legend.form;
  const idsOf = (input: object | string) =>
    legendOfIds(input).legend.entries.map(({ id, name }) => [id, name]);

  it.each<[object | string]>([
    [{ "100": "car", "-1": "road" }],
    [{ legend: { "100": "car", "-1": "road" } }],
    [
      new Map([
        ["100", "car"],
        ["-1", "road"],
      ]),
    ],
    ['\ufeff \n{ "100": "car", "-1": "road" }'],
    ['{ "legend": { "100": "car", "-1": "road" } }'],
  ])("has the numbers of %j as ids, though they could be colours", (input) => {
    expect(formOf(input)).toBe("ids to names");
    expect(new Map(idsOf(input) as [number, string][])).toEqual(
      new Map([
        [100, "car"],
        [-1, "road"],
      ]),
    );
  });

  it("goes by the first value, and by all if they are texts", () => {
    expect(formOf({ "100": [1, 2, 3] })).toBe("ids to colors");
    expect(formOf({ "100": { name: "car" } })).toBe("ids to objects");
    expect(formOf({ "100": "#010203", "200": "#040506" })).toBe("ids to colors");
    // A colour beside a name is a name.
    expect(idsOf({ "100": "#010203", "200": "car" })).toEqual([
      [100, "#010203"],
      [200, "car"],
    ]);
  });

  it("is read like any other where a key is no id", () => {
    for (const input of [
      { "100": "car", "200x": "road" },
      { "100": "car", x200: "road" },
      { "100": "car", "12345678901": "road" },
    ]) {
      expect(() => legendOfIds(input)).toThrow();
    }
    expect(idsOf({ car: 7, road: 8 })).toEqual([
      [7, "car"],
      [8, "road"],
    ]);
    expect(idsOf([{ id: 7, name: "car", color: "#010203" }])).toEqual([[7, "car"]]);
  });

  it("may have ids for some of its labels", () => {
    const legend = [
      { name: "car", color: "#010203" },
      { id: 8, name: "road", color: "#040506" },
    ];
    expect(idsOf(legend)).toEqual([
      [undefined, "car"],
      [8, "road"],
    ]);
  });

  it("is refused with its name, or as a legend, if it has none", () => {
    const code = "LEGEND_INVALID";
    const errorOf = (...call: Parameters<typeof legendOfIds>) => {
      expect(() => legendOfIds(...call)).toThrowError(expect.objectContaining({ code }));
      return () => legendOfIds(...call);
    };
    expect(errorOf({ car: "#ff0000" })).toThrow(/^legend \(names to colors\): has colours, but no ids/);
    expect(errorOf({ "#ff0000": "car" })).toThrow(/^legend \(colors to names\): has colours/);
    // The vendor's results are read as such.
    const result = { legend: { "#ff0000": "car" }, data: { segmentation: [] } };
    expect(() => legendOfIds(result)).toThrow(/^legend.*: has colours, but no ids/);
  });

  it.each(["{", "{ nothing }", '{"a": {', 'x {"100": "car"}', '{} \ufeff{"100": "car"}'])(
    "is refused like any other if it is no JSON: %j",
    (text) => {
      expect(() => legendOfIds(text)).toThrow(/is in no form that is known|JSON/);
    },
  );
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
