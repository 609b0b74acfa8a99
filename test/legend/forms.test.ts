/**
 * Every form of legend is read as its tool means it: several spellings of each, with the values that the tool's own files
 * have, in the order of the source. What a form cannot hold is refused, with the form and the line.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { decodeMask, init, type Legend } from "../../src/all.js";
import {
  ade20k,
  cityscapes,
  cocoPanoptic,
  LEGEND_FORMS,
  PALETTES,
  type ParseLegendOptions,
  parseLegend,
} from "../../src/legend/index.js";

beforeAll(() => init());
const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

/** An entry in short: `#ff0000 car`, `7 road`, `#ff0000 7 car`. */
const short = ({ entries }: Legend) =>
  entries.map(({ rgb, color, id, name }) =>
    [rgb < 0 ? undefined : color, id, name].filter((part) => part !== undefined).join(" "),
  );
const read = (source: string | object, options: ParseLegendOptions = {}) => {
  const legend = parseLegend(source, options);
  expect(legend.issues).toEqual([]);
  return { form: legend.form, keys: legend.keys, entries: short(legend) };
};
const json = (value: unknown, space?: number) => JSON.stringify(value, null, space);
const errorOf = (source: unknown, options: ParseLegendOptions = {}) => {
  try {
    parseLegend(source as object, options);
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("it was not refused");
};

/** The form, its sources, and what they all mean. */
type Golden = readonly [
  form: string,
  keys: string,
  entries: readonly string[],
  sources: readonly (string | object)[],
];

const CAMVID = ["#408040 Animal", "#c00080 Archway", "#0080c0 Bicyclist"];
const REPLICATOR = {
  "(140, 255, 25, 255)": { class: "sphere" },
  "(140, 25, 255, 255)": { class: "cube,toy" },
};
const COCO = [
  { supercategory: "vehicle", color: [0, 0, 142], isthing: 1, id: 3, name: "car" },
  { supercategory: "textile", color: [255, 255, 128], isthing: 0, id: 92, name: "banner" },
];
const SUPERVISELY = {
  classes: [
    { title: "car", shape: "bitmap", color: "#0000FF", id: 6_382_761, geometry_config: {}, hotkey: "" },
    { title: "road", shape: "polygon", color: "#804080", id: 6_382_762, geometry_config: {}, hotkey: "2" },
  ],
  tags: [{ name: "rain", value_type: "none", color: "#ED68A1" }],
  projectType: "images",
};

const GOLDEN: readonly Golden[] = [
  [
    "colors to names",
    "colors",
    ["#ff0000 car", "#00ff00 road", "#0000ff sky"],
    [
      { "#ff0000": "car", "#00ff00": "road", "#0000ff": "sky" },
      { legend: { "#FF0000": "car", "#0F0": "road", "00f": "sky" } },
      new Map([
        ["#ff0000", "car"],
        ["#00ff00", "road"],
        ["#0000ff", "sky"],
      ]),
      `\ufeff${json({ "#f00": "car", "#0f0": "road", "#00f": "sky" }, 2).replaceAll("\n", "\r\n")}`,
      { "#ff0000ff": "car", "#00FF00FF": "road", "#0000ffff": "sky" },
      { "0xff0000": "car", "0x00FF00": "road", "0X0000ff": "sky" },
      json({ "rgb(255, 0, 0)": "car", "rgb(0 255 0)": "road", "RGB(0,0,255)": "sky" }),
      json({ legend: { "(255, 0, 0, 255)": "car", "(0, 255, 0, 255)": "road", "(0,0,255,255)": "sky" } }),
      { "255,0,0": "car", "0, 255, 0": "road", "0 0 255": "sky" },
      { "rgba(255, 0, 0, 1)": "car", "rgba(0, 255, 0, 1.0)": "road", "rgba(0 0 255 / 255)": "sky" },
      { "[255, 0, 0]": "car", "[0, 255, 0, 255]": "road", "(0,0,255)": "sky" },
    ],
  ],
  [
    "names to colors",
    "colors",
    ["#ff0000 car", "#00ff00 bed", "#0000ff sky"],
    [
      { car: "#ff0000", bed: "#00ff00", sky: "#0000ff" },
      { legend: { car: "#f00", bed: "#0f0", sky: "#00f" } },
      json({ legend: { car: "rgb(255, 0, 0)", bed: "0,255,0", sky: "(0, 0, 255, 255)" } }),
      { car: [255, 0, 0], bed: [0, 255, 0], sky: [0, 0, 255] },
      json({ car: [255, 0, 0, 255], bed: "#00ff00ff", sky: "0x0000ff" }),
      new Map<string, unknown>([
        ["car", "ff0000"],
        ["bed", "00ff00"],
        ["sky", "0000ff"],
      ]),
    ],
  ],
  [
    "colors to ids",
    "colors and ids",
    ["#804080 0 0", "#00008e 13 13", "#000046 13 13"],
    [
      { "(128, 64, 128)": 0, "(0, 0, 142)": 13, "(0, 0, 70)": 13 },
      json({ "#804080": 0, "#00008e": 13, "#000046": 13 }),
      { legend: { "804080": 0, "00008e": 13, "000046": 13 } },
    ],
  ],
  [
    "names to ids",
    "ids",
    ["0 road", "13 car", "255 void"],
    [
      { road: 0, car: 13, void: 255 },
      json({ legend: { road: 0, car: 13, void: 255 } }),
      new Map([
        ["road", 0],
        ["car", 13],
        ["void", 255],
      ]),
    ],
  ],
  [
    "ids to names",
    "ids",
    ["13 car", "0 road", "100 sky", "1000 bed"],
    [
      '{"13": "car", "0": "road", "100": "sky", "1000": "bed"}',
      '\ufeff{\r\n  "13": "car",\r\n  "0": "road",\r\n  "100": "sky",\r\n  "1000": "bed"\r\n}\r\n',
      '{"legend": {"13": "car", "0": "road", "100": "sky", "1000": "bed"}, "url": null}',
      new Map([
        ["13", "car"],
        ["0", "road"],
        ["100", "sky"],
        ["1000", "bed"],
      ]),
    ],
  ],
  [
    "ids to colors",
    "colors and ids",
    ["#804080 0 0", "#00008e 13 13"],
    [
      { "0": [128, 64, 128], "13": [0, 0, 142] },
      json({ "0": "#804080", "13": "#00008e" }),
      { "0": "128,64,128", "13": "0,0,142" },
    ],
  ],
  [
    "colors to objects",
    "colors",
    ["#8cff19 sphere", "#8c19ff cube,toy"],
    [
      REPLICATOR,
      json(REPLICATOR, 4),
      { legend: REPLICATOR },
      { "#8cff19": { class: "sphere" }, "#8c19ff": { name: "cube,toy", shape: "box" } },
    ],
  ],
  [
    "ids to objects",
    "ids",
    ["0 BACKGROUND", "1 UNLABELLED", "2 cube"],
    [
      { "0": { class: "BACKGROUND" }, "1": { class: "UNLABELLED" }, "2": { class: "cube" } },
      json({ "0": { class: "BACKGROUND" }, "1": { class: "UNLABELLED" }, "2": { class: "cube" } }),
      { legend: { "0": { name: "BACKGROUND" }, "1": { label: "UNLABELLED" }, "2": { class: "cube" } } },
    ],
  ],
  [
    "names to objects",
    "colors and ids",
    ["#804080 7 road", "#00008e 26 car"],
    [
      { road: { id: 7, color: [128, 64, 128] }, car: { id: 26, color: "#00008e" } },
      json({ road: { color: "128,64,128", id: "7" }, car: { colour: "#00008e", id: 26 } }),
      { legend: { road: { rgb: [128, 64, 128], class_id: 7 }, car: { rgb: "(0, 0, 142)", class_id: 26 } } },
    ],
  ],
  [
    "COCO categories",
    "colors and ids",
    ["#00008e 3 car", "#ffff80 92 banner"],
    [
      { categories: COCO },
      json({ info: { description: "x" }, images: [], annotations: [{ id: 1 }], categories: COCO }, 1),
      { name: "set", dataset: { task_attributes: { format_version: "0.1", categories: COCO } } },
      {
        format_version: "0.1",
        task_attributes: {
          categories: COCO.map(({ name, id, color }) => ({ name, id, color, attributes: [] })),
        },
      },
    ],
  ],
  [
    "Supervisely meta.json",
    "colors",
    ["#0000ff car", "#804080 road"],
    [
      SUPERVISELY,
      json(SUPERVISELY, 4),
      `\ufeff${json({ tags: [], classes: SUPERVISELY.classes.map(({ title, color }) => ({ color, title })) })}`,
    ],
  ],
  [
    "MMSegmentation dataset_meta",
    "colors and ids",
    ["#804080 0 road", "#f423e8 1 sidewalk"],
    [
      {
        classes: ["road", "sidewalk"],
        palette: [
          [128, 64, 128],
          [244, 35, 232],
        ],
      },
      json({
        CLASSES: ["road", "sidewalk"],
        PALETTE: [
          [128, 64, 128],
          [244, 35, 232],
        ],
      }),
      { palette: ["#804080", "rgb(244, 35, 232)"], classes: ["road", "sidewalk"], reduce_zero_label: false },
    ],
  ],
  [
    "list of objects",
    "colors and ids",
    ["#804080 7 road", "#00008e 26 car"],
    [
      [
        { id: 7, text: "road", color: "#804080" },
        { id: 26, text: "car", color: "#00008e" },
      ],
      json([
        { name: "road", id: 7, color: "#804080", type: "any", attributes: [] },
        { name: "car", id: 26, color: "#00008e", type: "any", attributes: [] },
      ]),
      [
        { label: "road", category_id: 7, rgb: [128, 64, 128] },
        { label: "car", category_id: 26, rgb: [0, 0, 142] },
      ],
    ],
  ],
  [
    "list of names",
    "ids",
    ["0 background", "1 road", "2 car"],
    [
      ["background", "road", "car"],
      '["background",\r\n"road", "car"]',
      '\ufeff ["background", "road", "car"]\n',
    ],
  ],
  [
    "CVAT labelmap.txt",
    "colors",
    ["#307020 Cat", "#000000 background", "#b07020 Dog"],
    [
      fixture("formats/cvat-labelmap.txt"),
      "\ufeff# label:color_rgb:parts:actions\r\nCat:48,112,32::\r\nbackground:0,0,0::\r\nDog:176,112,32:tail,nose:run\r\n",
      "Cat : 48, 112, 32 : : \n\n# a comment\nbackground:0,0,0::\n#Cow:1,2,3::\nDog:176,112,32::",
    ],
  ],
  [
    "CVAT labelmap.txt",
    "ids",
    ["0 background", "1 a:b", "2 dog"],
    [
      "# label:color_rgb:parts:actions\nbackground:::\na:b:::\ndog::tail:run",
      "background:::\r\n# comment\r\na:b:::\r\ndog:::",
      "\ufeffbackground: ::\n\na:b : : :\ndog:::\n",
    ],
  ],
  [
    "label_colors.txt",
    "colors",
    CAMVID,
    [
      "64 128 64\tAnimal\n192 0 128\tArchway\n0 128 192\tBicyclist\n",
      "\ufeff64 128 64\t\tAnimal\r\n192 0 128\t\tArchway\r\n0 128 192\t\tBicyclist\r\n",
      "# R G B name\n064 128  64 Animal\n\n  192 0 128 Archway\n#1 2 3 Car\n0\t128\t192\tBicyclist",
    ],
  ],
  [
    "class table",
    "colors",
    CAMVID,
    [
      "name,r,g,b\nAnimal,64,128,64\nArchway,192,0,128\nBicyclist,0,128, 192\n",
      "\ufeffclass;red;green;blue\r\nAnimal;64;128;64\r\nArchway;192;0;128\r\nBicyclist;0;128;192\r\n",
      'R\tG\tB\tLabel\n64\t128\t64\tAnimal\n192\t0\t128\t"Archway"\n0\t128\t192\tBicyclist',
      "Animal,64,128,64\nArchway,192,0,128\nBicyclist,0,128,192",
      "64;128;64;Animal\r\n192;0;128;Archway\r\n0;128;192;Bicyclist\r\n",
      "Animal\t64\t128\t64\nArchway\t192\t0\t128\nBicyclist\t0\t128\t192",
      "name,r,g,b,\nAnimal,64,128,64,\nArchway,192,0,128,,\nBicyclist,0,128,192\n",
      "# made by a script, 2020\nname,r,g,b\n# animals\nAnimal,64,128,64\n\nArchway,192,0,128\nBicyclist,0,128,192",
      "#name,r,g,b\nAnimal,64,128,64\nArchway,192,0,128\nBicyclist,0,128,192",
      'class_name,color\nAnimal,#408040\nArchway,#C00080\nBicyclist,"0,128,192"',
      ",name,r,g,b\nx,Animal,64,128,64\ny,Archway,192,0,128\nz,Bicyclist,0,128,192",
      "name,r,g,b,value\nAnimal,64,128,64,dark\nArchway,192,0,128,dark\nBicyclist,0,128,192,1",
    ],
  ],
  [
    "class table",
    "colors and ids",
    ["#804080 7 road", "#00008e 26 car"],
    [
      "id,name,r,g,b\n7,road,128,64,128\n26,car,0,0,142",
      "7,road,128,64,128\n26,car,0,0,142",
      "7;128;64;128;road\n26;0;0;142;car",
      "hex;class_id;label\n#804080;7;road\n00008e;26;car",
      // Numbers are no names if another column has names.
      "class,label,r,g,b\n7,road,128,64,128\n26,car,0,0,142",
      "label;r;g;b;class\n7;128;64;128;road\n26;0;0;142;car",
    ],
  ],
  [
    "class table",
    "ids",
    ["0 background", "1 car", "2 construction-machine"],
    [
      "Pixel Value, Class\n0, background\n1, car\n2, construction-machine\n",
      "\ufeffPixel Value, Class\r\n0, background\r\n1, car\r\n2, construction-machine\r\n",
      "id;name\n0;background\n1;car\n2;construction-machine",
      "label,index,\nbackground,0,\ncar,1,\nconstruction-machine,2,",
    ],
  ],
  [
    "GIMP palette",
    "colors",
    ["#804080 road", "#00008e police car", "#ffffff 2 lanes"],
    [
      "GIMP Palette\nName: Streets\nColumns: 4\n#\n128  64 128\troad\n  0   0 142\tpolice car\n255 255 255\t2 lanes\n",
      "\ufeffGIMP Palette\r\n#old\r\n128 64 128 road\r\n0 0 142 police car\r\n255 255 255 2 lanes",
      "GIMP Palette\nChannels: RGBA\n#\n128 64 128 255 road\n0 0 142 255 police car\n255 255 255 255 2 lanes",
    ],
  ],
];

describe.each(GOLDEN)("%s (%s)", (form, keys, entries, sources) => {
  it.each(sources.map((source) => [source]))("is read from %j", (source) => {
    expect(read(source)).toEqual({ form, keys, entries });
  });

  it("is read the same if the form is given", () => {
    for (const source of sources) expect(read(source, { form: form as never }).entries).toEqual(entries);
  });
});

describe("a class table without a header", () => {
  it.each<[string, [name: string, id: number | undefined, color: string][]]>([
    [
      "0,road\n1,car",
      [
        ["road", 0, ""],
        ["car", 1, ""],
      ],
    ],
    [
      "road;0\ncar;-1;",
      [
        ["road", 0, ""],
        ["car", -1, ""],
      ],
    ],
    [
      "road,#804080\ncar,#00008e",
      [
        ["road", undefined, "#804080"],
        ["car", undefined, "#00008e"],
      ],
    ],
    [
      "# all classes\n#804080,road\n#00008e,car",
      [
        ["road", undefined, "#804080"],
        ["car", undefined, "#00008e"],
      ],
    ],
    ["# by hand, 2008\n0,road\n# until here, 2009", [["road", 0, ""]]],
    ["road,128,64,128\n# by hand, 2008", [["road", undefined, "#804080"]]],
    ['"128,64,128",road', [["road", undefined, "#804080"]]],
    [
      "road,128,64,128\ncar,0,0,142",
      [
        ["road", undefined, "#804080"],
        ["car", undefined, "#00008e"],
      ],
    ],
    ["128,64,128,road", [["road", undefined, "#804080"]]],
    // The first row alone could be read in two ways.
    [
      "0,bed\n1,road",
      [
        ["bed", 0, ""],
        ["road", 1, ""],
      ],
    ],
    [
      "1,2\n3,car",
      [
        ["2", 1, ""],
        ["car", 3, ""],
      ],
    ],
  ])("is read if only one order of columns fits all rows: %j", (text, labels) => {
    const { form, entries } = parseLegend(text);
    expect(form).toBe("class table");
    expect(entries.map(({ name, id, rgb, color }) => [name, id, rgb < 0 ? "" : color])).toEqual(labels);
  });

  it("is refused from the first row that does not fit", () => {
    expect(errorOf("0,road\n1,car\nx,bus").message).toContain(
      "line 3: does not have the columns of the rows before it (id,name)",
    );
    expect(errorOf("#804080,road\ncar,#00008e").message).toContain(
      "line 2: does not have the columns of the rows before it (color,name)",
    );
  });

  it.each(["128 64 128\troad, 5", "128 64 128\tbed"])("is not seen in a label_colors.txt: %j", (text) => {
    expect(parseLegend(text).form).toBe("label_colors.txt");
  });

  it.each(["road,car", "a note, with a comma", "a:1,b:2", "-,-"])("is not seen in %j", (text) => {
    expect(errorOf(text).message).toContain("is in no form that is known");
  });
});

describe("the declarations of the forms", () => {
  it.each(LEGEND_FORMS.map((form) => [form.name, form] as const))(
    "of %s have an example that is read",
    (name, form) => {
      const legend = parseLegend(form.example);
      expect([legend.form, legend.keys]).toEqual([name, form.keys]);
      expect(form.source.length).toBeGreaterThan(10);
    },
  );

  it("name every form that the values above were read from, and no other", () => {
    const names = LEGEND_FORMS.map(({ name }) => name);
    expect(new Set(GOLDEN.map(([form]) => form))).toEqual(
      new Set(names.filter((name) => name !== "palette name")),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("things and groups", () => {
  const about = (source: string | object) =>
    parseLegend(source).entries.map(({ name, isThing, supercategory }) => [name, isThing, supercategory]);

  it("are those of COCO's categories", () => {
    const expected = [
      ["car", true, "vehicle"],
      ["banner", false, "textile"],
    ];
    expect(about({ categories: COCO })).toEqual(expected);
    expect(about(COCO.map((category) => ({ ...category, isthing: category.isthing === 1 })))).toEqual(
      expected,
    );
  });

  it("are those of segments.ai, and missing if nothing is said", () => {
    const item = { id: 1, color: [1, 2, 3] };
    expect(about({ categories: [{ ...item, name: "car", has_instances: true }] })).toEqual([
      ["car", true, undefined],
    ]);
    expect(about([{ ...item, name: "car", isthing: "yes", supercategory: 7 }])).toEqual([
      ["car", undefined, undefined],
    ]);
  });

  it("become those of the labels", async () => {
    const mask = readFileSync(new URL("../fixtures/legends/three-colours.png", import.meta.url));
    const { labels } = await decodeMask(mask, [
      { id: 4, name: "car", color: [255, 0, 0], isthing: 1, supercategory: "vehicle" },
      { id: 9, name: "road", color: [0, 255, 0], isthing: 0 },
    ]);
    expect(labels.map(({ classId, isThing, supercategory }) => [classId, isThing, supercategory])).toEqual([
      [4, true, "vehicle"],
      [9, false, null],
    ]);
  });
});

describe("categories without colours", () => {
  it("are ids", () => {
    const categories = COCO.map(({ color, ...rest }) => rest);
    expect(read({ categories })).toMatchObject({ keys: "ids", entries: ["3 car", "92 banner"] });
    expect(read({ classes: ["road", "car"] })).toMatchObject({ keys: "ids", entries: ["0 road", "1 car"] });
  });

  it("keep their ids beside others that have colours, and are reported if they have none", () => {
    const legend = parseLegend([{ id: 1, name: "a", color: "#010203" }, { id: 2, name: "b" }, { name: "c" }]);
    expect(short(legend)).toEqual(["#010203 1 a", "2 b", "c"]);
    expect(legend.keys).toBe("colors and ids");
    expect(legend.issues).toEqual([
      {
        code: "legend-key-invalid",
        path: 'legend["c"]',
        message: 'legend["c"]: "c" has no colour. Its pixels are unlabelled.',
      },
    ]);
  });
});

describe("the name of a palette", () => {
  it.each(Object.keys(PALETTES))("%s gives each colour its name, and each id its class", (name) => {
    const palette = PALETTES[name]!;
    const { entries, form, check } = parseLegend(name);
    expect(form).toBe("palette name");
    const colored = entries.filter(({ rgb }) => rgb >= 0);
    expect(colored.map((entry) => [entry.color, entry.name])).toEqual([...palette.legend]);
    expect(check).toBeTypeOf("function");
    // Every number of the dataset, once; the first label counts.
    const expected = new Map<number, string>();
    for (const entry of palette.entries) {
      if (entry.id >= 0 && !expected.has(entry.id)) expected.set(entry.id, entry.name);
    }
    const ids = entries.flatMap(({ id, name: className }) =>
      id === undefined ? [] : [[id, className] as const],
    );
    expect(new Map(ids).size).toBe(expected.size);
    for (const [id, className] of ids) {
      const names = palette.entries.filter((entry) => entry.id === id).map((entry) => entry.name);
      expect(names).toContain(className);
    }
  });

  it("may have capital letters and spaces around it", () => {
    expect(parseLegend(" Pascal-VOC\n").entries).toEqual(parseLegend("pascal-voc").entries);
  });

  it("has the classes that share a colour as ids", () => {
    const entries = parseLegend("ade20k").entries.filter(({ name }) => /road|skyscraper/.test(name));
    expect(entries.map(({ color, rgb, id, name }) => [color, rgb, id, name])).toEqual([
      ["#8c8c8c", 0x8c8c8c, undefined, "road | skyscraper"],
      ["7", -1, 7, "road"],
      ["49", -1, 49, "skyscraper"],
    ]);
    expect(ade20k.legend.get("#8c8c8c")).toBe("road | skyscraper");
  });

  it("has the groups of Cityscapes", () => {
    expect(parseLegend("cityscapes").entries.find(({ name }) => name === "rider")).toEqual({
      key: "#ff0000",
      color: "#ff0000",
      rgb: 0xff0000,
      name: "rider",
      id: 25,
      isThing: true,
      supercategory: "human",
    });
    expect(cityscapes.entries.find(({ name }) => name === "road")).toMatchObject({
      isThing: false,
      supercategory: "flat",
    });
  });

  it("decodes a mask, and reports colours of several classes", async () => {
    const mask = readFileSync(new URL("../fixtures/formats/voc.png", import.meta.url));
    const { labels, unlabelled } = await decodeMask(mask, "pascal-voc");
    const found = labels.filter(({ pixelCount }) => pixelCount > 0);
    // Counted by Pillow: 57 pixels of background, 12 of class 1, 15 of class 2, 12 of the border.
    expect(found.map(({ classId, pixelCount }) => [classId, pixelCount])).toEqual([
      [0, 57],
      [1, 12],
      [2, 15],
      [255, 12],
    ]);
    expect(unlabelled.count).toBe(0);
  });

  it("coco-panoptic has the published categories", () => {
    const things = cocoPanoptic.entries.filter(({ isThing }) => isThing);
    expect([things.length, cocoPanoptic.entries.length]).toEqual([80, 133]);
    // As panopticapi's panoptic_coco_categories.json has them.
    expect(cocoPanoptic.entries.at(0)).toMatchObject({
      id: 1,
      name: "person",
      color: "#dc143c",
      supercategory: "person",
    });
    expect(cocoPanoptic.entries.at(79)).toMatchObject({
      id: 90,
      name: "toothbrush",
      color: "#bfa2d0",
      supercategory: "indoor",
    });
    expect(cocoPanoptic.entries.at(80)).toMatchObject({
      id: 92,
      name: "banner",
      color: "#ffff80",
      isThing: false,
    });
    expect(cocoPanoptic.entries.at(-1)).toMatchObject({ id: 200, name: "rug-merged", color: "#fa8dff" });
    // The sums over all rows, computed with Python from the published file.
    const sum = (of: (entry: (typeof cocoPanoptic.entries)[number]) => number) =>
      cocoPanoptic.entries.reduce((total, entry) => total + of(entry), 0);
    expect([
      sum(({ id }) => id),
      sum(({ color }) => Number.parseInt(color.slice(1), 16)),
      sum(({ name }) => name.length),
    ]).toEqual([11963, 1198792996, 1034]);
    expect(new Set(cocoPanoptic.entries.map(({ supercategory }) => supercategory)).size).toBe(27);
  });
});

describe("the masks that people ask about", () => {
  const pixels = async (mask: string, legend: string) => {
    const { labels, unlabelled } = await decodeMask(
      readFileSync(new URL(`../fixtures/${mask}`, import.meta.url)),
      fixture(legend),
    );
    expect(unlabelled.count).toBe(0);
    return Object.fromEntries(labels.map(({ className, pixelCount }) => [className, pixelCount]));
  };

  it.each(["formats/cvat-labelmap.txt", "formats/cvat-class_dict.csv", "formats/cvat-result.json"])(
    "have the right pixels with %s as it is",
    async (legend) =>
      expect(await pixels("formats/cvat.png", legend)).toEqual({ Cat: 6, background: 33, Dog: 9 }),
  );

  it.each(["rgb-keys.json", "inverted-plain.json", "header-class.csv", "semicolon.csv"])(
    "have the right pixels with %s as it is",
    async (legend) =>
      expect(await pixels("legends/three-colours.png", `legends/${legend}`)).toEqual({
        car: 12,
        road: 6,
        sky: 6,
      }),
  );

  it("can be decoded at once after init, and before it", async () => {
    const mask = readFileSync(new URL("../fixtures/legends/three-colours.png", import.meta.url));
    const { decodeMaskSync } = await import("../../src/all.js");
    expect(decodeMaskSync(mask, fixture("legends/semicolon.csv")).labels.map(({ name }) => name)).toEqual([
      "car",
      "road",
      "sky",
    ]);
  });
});

describe("a malformed legend is refused with its form and place", () => {
  it.each<[string, unknown, string, string]>([
    [
      "a name that is a number",
      { "#ff0000": "car", "#00ff00": 3 },
      "LEGEND_INVALID",
      'legend["#00ff00"]: the value is a number',
    ],
    [
      "a colour of two numbers",
      '{\n"car": [1, 2, 3],\n"road": [1, 2]\n}',
      "LEGEND_INVALID",
      "legend (names to colors): line 3: road: the colour is [1, 2]",
    ],
    [
      "a colour above 255",
      { car: [1, 2, 3], road: [1, 2, 256] },
      "LEGEND_INVALID",
      "legend (names to colors): road: the colour is [1, 2, 256]",
    ],
    [
      "a colour of shares",
      { car: [1, 0.5, 0] },
      "LEGEND_INVALID",
      "(names to colors): car: the colour is [1, 0.5, 0]; make it three integers",
    ],
    [
      "a colour that is missing",
      { car: "#ff0000", road: null },
      "LEGEND_INVALID",
      "(names to colors): road: the colour is null",
    ],
    [
      "an id with a fraction",
      { "#ff0000": 1, "#00ff00": 1.5 },
      "LEGEND_INVALID",
      '(colors to ids): ["#00ff00"]: the id is 1.5; make it an integer',
    ],
    ["an id that is a text", { "#ff0000": 1, "#00ff00": "x" }, "LEGEND_INVALID", 'the id is "x"'],
    [
      "a name of an id that is null",
      '{"0": "a",\r\n"1": null}',
      "LEGEND_INVALID",
      '(ids to names): line 2: ["1"]: the name is null',
    ],
    [
      "an item without a name",
      '{"categories": [\n{"id": 1, "name": "a"},\n{"id": 2}\n]}',
      "LEGEND_INVALID",
      "(COCO categories): line 3: categories[1]: has no name",
    ],
    [
      "an item that is no object",
      [{ name: "a", color: "#010203" }, "b"],
      "LEGEND_INVALID",
      "(list of objects): [1]: is a string",
    ],
    [
      "an item's colour that is a number",
      [{ name: "a", color: 255 }],
      "LEGEND_INVALID",
      "[0].color: is 255; make it",
    ],
    [
      "a class that is no object",
      { classes: [{ title: "a", color: "#010203" }, 7] },
      "LEGEND_INVALID",
      "(Supervisely meta.json): classes[1]: is a number",
    ],
    [
      "an object without a class",
      { "(1, 2, 3, 255)": { class: "a" }, "(4, 5, 6, 255)": {} },
      "LEGEND_INVALID",
      '(colors to objects): ["(4, 5, 6, 255)"]: has no name',
    ],
    [
      "a palette that is shorter",
      { classes: ["a", "b"], palette: [[1, 2, 3]] },
      "LEGEND_INVALID",
      "palette: has 1 colours, but classes has 2 names",
    ],
    [
      "a palette with a bad colour",
      '{"classes": ["a", "b"],\n"palette": [[1, 2, 3],\n[4, 5]]}',
      "LEGEND_INVALID",
      "line 3: palette[1]: is [4, 5]",
    ],
    [
      "a name in a list that is none",
      ["a", ""],
      "LEGEND_INVALID",
      "(list of names): [1]: is a string; make it a name",
    ],
    [
      "colours with two names",
      '{"car": "#f00",\n"road": "#0f0",\n"bus": "#ff0000"}',
      "LEGEND_COLOR_CONFLICT",
      'line 3: bus: "bus" has the colour #ff0000, which line 1 gives to "car"',
    ],
    [
      "ids with two names",
      '[{"id": 1, "name": "a"},\n{"id": 1, "name": "b"}]',
      "LEGEND_COLOR_CONFLICT",
      'line 2: [1]: "b" has the id 1, which line 1 gives to "a"',
    ],
    [
      "colours that differ by alpha alone",
      { "#ff000080": "a", "#ff0000": "b" },
      "LEGEND_COLOR_CONFLICT",
      '"b" has the colour #ff0000',
    ],
    ["objects without a colour", { a: { x: 1 } }, "LEGEND_INVALID", "not the job"],
    ["a job whose number looks like a colour", { id: "123", url: "x" }, "LEGEND_INVALID", "swapped"],
    ["a job with numbers", { priority_weight: 5, status: "completed" }, "LEGEND_INVALID", "not the job"],
    ["an answer with one number", '{ "data": 1 }', "RESULT_INVALID", "legend: is missing"],
    ["a number in a list of names", '["a",\n"b",\n7]', "LEGEND_INVALID", "line 3: [2]: is a number"],
    ["a line of something else with colons", "a:x:b:c", "LEGEND_INVALID", 'begins with "a:x:b:c"'],
    ["an empty list", [], "LEGEND_INVALID", "is an array"],
    ["a list of numbers", [1, 2], "LEGEND_INVALID", "is an array"],
    ["a list of colours alone", [[1, 2, 3]], "LEGEND_INVALID", "is an array"],
    ["a file's bytes", Buffer.from("name,r,g,b"), "LEGEND_INVALID", 'readFile(path, "utf8")'],
    ["no text", "", "LEGEND_INVALID", "legend: is empty"],
    ["blank text", "\ufeff \r\n", "LEGEND_INVALID", "legend: is empty"],
    ["a page", "<!DOCTYPE html>\n<html>", "LEGEND_INVALID", 'begins with "<!DOCTYPE html>"'],
    ["an unknown palette", "cityscape", "LEGEND_INVALID", "pascal-voc, cityscapes, "],
    ["JSON that ends too early", '{"#ff0000": "car"', "RESULT_INVALID", "not JSON"],
    [
      "a labelmap.txt with a bad colour",
      "# label:color_rgb:parts:actions\na:1,2,3::\nb:1,2::",
      "FORMAT_INVALID",
      'legend (CVAT labelmap.txt): line 3: the colour of "b" is "1,2"',
    ],
    [
      "a labelmap.txt with a colour that is missing",
      "a:1,2,3::\n\nb:::",
      "FORMAT_INVALID",
      'line 3: the colour of "b" is missing, but line 1 has one',
    ],
    ["a labelmap.txt with too few fields", "a:1,2,3::\nb", "FORMAT_INVALID", 'line 2: "b" has 1 fields'],
    ["a labelmap.txt without labels", "# label:color_rgb:parts:actions\n", "FORMAT_INVALID", "has no label"],
    [
      "a labelmap.txt with one colour twice",
      "a:1,2,3::\r\nb:1,2,3::",
      "LEGEND_COLOR_CONFLICT",
      'line 2: "b" has the colour #010203, which line 1 gives to "a"',
    ],
    [
      "a label_colors.txt with a number above 255",
      "1 2 3 a\n4 5 256 b",
      "FORMAT_INVALID",
      'legend (label_colors.txt): line 2: the colour of "b" is "4,5,256"',
    ],
    [
      "a label_colors.txt with another line",
      "1 2 3 a\nb 4 5 6",
      "FORMAT_INVALID",
      'line 2: is "b 4 5 6"; write r g b name',
    ],
    ["a label_colors.txt without a name", "1 2 3 a\n4 5 6", "FORMAT_INVALID", "line 2: has no name"],
    [
      "a GIMP palette without a name",
      "GIMP Palette\n#\n1 2 3",
      "FORMAT_INVALID",
      "legend (GIMP palette): line 3: has no name",
    ],
    ["a GIMP palette with another line", "GIMP Palette\n1 2 3 a\nx", "FORMAT_INVALID", 'line 3: is "x"'],
    [
      "a GIMP palette of RGBA without alpha",
      "GIMP Palette\nChannels: RGBA\n1 2 3 a",
      "FORMAT_INVALID",
      "line 3: is",
    ],
    [
      "a table with a row that is too short",
      "name,r,g,b\na,1,2,3\nb,1,2",
      "FORMAT_INVALID",
      "legend (class table): line 3: has 3 fields",
    ],
    [
      "a table with a bad colour",
      "name;color\na;#010203\nb;red",
      "FORMAT_INVALID",
      'line 3: the colour of "b" is "red"',
    ],
    [
      "a table of ids with a text",
      "Pixel Value, Class\n0, a\nx, b",
      "FORMAT_INVALID",
      'line 3: the id is "x"',
    ],
    [
      "a table without a header whose rows differ",
      "a,1,2,3\n4,5,6,b",
      "FORMAT_INVALID",
      "line 2: does not have the columns of the rows before it (name,r,g,b)",
    ],
    ["a table with a misplaced quote", 'name,r,g,b\n"a,1,2,3', "FORMAT_INVALID", "line 2: the field at"],
    [
      "a table of ids with one id twice",
      "id,name\n1,a\n1,b",
      "LEGEND_COLOR_CONFLICT",
      'line 3: "b" has the id 1, which line 2 gives to "a"',
    ],
  ])("%s", (_, source, code, message) => {
    const error = errorOf(source);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it("with the file's name, if it is given", () => {
    expect(errorOf({ car: [1] }, { name: "city.json" }).message).toContain(
      "city.json (names to colors): car: the colour is [1]",
    );
    expect(errorOf("a:1,2::", { name: "labelmap.txt" }).message).toMatch(
      /^labelmap.txt \(CVAT labelmap.txt\): line 1/,
    );
    expect(errorOf("?", { name: "x.txt" }).message).toMatch(/^x.txt: is in no form that is known/);
  });

  it.each([
    ["classes.csv", "name;x\na;1", "classes.csv (class table): line 1: must be a header"],
    ["x.tsv", "name", "x.tsv (class table): line 1: must be a header"],
    ["palette.gpl", "1 2", 'palette.gpl (GIMP palette): line 1: is not "GIMP Palette"'],
    ["label_colors.txt", "Animal", 'label_colors.txt (label_colors.txt): line 1: is "Animal"'],
    ["labelmap.txt", "Animal", 'labelmap.txt (CVAT labelmap.txt): line 1: "Animal" has 1 fields'],
  ])("in the form that the name %s says, if nothing else says it", (name, text, message) => {
    expect(errorOf(text, { name }).message).toContain(message);
  });

  it("with the line and column of broken JSON, if the runtime tells where it stopped", () => {
    const text = '{\n  "#ff0000": "car"\n  "#00ff00": "road"\n}';
    const place = "The parser stopped at line 3, column 3.";
    for (const given of [text, `\ufeff${text}`, text.replaceAll("\n", "\r\n")]) {
      const error = errorOf(given, { name: "city.json" });
      expect([error.code, error.message]).toEqual(["RESULT_INVALID", `city.json: is not JSON. ${place}`]);
    }
    expect(errorOf(text).message).toBe(`The result is not JSON. ${place}`);
  });

  it.each([
    ["Expected ',' in JSON at position 5 (line 2 column 4)", " The parser stopped at line 2, column 4."],
    [
      "JSON.parse: bad character at line 7 column 1 of the JSON data",
      " The parser stopped at line 7, column 1.",
    ],
    ["JSON Parse error: Unexpected EOF", ""],
  ])("in the words of other runtimes: %s", (words, place) => {
    const parse = vi.spyOn(JSON, "parse").mockImplementation(() => {
      throw new SyntaxError(words);
    });
    try {
      expect(errorOf("{", { name: "city.json" }).message).toBe(`city.json: is not JSON.${place}`);
    } finally {
      parse.mockRestore();
    }
  });

  it("with more labels than a label map takes", () => {
    const names = Array.from({ length: 65_537 }, (_, id) => `class ${id}`);
    expect(errorOf(names).message).toContain("has 65537 labels; the most is 65536");
    expect(parseLegend(names.slice(1)).entries).toHaveLength(65_536);
  });
});

describe("what is odd about a legend is reported", () => {
  const issues = (source: string | object) =>
    parseLegend(source).issues.map(({ code, path }) => [code, path]);

  it.each<[string, string | object, (readonly [string, string])[]]>([
    [
      "a colour that is none",
      { car: "#ff0000", road: "#00ff0" },
      [["legend-key-invalid", 'legend["#00ff0"]']],
    ],
    [
      "a colour twice",
      [
        { name: "a", color: "#f00" },
        { name: "a", color: "#ff0000" },
      ],
      [["legend-color-duplicate", 'legend["#ff0000"]']],
    ],
    [
      "an id twice, beside colours",
      [
        { id: 1, name: "a", color: "#f00" },
        { id: 1, name: "b", color: "#0f0" },
      ],
      [["legend-id-duplicate", 'legend["#0f0"]']],
    ],
    ["an id twice with one name", "id,name\n1,a\n1,a", [["legend-id-duplicate", 'legend["1"]']]],
    ["alpha between", { "#ff000080": "a" }, [["legend-alpha", 'legend["#ff000080"]']]],
    ["a key twice", '{"car": "#f00",\n"car": "#0f0"}', [["legend-key-repeated", 'legend["car"]']]],
    [
      "a key twice, inside",
      '{"legend": {"car": "#f00"}, "legend": {"bus": "#0f0"}}',
      [["legend-key-repeated", 'legend["legend"]']],
    ],
    [
      "a number that is almost an instance's",
      { "car #1": "#f00", "car # 2": "#0f0" },
      [["legend-value-number", 'legend["#f00"]']],
    ],
  ])("%s", (_, source, expected) => expect(issues(source)).toEqual(expected));

  it("and is an error if strict", () => {
    const strict = { strict: true };
    expect(errorOf({ car: "#ff0000", road: "#00ff0" }, strict)).toMatchObject({
      code: "LEGEND_KEY_INVALID",
      message: 'legend (names to colors): road: "#00ff0" has 5 digits; a colour has 3, 6 or 8.',
    });
    expect(errorOf('{"car": "#f00",\n"car": "#0f0"}', strict)).toMatchObject({
      code: "LEGEND_COLOR_CONFLICT",
      message: 'legend (names to colors): legend["car"]: occurs again on line 2; the last one counts.',
    });
    expect(errorOf([{ name: "a", color: "#f00" }, { name: "b" }], strict).code).toBe("LEGEND_KEY_INVALID");
    expect(
      errorOf(
        [
          { id: 1, name: "a", color: "#f00" },
          { id: 1, name: "b", color: "#0f0" },
        ],
        strict,
      ).code,
    ).toBe("LEGEND_COLOR_CONFLICT");
    expect(parseLegend({ road: 0, car: 1 }, strict).issues).toEqual([]);
  });

  it("with the first hundred, and how many more", () => {
    const source = Object.fromEntries(
      Array.from({ length: 120 }, (_, place) => [`name ${place}`, `#x${place}`]),
    );
    const { issues: found } = parseLegend({ good: "#ff0000", more: "#00ff00", ...source });
    expect(found).toHaveLength(101);
    expect(found.at(-1)!.omitted).toEqual({ "legend-key-invalid": 20 });
  });

  it("keeps the entry of a bad colour at its place", () => {
    expect(short(parseLegend({ a: "#ff0000", b: "red", c: "#0000ff" }))).toEqual([
      "#ff0000 a",
      "b",
      "#0000ff c",
    ]);
  });
});

describe("alpha", () => {
  const NOTHING = { "(0, 0, 0, 0)": { class: "BACKGROUND" }, "(140, 25, 255, 255)": { class: "cube" } };

  it("0 is a colour like others, if no other label has it", () => {
    expect(short(parseLegend(NOTHING))).toEqual(["#000000 BACKGROUND", "#8c19ff cube"]);
    expect(parseLegend(NOTHING).issues).toEqual([]);
  });

  it.each([[false], [true]])(
    "0 gives way to the opaque label of the same colour, and that is reported (last: %s)",
    (last) => {
      const opaque = { "(0, 0, 0, 255)": { class: "UNLABELLED" } };
      const source = last ? { ...NOTHING, ...opaque } : { ...opaque, ...NOTHING };
      const legend = parseLegend(source);
      expect(legend.entries.map(({ name, rgb }) => [name, rgb])).toEqual(
        Object.entries(source).map(([key, value]) => [
          value.class,
          key === "(0, 0, 0, 0)" ? -1 : key.startsWith("(0") ? 0 : 0x8c19ff,
        ]),
      );
      expect(legend.issues).toEqual([
        {
          code: "legend-alpha",
          path: 'legend["(0, 0, 0, 0)"]',
          message: expect.stringMatching(
            /differs from "\(0, 0, 0, 255\)" only by alpha.*"UNLABELLED".*transparent: "unlabelled"/,
          ),
        },
      ]);
      expect(errorOf(source, { strict: true }).code).toBe("LEGEND_COLOR_CONFLICT");
    },
  );

  it("makes no difference to entries of one name", () => {
    const legend = parseLegend({
      "(0, 0, 0, 0)": { class: "nothing" },
      "(0, 0, 0, 255)": { class: "nothing" },
    });
    expect(legend.entries.map(({ rgb }) => rgb)).toEqual([0, 0]);
    expect(legend.issues.map(({ code }) => code)).toEqual(["legend-color-duplicate"]);
  });

  it("is read from shares in CSS, and from bytes elsewhere", () => {
    const alpha = (key: string) =>
      parseLegend({ [key]: "a", "#000001": "b" }).issues.map(
        ({ message }) => /alpha, (\d+)/.exec(message)?.[1],
      );
    expect(alpha("rgba(255, 0, 0, 0.5)")).toEqual(["128"]);
    expect(alpha("rgba(255, 0, 0, .2)")).toEqual(["51"]);
    expect(alpha("(255, 0, 0, 1)")).toEqual(["1"]);
    expect(alpha("#ff0000fe")).toEqual(["254"]);
    expect(alpha("rgba(255, 0, 0, 1)")).toEqual([]);
  });

  it("is not taken from eight digits without a sign, nor after 0x", () => {
    for (const key of ["ff0000ff", "0xff0000ff", "0xff", "1,2,3,4", "(1, 2, 3, 256)", "(1, 2, 3, 0.5)"]) {
      const { entries, issues } = parseLegend({ "#ff0001": "a", [key]: "b" });
      expect(entries[1]!.rgb).toBe(-1);
      expect(issues.map(({ code }) => code)).toEqual(["legend-key-invalid"]);
    }
  });
});

describe("a hostile legend", () => {
  // If the time grew with the square of the length, these would outlast the test's time-out.
  it.each([
    ["a line of digits", "1".repeat(2_000_000)],
    ["a line of numbers", "1 ".repeat(1_000_000)],
    ["three numbers and spaces", `1 2 3${" ".repeat(2_000_000)}\u00a0`],
    ["a line of brackets", "(".repeat(2_000_000)],
    ["a line of quotes", 'name,r,g,b\n"'.concat('""'.repeat(1_000_000))],
    ["many colons", ":".repeat(1_000_000)],
    ["many commas", `name,r,g,b${",".repeat(1_000_000)}`],
    ["a long key", JSON.stringify({ ["(1, ".repeat(500_000)]: "a" })],
    ["a deep object", '{"a":'.repeat(100_000).concat("1", "}".repeat(100_000))],
    ["a deep list", "[".repeat(100_000).concat("]".repeat(100_000))],
    ["a key that is repeated on many lines", `{${'"car": "#f0",\n'.repeat(200_000)}"car": "red"}`],
  ])("is read or refused in time proportional to its length: %s", (_, text) => {
    try {
      expect(parseLegend(text).entries).toHaveLength(1);
    } catch (error) {
      expect(["LegendError", "FormatError", "ResultError"]).toContain((error as Error).name);
    }
  });

  it("may repeat a key very often, and says where", () => {
    const { issues, entries } = parseLegend(`{${'"car": "#f00",\n'.repeat(200_000)}"bus": "#0f0"}`);
    expect(entries).toHaveLength(2);
    expect(issues).toHaveLength(101);
    expect(issues[1]!.message).toBe('legend["car"]: occurs again on line 3; the last one counts.');
    expect(issues[100]!.omitted).toEqual({ "legend-key-repeated": 199_899 });
  });

  it.each([
    { toString: 1, valueOf: 1 },
    { entries: [{ key: "#000001", name: "a", color: { toString: 1 } }] },
    { entries: [{ key: 7, name: "a" }] },
    { entries: [{ key: "#000001", name: 7 }] },
    { entries: [null] },
    { legend: { entries: "x" } },
    [{ name: "a", color: [Symbol("x"), 1, 2] }],
    [{ name: "a", color: [1n, 1, 2] }],
    [undefined, { name: "a" }],
    { "#000001": Symbol("x") },
    Object.create(null),
    new Map([[{}, "a"]]),
    () => 1,
  ])("is a typed error or a legend: %o", (source) => {
    let legend: Legend | undefined;
    try {
      legend = parseLegend(source);
    } catch (error) {
      expect((error as { code: string }).code).toMatch(/^(LEGEND|RESULT)_/);
    }
    for (const { rgb } of legend?.entries ?? []) expect(Number.isInteger(rgb)).toBe(true);
  });
});
