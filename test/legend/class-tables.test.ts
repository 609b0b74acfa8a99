/** Tables of classes with few or odd columns: what makes a header, a row and a comment, and what is refused. */
import { describe, expect, it } from "vitest";
import { parseClassDictCsv, parseLegend } from "../../src/legend/index.js";

const entriesOf = (text: string) =>
  parseLegend(text).entries.map(({ key, id, name }) => [key, id, name].filter((part) => part !== undefined));

const isAmbiguous = (text: string, line: number) =>
  expect(() => parseLegend(text)).toThrowError(
    expect.objectContaining({
      code: "LEGEND_AMBIGUOUS",
      message: expect.stringContaining(`line ${line}: `),
    }),
  );

describe("a header", () => {
  it.each(["name,g,b", "name,r,b", "name,r,g", "r,g,b"])("of %s is none", (header) => {
    expect(() => parseClassDictCsv(`${header}\n1,2,3\n`)).toThrow("must be a header");
  });

  it.each([
    ["r,g,b,name", "1,2,3,car"],
    ["g,b,r,name", "2,3,1,car"],
    ["b,r,g,name", "3,1,2,car"],
    ["name,r,g,b", "car,1,2,3"],
  ])("of %s has its columns in any order", (header, row) => {
    expect([...parseClassDictCsv(`${header}\n${row}\n`)]).toEqual([["#010203", "car"]]);
  });

  it.each(["name,id,r", "name,id,g", "name,id,b", "name,id,g,b", "name,id,r,b", "name,id,r,g"])(
    "of %s has ids and no colours, in rows and in what may be one",
    (header) => {
      const rest = ",1".repeat(header.split(",").length - 2);
      expect(entriesOf(`${header}\ncar,7${rest}\n`)).toEqual([["7", 7, "car"]]);
      isAmbiguous(`${header}\ncar,7${rest}\n#road,8${rest}`, 3);
    },
  );

  it("may be the first line that is no comment, or a comment itself, with or without a space", () => {
    for (const header of ["#name,r,g,b", "# name,r,g,b", "#   name,r,g,b", "#1\nname,r,g,b"]) {
      expect([...parseClassDictCsv(`${header}\ncar,1,2,3`)]).toEqual([["#010203", "car"]]);
    }
    expect(() => parseClassDictCsv("x #name,r,g,b\ncar,1,2,3")).toThrow("must be a header");
  });

  it("has the name first that is no number", () => {
    expect(entriesOf("label,class,r,g,b\n7,8,1,2,3\n9,x,4,5,6")).toEqual([
      ["#010203", 7, "8"],
      ["#040506", 9, "x"],
    ]);
    expect(entriesOf("label,class,r,g,b\na,8,1,2,3\nb,9,4,5,6")).toEqual([
      ["#010203", 8, "a"],
      ["#040506", 9, "b"],
    ]);
  });

  it("is asked for on the first line that is not blank, with its misplaced quote if it has one", () => {
    expect(() => parseClassDictCsv("\n\ncar,1,2,3")).toThrow(/^class_dict\.csv: line 3: must be a header/);
    expect(() => parseClassDictCsv("")).toThrow(/^class_dict\.csv: line 1: must be a header/);
    expect(() => parseClassDictCsv('a;b"c;d')).toThrow("misplaced quote");
    expect(() => parseClassDictCsv('a\tb"c\td')).toThrow(`the field at "b\\"c\\td" has a misplaced quote`);
    expect(() => parseClassDictCsv("0,car\n1,road")).toThrow("must be a header");
    // Neither a sign inside of a title nor a table of ids.
    expect(() => parseClassDictCsv("nam#e,r,g,b\ncar,1,2,3")).toThrow("must be a header");
    expect(() => parseClassDictCsv("\nname,id\ncar,7")).toThrow("line 2: must be a header");
  });
});

describe("a row", () => {
  it("may end with separators without a header too, and has no empty name or two names", () => {
    expect(entriesOf("0,car,,\n1,road")).toEqual([
      ["0", 0, "car"],
      ["1", 1, "road"],
    ]);
    expect(() => parseLegend("0,")).toThrow("is in no form that is known");
  });

  it("may have a colour with alpha, in the first column or another", () => {
    const [first, second] = parseLegend("color,name\n#01020380,car\n#040506ff,road").entries;
    expect(first).toMatchObject({ key: "(1, 2, 3, 128)", color: "#010203" });
    expect(second).toMatchObject({ key: "#040506", color: "#040506" });
    expect(parseLegend("color,name\n#01020380,car").issues.map(({ code }) => code)).toEqual(["legend-alpha"]);
    expect(parseLegend("#01020380,car").entries).toMatchObject([{ key: "(1, 2, 3, 128)", name: "car" }]);
    expect(() => parseLegend("name,color\ncar,#12345")).toThrow(
      'line 2: the colour of "car" is "#12345"; write it as #rrggbb',
    );
  });

  it("beside colours needs no number in the column of ids, but without colours it does", () => {
    expect(entriesOf("id,name,color\n7,car,#010203\nx,road,#040506")).toEqual([
      ["#010203", "car"],
      ["#040506", "road"],
    ]);
    expect(() => parseLegend("id,name\n7,car\nx,road")).toThrow('line 3: the id is "x"; make it an integer');
    expect(() => parseLegend("id,name\nx,car\n7,road")).toThrow('line 2: the id is "x"; make it an integer');
  });
});

describe("a line that begins with #", () => {
  it.each([
    ["name,r,g,b\ncar,1,2,3\n#a,4,5,6", 3],
    ["name,color\ncar,#010203\n#a,#040506", 3],
    ["name,id\ncar,7\n#a,8", 3],
    ["car,1,2,3\n#a,4,5,6", 2],
    ["car,7\n#a,8", 2],
    ["car,#010203\n#a,#040506", 2],
    ["car,#010203\n#070809,a", 2],
  ])("is refused where it could be a row: %j", (text, line) => isAmbiguous(text, line));

  it.each([
    "name,r,g,b\ncar,1,2,3\n#a,4,5,x",
    "name,r,g,b\ncar,1,2,3\n#a,x,5,6",
    "name,r,g,b\ncar,1,2,3\n#a,4,5",
    "name,color\ncar,#010203\n#a,b",
    "car,1,2,3\n#a,b",
    "car,1,2,3\n#070809,a",
    'car,1,2,3\n#a "quote, of somebody',
  ])("is a comment where it could not: %j", (text) => {
    expect(entriesOf(text)).toEqual([["#010203", "car"]]);
  });

  it("is a comment where the row has no id", () => {
    expect(entriesOf("name,id\ncar,7\n#a,b")).toEqual([["7", 7, "car"]]);
  });

  it("is a row where the first column has colours, but not if it begins with none", () => {
    expect(entriesOf("color,name\n#010203,car\n# a note, by hand\n#040506,road")).toEqual([
      ["#010203", "car"],
      ["#040506", "road"],
    ]);
    expect(entriesOf('color,name\n#010203,car\n#"x')).toEqual([["#010203", "car"]]);
  });
});
