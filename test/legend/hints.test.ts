/** What the messages suggest if something else was probably meant: a file's text, another encoding, another name. */
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMask, init } from "../../src/all.js";
import { closest, didYouMean } from "../../src/checks/index.js";
import { compare } from "../../src/compare/index.js";
import { remap } from "../../src/dataset/index.js";
import { ENCODINGS, encodingOf } from "../../src/decode/encodings/table.js";
import { encodeLabelPng } from "../../src/formats/index.js";
import { LEGEND_FORMS, legendOfIds, parseLegend } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(() => init());

const GREY = encodeLabelPng({ width: 2, height: 1, data: Uint8Array.of(7, 255) });
const RED = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [255, 0, 0] });
const NO_PNG = new TextEncoder().encode("hello");
const IDS = "id,name\n7,road\n";
const COLORS = "name,r,g,b\nroad,255,0,0\n";

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}
const refusal = (decoding: Promise<unknown>): Promise<{ code: string; message: string }> =>
  decoding.then(
    () => {
      throw new Error("it was not refused");
    },
    (error) => error,
  );

describe("a file's name instead of its text", () => {
  it.each(["legend.csv", "masks/legend.json", "C:\\masks\\labelmap.txt", "my legend.TSV", "palette.gpl"])(
    "is recognised: %s",
    async (name) => {
      const hint = `looks like the name of a file, ${JSON.stringify(name)}, and names are not opened; read the file, and pass its text`;
      expect(messageOf(() => parseLegend(name))).toContain(hint);
      expect(messageOf(() => legendOfIds(name))).toContain(hint);
      const { code, message } = await refusal(decodeMask(RED, name));
      expect([code, message]).toEqual(["LEGEND_INVALID", expect.stringContaining(hint)]);
    },
  );

  it.each(["hello", "legend.csv\nmore", "no palette of this name"])(
    "is not seen in other text: %j",
    (text) => {
      expect(messageOf(() => parseLegend(text))).not.toContain("name of a file");
    },
  );
});

describe("a legend without a label", () => {
  it.each([
    ["legend", ""],
    ["empty.csv", ""],
    ["empty.tsv", " \n\n"],
    ["labelmap.txt", "\ufeff"],
  ])("is called empty: %s %j", (name, text) => {
    expect(messageOf(() => parseLegend(text, { name }))).toMatch(
      new RegExp(`^${name}: is empty; write a line for each class, such as`),
    );
  });

  it.each(["id,name\n", "name,r,g,b", "name;r;g;b\r\n\r\n", "id\tname"])(
    "has a header and no line below it: %j",
    (text) => {
      expect(messageOf(() => parseLegend(text))).toContain(
        "has no label: no line names a class; add one for each.",
      );
    },
  );
});

describe("a legend that does not fit the encoding", () => {
  it("has ids, and the pixels are read as colours", async () => {
    const { code, message } = await refusal(decodeMask(RED, IDS));
    expect(code).toBe("LEGEND_INVALID");
    expect(message).toMatch(
      /If the pixels are ids, pass `encoding: "grey"`.* If they are colours, give a legend of/,
    );
  });

  it("has colours, and the pixels are read as ids", async () => {
    const { code, message } = await refusal(decodeMask(GREY, COLORS, { encoding: "grey" }));
    expect(code).toBe("LEGEND_INVALID");
    expect(message).toMatch(
      /If the pixels have these colours, leave out `encoding`\. If they are ids, give a legend/,
    );
  });

  it.each([null, undefined])("is missing: %s", async (legend) => {
    const { code, message } = await refusal(decodeMask(GREY, legend as null));
    expect(code).toBe("LEGEND_INVALID");
    expect(message).toMatch(
      /^legend: is (null|missing); give a legend, or, if the pixels are ids, their encoding/,
    );
  });

  it.each([
    [IDS, undefined],
    ["", undefined],
    [COLORS, "grey"],
    [{ 7: "road" }, undefined],
    [null, undefined],
  ] as const)("matters less than a mask that is no PNG: %j %s", async (legend, encoding) => {
    const { code } = await refusal(decodeMask(NO_PNG, legend, encoding === undefined ? {} : { encoding }));
    expect(code).toBe("PNG_SIGNATURE");
  });
});

describe("a misspelt name", () => {
  const encodings = ["colors", ...ENCODINGS.map(({ name }) => name)];
  it.each([
    ["gray", "grey"],
    ["Grey", "grey"],
    ["palette_index", "palette-index"],
    ["palette", "palette-index"],
    ["cityscapes", "cityscapes-instance"],
    ["citiscapes-instances", "cityscapes-instance"],
    ["colours", "colors"],
    ["rgbid", "rgb-id"],
    ["bdd100k", "bdd100k-bitmask"],
    ["kitty", "kitti"],
  ])("of an encoding: %s", (given, meant) => {
    expect(closest(given, encodings)).toBe(meant);
    expect(messageOf(() => encodingOf(given as "grey"))).toMatch(new RegExp(`; did you mean "${meant}"\\?$`));
  });

  it.each(encodings)("is never the name itself: %s", (name) => {
    expect(closest(name, encodings)).toBe(name);
  });

  it.each(["", "x", "photo", "12345", "a".repeat(1e6)])("is not guessed: %.20s", (given) => {
    expect(closest(given, encodings)).toBeUndefined();
    expect(messageOf(() => encodingOf(given as "grey"))).not.toContain("did you mean");
  });

  it("that is no text is not guessed either", () => {
    for (const given of [3, null, undefined, {}, ["grey"]]) expect(didYouMean(given, encodings)).toBe("");
  });

  it.each([
    ["ids-to-names", "ids to names"],
    ["class_table", "class table"],
    ["labelmap.txt", "CVAT labelmap.txt"],
    ["gimp", "GIMP palette"],
    ["colours to names", "colors to names"],
  ])("of a form: %s", (form, meant) => {
    expect(LEGEND_FORMS.map(({ name }) => name)).toContain(meant);
    const wrong = { form } as unknown as { form: "ids to names" };
    expect(messageOf(() => parseLegend(IDS, wrong))).toMatch(new RegExp(`; did you mean "${meant}"\\?$`));
  });
});

describe("a call that lacks something", () => {
  it("names the value of unlabelled pixels that is also a class id, and what to pass", async () => {
    const map = await decodeMask(GREY, null, { encoding: "grey" });
    expect(messageOf(() => map.semantic())).toBe(
      "voidId, the value of unlabelled pixels, is 255; pass an integer of at least 0 that is no class id: semantic(undefined, { voidId: 65535 }).",
    );
    expect([...map.semantic(undefined, { voidId: 65_535 })]).toEqual([7, 255]);
    expect(messageOf(() => map.semantic(undefined, { voidId: 7 }))).toContain("is 7; pass an integer");
    expect(messageOf(() => map.semantic(undefined, { voidId: -1 }))).toContain("is -1; pass an integer");
  });

  it("names a legend and a class list for classes without an id", async () => {
    const map = await decodeMask(GREY, null, { encoding: "grey" });
    expect(messageOf(() => map.semantic(ClassList.fromNames(["road"])))).toBe(
      'There is no class id for "7", "255". Give a legend or a class list with all classes, or pass missing: "void".',
    );
  });

  it("is given text where it takes a list or a table", async () => {
    const map = await decodeMask(GREY, null, { encoding: "grey" });
    const ids = { width: 2, height: 1, data: map.semantic(undefined, { voidId: 9 }) };
    const table = remap as unknown as (map: unknown, table: unknown) => unknown;
    expect(messageOf(() => ClassList.fromResults("text" as never))).toBe(
      "The results are a string; give an array of results.",
    );
    expect(messageOf(() => table(ids, '{"7": 0}'))).toMatch(/JSON\.parse makes one of/);
    expect(messageOf(() => table(ids, null))).not.toContain("JSON.parse");
  });

  it("says that compare needs classes", async () => {
    const map = await decodeMask(GREY, null, { encoding: "grey" });
    const short = compare as unknown as (...maps: unknown[]) => unknown;
    expect(messageOf(() => short(map, map))).toBe("The options are missing; give { classes }, a ClassList.");
  });
});
