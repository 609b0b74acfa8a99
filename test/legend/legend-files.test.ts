/** Legends of other tools' files are read as their tools mean them, and refused with the line where they are malformed. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMask, type FormatError, init, labelPixels } from "../../src/index.js";
import {
  camvid,
  formatClassDictCsv,
  formatLabelmapTxt,
  parseClassDictCsv,
  parseLabelmapTxt,
  parseLegend,
} from "../../src/legend/index.js";

beforeAll(() => init());
const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

/** As datumaro's documentation has it, with the parts and actions of Pascal VOC. */
const LABELMAP = `# label:color_rgb:parts:actions
background:0,0,0::
person:192,128,128:hand,foot:jumping,running
traffic light:250,170,30::
`;

/** The beginning of the file that comes with CamVid: its spaces are uneven. */
const CLASS_DICT = "name,r,g,b\nAnimal,64,128,64\nBicyclist,0,128, 192\nBridge,0, 128, 64\n";

const expectFormatError = (act: () => unknown, format: string, ...texts: (string | RegExp)[]) => {
  let error: FormatError | undefined;
  try {
    act();
  } catch (thrown) {
    error = thrown as FormatError;
  }
  expect(error).toMatchObject({ name: "FormatError", code: "FORMAT_INVALID", format });
  for (const text of texts) expect(error!.message).toMatch(text);
};

/** Colours, each once, in an order in which an object's keys would not stay. */
const anyLegend = (name: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 0xffffff }), name), {
      selector: ([rgb]) => rgb,
      minLength: 1,
      maxLength: 40,
    })
    .map((pairs) => new Map(pairs.map(([rgb, value]) => [`#${rgb.toString(16).padStart(6, "0")}`, value])));

const anyName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((name) => name === name.trim() && !/[\r\n]/.test(name));

describe("labelmap.txt", () => {
  it("is read in order, without parts and actions", () => {
    expect([...parseLabelmapTxt(LABELMAP)]).toEqual([
      ["#000000", "background"],
      ["#c08080", "person"],
      ["#faaa1e", "traffic light"],
    ]);
  });

  it("gives a legend for the decoder and names for a class list", () => {
    const legend = parseLabelmapTxt(LABELMAP);
    const data = Uint8Array.of(250, 170, 30, 0, 0, 0, 1, 2, 3);
    const map = labelPixels({ data, width: 3, height: 1, channels: 3 }, legend);
    expect([...map.data]).toEqual([2, 0, -1]);
    expect([...map.semantic(ClassList.fromNames([...legend.values()]))]).toEqual([2, 0, 255]);
  });

  it("may have a byte order mark, any line ends, blank lines, spaces, and names with colons", () => {
    const text =
      "\ufeff# label:color_rgb:parts:actions\r\n\r\n  a : 1, 2 ,3 : : \rb:c:4,5,6:x:y\n__proto__:7,8,9::";
    expect([...parseLabelmapTxt(text)]).toEqual([
      ["#010203", "a"],
      ["#040506", "b:c"],
      ["#070809", "__proto__"],
    ]);
  });

  it.each([
    ["car:1,2,3", /line 2:.*3|fields/],
    ["car::: ", /line 2: the colour of "car"/],
    ["car:1,2::", /line 2: the colour of "car" is "1,2"/],
    ["car:1,2,256::", /line 2.*0 to 255/],
    ["car:1,2,-3::", /line 2/],
    ["car:1,2,3.5::", /line 2/],
    ["car:1,2,0x3::", /line 2/],
    ["car:1,2,3,4::", /line 2/],
    [" :1,2,3::", /line 2: has no name/],
    ["car:1,2,3:a:b:c:d", /line 2/],
  ])("is refused with the line number if it has %j", (line, message) => {
    expectFormatError(() => parseLabelmapTxt(`sky:9,9,9::\n${line}\n`), "labelmap.txt", message);
  });

  it("is refused if it has no label, or is not text", () => {
    expectFormatError(
      () => parseLabelmapTxt("# label:color_rgb:parts:actions\n"),
      "labelmap.txt",
      /no label/,
    );
    for (const wrong of [undefined, null, 3, ["a:1,2,3::"], new Uint8Array(3)]) {
      expectFormatError(
        () => parseLabelmapTxt(wrong as unknown as string),
        "labelmap.txt",
        /give the file's text/,
      );
    }
  });

  it("is refused with both line numbers if a colour has two names, but may repeat a line", () => {
    expect(() => parseLabelmapTxt("a:1,2,3::\nb:4,5,6::\nc:1,2,3::")).toThrow(
      expect.objectContaining({
        code: "LEGEND_COLOR_CONFLICT",
        message: expect.stringMatching(/line 3.*#010203.*line 1.*"a"/),
      }),
    );
    expect(parseLabelmapTxt("a:1,2,3::\na:1,2,3::\na:4,5,6::").size).toBe(2);
  });

  it("is written as CVAT writes it", () => {
    expect(formatLabelmapTxt(parseLabelmapTxt(LABELMAP))).toBe(
      LABELMAP.replace(":hand,foot:jumping,running", "::"),
    );
  });

  it("gives back every legend that it was written from", () => {
    const names = anyName.filter((name) => !name.includes(":") && !name.startsWith("#"));
    fc.assert(
      fc.property(anyLegend(names), (legend) => {
        expect([...parseLabelmapTxt(formatLabelmapTxt(legend))]).toEqual([...legend]);
      }),
    );
  });

  it.each(["a:b", "#a", " a", "a\nb", ""])(
    "is not written with the name %j, which could not be read back",
    (name) => {
      expectFormatError(() => formatLabelmapTxt({ "#010203": name }), "labelmap.txt");
    },
  );

  it("is not written from a key that is not a colour", () => {
    expectFormatError(
      () => formatLabelmapTxt({ "#010203": "a", "#fdffd34": "b" }),
      "labelmap.txt",
      /fdffd34/,
    );
  });
});

describe("class_dict.csv", () => {
  it("is read in order, whatever the spaces", () => {
    expect([...parseClassDictCsv(CLASS_DICT)]).toEqual([
      ["#408040", "Animal"],
      ["#0080c0", "Bicyclist"],
      ["#008040", "Bridge"],
    ]);
  });

  it("may have other columns, another order, quotes, a byte order mark and CRLF", () => {
    const text = '\ufeff"R", G ,B,class_11,Name\r\n1,2,3,1,"a, ""b"""\r\n 4 , "5",6,,  c d \r\n';
    expect([...parseClassDictCsv(text)]).toEqual([
      ["#010203", 'a, "b"'],
      ["#040506", "c d"],
    ]);
  });

  it.each(["header-class.csv", "semicolon.csv"])("may be written as in %s", (file) => {
    expect([...parseClassDictCsv(fixture(`legends/${file}`))]).toEqual([
      ["#ff0000", "car"],
      ["#00ff00", "road"],
      ["#0000ff", "sky"],
    ]);
  });

  it.each([
    ["tabs", "name\tr\tg\tb\nbed, double\t1\t2\t3\n", "bed, double"],
    ["other titles", "red,green,blue,label\n1,2,3,a\n", "a"],
    ["two titles", "class,name,r,g,b\n7,a,1,2,3\n", "a"],
    ["quoted semicolons", 'class_name;r;g;b\n"a;b";1;2;3\n', "a;b"],
    ["commas in names", "name;r;g;b\ndoor, double;1;2;3\n", "door, double"],
  ])("may have %s", (_, text, name) => {
    expect([...parseClassDictCsv(text)]).toEqual([["#010203", name]]);
  });

  it("names the separator that it found", () => {
    expectFormatError(
      () => parseClassDictCsv("name;r;g;b\na;b;1;2;3"),
      "class_dict.csv",
      /with a semicolon in/,
    );
  });

  it("of CVAT gives the pixels of the mask that a result gives", async () => {
    const mask = readFileSync(new URL("../fixtures/formats/cvat.png", import.meta.url));
    for (const legend of [
      parseLabelmapTxt(fixture("formats/cvat-labelmap.txt")),
      parseClassDictCsv(fixture("formats/cvat-class_dict.csv")),
      fixture("formats/cvat-result.json"),
    ]) {
      const { labels } = await decodeMask(mask, legend);
      expect(labels.map(({ className, pixelCount }) => [className, pixelCount])).toEqual([
        ["Cat", 6],
        ["background", 33],
        ["Dog", 9],
      ]);
    }
  });

  it.each([
    ["a,1,2", /line 3: has 3 fields/],
    ["a,1,2,3,4", /line 3: has 5 fields/],
    ["door, double,1,2,3", /line 3.*quotes/],
    [",1,2,3", /line 3: has no name/],
    ["a,1,2,", /line 3: the colour/],
    ["a,1,2,300", /line 3: the colour/],
    ["a,1e1,2,3", /line 3: the colour/],
    ['"a,1,2,3', /line 3.*quote/],
    ['a"b,1,2,3', /line 3.*quote/],
    ['"a"b,1,2,3', /line 3.*quote/],
  ])("is refused with the line number if it has %j", (line, message) => {
    expectFormatError(() => parseClassDictCsv(`name,r,g,b\nsky,9,9,9\n${line}\n`), "class_dict.csv", message);
  });

  it.each(["", "\n", "Animal,64,128,64\n", "name:r:g:b\nAnimal:64:128:64", "name,r,g\na,1,2"])(
    "is refused without its header: %j",
    (text) => expectFormatError(() => parseClassDictCsv(text), "class_dict.csv", /header/),
  );

  it("is refused if it has no label", () => {
    expectFormatError(() => parseClassDictCsv("name,r,g,b\n"), "class_dict.csv", /no label/);
  });

  it("is refused with both line numbers if a colour has two names", () => {
    expect(() => parseClassDictCsv("name,r,g,b\n\na,1,2,3\nb,1,2,3")).toThrow(
      expect.objectContaining({
        code: "LEGEND_COLOR_CONFLICT",
        message: expect.stringMatching(/line 4.*line 3/),
      }),
    );
  });

  it("gives back every legend that it was written from", () => {
    fc.assert(
      fc.property(anyLegend(anyName), (legend) => {
        expect([...parseClassDictCsv(formatClassDictCsv(legend))]).toEqual([...legend]);
      }),
    );
  });

  it("gives the built-in palette of CamVid after a round trip", () => {
    expect([...parseClassDictCsv(formatClassDictCsv(camvid.legend))]).toEqual([...camvid.legend]);
  });

  it("reads a hostile line in time proportional to its length", () => {
    // If the time grew with the square of the length, these lines would outlast the test's time-out.
    const line = `${" ".repeat(2_000_000)}"`;
    expectFormatError(() => parseClassDictCsv(`name,r,g,b\na${line}`), "class_dict.csv");
    expectFormatError(() => parseClassDictCsv(`name,r,g,b\n"${'""'.repeat(2_000_000)}`), "class_dict.csv");
  });
});

describe("label_colors.txt and palettes of GIMP", () => {
  const entriesOf = (text: string) =>
    parseLegend(text).entries.map(({ key, color, name }) => [key, color, name]);

  it.each([
    ["# by hand\n1 2 3 car ", "car"],
    ["1\t2 3\t\tcar, with 2 doors", "car, with 2 doors"],
    ["GIMP Palette\n1 2 3  car", "car"],
    ["gimp palette\nname:x\nCOLUMNS : 3\n1 2 3 car", "car"],
  ])("are read, with the name to the line's end: %j", (text, name) => {
    expect(entriesOf(text)).toEqual([["#010203", "#010203", name]]);
  });

  it("have alpha where the head says so, and nowhere else", () => {
    const body = "1 2 3 128 car\n4 5 6 255 road";
    for (const head of ["Channels: RGBA", "channels :rgba", "Channels:  RGBA"]) {
      expect(entriesOf(`GIMP Palette\n${head}\n${body}`)).toEqual([
        ["(1, 2, 3, 128)", "#010203", "car"],
        ["(4, 5, 6, 255)", "#040506", "road"],
      ]);
    }
    for (const head of ["Name: Channels: RGBA", "Channels: RGBA8", "Channels: RGB", "Name: x"]) {
      expect(entriesOf(`GIMP Palette\n${head}\n${body}`).map(([, , name]) => name)).toEqual([
        "128 car",
        "255 road",
      ]);
    }
  });

  it("are refused with the line and what it should be", () => {
    const refused = (text: string) => expect(() => parseLegend(text));
    refused("1 2 3 car\n4 5 road").toThrow('line 2: is "4 5 road"; write r g b name.');
    refused("GIMP Palette\n\n4 5 road").toThrow('line 3: is "4 5 road"; write r g b name.');
    refused("GIMP Palette\nChannels: RGBA\n1 2 3 car").toThrow('line 3: is "1 2 3 car"; write r g b a name.');
    refused("GIMP Palette\n1 2 3").toThrow("line 2: has no name");
    refused("1 2 3 car\n1 2 256 road").toThrow(
      'line 2: the colour of "road" is "1,2,256"; make it three integers from 0 to 255',
    );
    refused("GIMP Palette\nChannels: RGBA\n1 2 3 256 car").toThrow('the colour of "car" is "1,2,3,256"');
    const read = (text: string) => parseLegend(text, { form: "GIMP palette", name: "a.gpl" });
    expect(() => read("\n\n1 2 3 car")).toThrow(/^a\.gpl.*line 3: is not "GIMP Palette"/);
    expect(() => read("")).toThrow("a.gpl: is empty");
  });
});
