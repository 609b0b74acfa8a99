/** Edits of a legend, their history, and suggestions, without a page. The library says what the texts of legends mean. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShownLabel } from "../../cli/explorer/src/decoding/protocol.js";
import { readLegendDocument } from "../../cli/explorer/src/decoding/read-legend.js";
import {
  add,
  begin,
  type History,
  lastStep,
  nextStep,
  present,
  redone,
  undone,
} from "../../cli/explorer/src/edit/history.js";
import {
  emptyDocument,
  isPlain,
  type LegendDocument,
  setColor,
  setNames,
  textOf,
} from "../../cli/explorer/src/edit/legend-document.js";
import { formatDistance, groupByName, suggestionsFor } from "../../cli/explorer/src/edit/suggestions.js";
import { decodeMask } from "../../src/all.js";
import { readLegend } from "../../src/legend/index.js";
import { identifyEntries } from "../../src/legend/result.js";
import { encodePng } from "../support/encode-png.mjs";

const hexOf = (rgb: number) => `#${rgb.toString(16).padStart(6, "0")}`;
/** Any colour, or one of 27 near each other, many of which are equally far from two others. */
const color = fc.oneof(
  fc.integer({ min: 0, max: 0xffffff }).map(hexOf),
  fc
    .tuple(fc.nat(2), fc.nat(2), fc.nat(2))
    .map(([red, green, blue]) => hexOf(red * 0x10000 + green * 0x100 + blue)),
);
/** Few, so that edits meet the same colours again. */
const fewColors = fc.constantFrom("#000000", "#112233", "#445566", "#ff0000", "#00ff00", "#0000ff");
const name = fc.constantFrom("car", "car # 1", "car # 2", "road", "sky", "van # 12", "tree: old", "#1 bus");

type Edit =
  | { readonly kind: "names"; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: "color"; readonly from: string; readonly to: string };
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .array(fc.tuple(fewColors, name), { minLength: 1, maxLength: 4 })
    .map((pairs): Edit => ({ kind: "names", names: new Map(pairs) })),
  fc.record({ kind: fc.constant("color" as const), from: fewColors, to: fewColors }),
);

const applied = (document: LegendDocument, edit: Edit) =>
  edit.kind === "names"
    ? setNames(document, edit.names)
    : (setColor(document, edit.from, edit.to) ?? document);

/** A legend with or without objects and class ids. Names that are equal have equal ids. */
const anyDocument: fc.Arbitrary<LegendDocument> = fc
  .record({
    entries: fc.uniqueArray(fc.tuple(fewColors, name), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 5,
    }),
    facts: fc.constantFrom("none", "objects", "ids"),
  })
  .map(({ entries, facts }) => {
    const classes = [...new Set(entries.map(([, text]) => classOf(text)))];
    return {
      entries: entries.map(([key, text]) => ({
        key,
        color: key,
        name: text,
        ...(facts === "ids" && { id: classes.indexOf(classOf(text)), supercategory: "any" }),
      })),
      instances:
        facts !== "objects"
          ? null
          : entries.map(([key, text], place) => ({
              _id: `object ${place}`,
              color: key,
              value: text,
              index: Number(/ # (\d+)$/.exec(text)?.[1] ?? 0),
              class_id: `class ${classes.indexOf(classOf(text))}`,
              attributes: [place],
            })),
      rest: facts === "objects" ? { url: "https://example.com/mask.png", extra: 1 } : {},
      isOfIds: false,
    };
  });

function classOf(text: string): string {
  return text.replace(/ # \d+$/, "");
}

const run = (document: LegendDocument, edits: readonly Edit[]) => edits.reduce(applied, document);

describe("an edited legend", () => {
  it("is read back by the library with the names and colours that the edits gave", () => {
    fc.assert(
      fc.property(anyDocument, fc.array(anyEdit, { maxLength: 8 }), (document, edits) => {
        const edited = run(document, edits);
        const { legend, issues } = readLegend(textOf(edited));
        expect(
          legend.entries.map((entry) => [entry.color, entry.name, entry.id, entry.supercategory]),
        ).toEqual(edited.entries.map((entry) => [entry.color, entry.name, entry.id, entry.supercategory]));
        // An edit makes no contradiction between colours, objects, classes and ids. Objects of a class share its id, which
        // the library reports, as it would of two classes.
        const expected = ["legend-value-number", "legend-id-duplicate"];
        expect(issues.filter(({ code }) => !expected.includes(code))).toEqual([]);
        const classOfId = new Map(legend.entries.map((entry) => [entry.id, classOf(entry.name)]));
        for (const { id, name: text } of legend.entries) {
          if (id !== undefined) expect(classOfId.get(id)).toBe(classOf(text));
        }
      }),
    );
  });

  it("has the names that were given last, and all others as they were", () => {
    fc.assert(
      fc.property(anyDocument, fc.array(anyEdit, { maxLength: 8 }), (document, edits) => {
        const expected = new Map(document.entries.map((entry) => [entry.color, entry.name]));
        for (const edit of edits) {
          if (edit.kind === "names") for (const [key, text] of edit.names) expected.set(key, text);
          else if (expected.has(edit.from) && !expected.has(edit.to)) {
            expected.set(edit.to, expected.get(edit.from)!);
            expected.delete(edit.from);
          }
        }
        const edited = run(document, edits);
        expect(new Map(edited.entries.map((entry) => [entry.color, entry.name]))).toEqual(expected);
        expect(edited.entries.length).toBe(expected.size);
      }),
    );
  });

  it("has objects whose numbers, classes and attributes follow the names", () => {
    const vendor = {
      legend: { "#ff0000": "car # 1", "#00ff00": "car # 2", "#0000ff": "road" },
      instances: [
        {
          _id: "a",
          color: "#FF0000",
          index: 1,
          value: "car # 1",
          class_id: "C",
          attributes: ["red"],
          more: 7,
        },
        { _id: "b", color: "#00ff00", index: 2, value: "car # 2", class_id: "C", attributes: [] },
        { _id: "c", color: "#0000ff", index: 0, value: "road", class_id: "R", attributes: [] },
      ],
      url: "https://example.com/mask.png",
      job: 12,
    };
    return readLegendDocument({
      text: JSON.stringify(vendor),
      name: "a.json",
      form: undefined,
      encoding: "colors",
    }).then((document) => {
      const edited = setNames(
        document,
        new Map([
          ["#00ff00", "car # 1"],
          ["#0000ff", "pavement"],
          ["#010101", "road # 3"],
          ["#020202", "car # 1"],
        ]),
      );
      const json = JSON.parse(textOf(edited));
      expect(json.job).toBe(12);
      expect(json.url).toBe(vendor.url);
      expect(json.instances[0]).toEqual({ ...vendor.instances[0], color: "#ff0000" });
      expect(json.instances[1]).toEqual({ ...vendor.instances[1], value: "car # 1", index: 1 });
      expect(json.instances[2]).toEqual({ ...vendor.instances[2], value: "pavement" });
      const identities = identifyEntries(readLegend(textOf(edited)));
      expect(
        identities.map((one) => [one.className, one.instanceNumber, one.classId, one.attributes]),
      ).toEqual([
        ["car", 1, "C", ["red"]],
        ["car", 1, "C", []],
        ["pavement", 0, "R", []],
        ["road", 3, "road", []],
        ["car", 1, "C", ["red"]],
      ]);
    });
  });

  it("keeps keys that are not colours, other forms' colours, class ids and order", async () => {
    const read = (text: string, form?: "names to colors") =>
      readLegendDocument({ text, name: "a", form, encoding: "colors" });
    const broken = await read('{ "#1234567": "seven digits", "ff0000": "car", "#0F0": "tree" }');
    const fixed = setNames(broken, new Map([["#ff0000", "van"]]));
    expect(textOf(fixed)).toBe(
      `${JSON.stringify({ legend: { "#1234567": "seven digits", "#ff0000": "van", "#0F0": "tree" } }, null, 2)}\n`,
    );
    // A key that is not a colour can be corrected.
    expect(setColor(broken, "#1234567", "#123456")!.entries[0]).toEqual({
      key: "#123456",
      color: "#123456",
      name: "seven digits",
    });
    const table = await read("id,name,r,g,b\n26,car,0,0,142\n7,road,128,64,128\n");
    const merged = setNames(table, new Map([["#804080", "car"]]));
    expect(merged.entries.map((entry) => [entry.name, entry.id])).toEqual([
      ["car", 26],
      ["car", 26],
    ]);
    expect([isPlain(table), isPlain(broken)]).toEqual([false, true]);
    const both = setNames(
      table,
      new Map([
        ["#804080", "thing"],
        ["#00008e", "thing"],
      ]),
    );
    expect(new Set(both.entries.map(({ id }) => id)).size).toBe(1);
    expect(readLegend(textOf(both)).legend.keys).toBe("colors and ids");
  });

  it("refuses a colour that another entry has", () => {
    const document = setNames(
      emptyDocument(false),
      new Map([
        ["#000000", "road"],
        ["#ffffff", "sky"],
      ]),
    );
    expect(setColor(document, "#000000", "#ffffff")).toBe(null);
    expect(setColor(document, "#000000", "#000000")).toBe(document);
    expect(setNames(document, new Map([["#000000", "road"]]))).toBe(document);
  });
});

describe("the history of edits", () => {
  it("goes back to what was before, and forward again", () => {
    fc.assert(
      fc.property(anyDocument, fc.array(anyEdit, { maxLength: 8 }), fc.nat(8), (document, edits, back) => {
        const states = [document];
        let history: History<LegendDocument> = begin(document);
        for (const edit of edits) {
          const next = applied(present(history), edit);
          history = add(history, edit.kind, next);
          if (next !== states.at(-1)) states.push(next);
        }
        expect(history.steps.length).toBe(states.length - 1);
        const steps = Math.min(back, states.length - 1);
        for (let step = 1; step <= steps; step++) {
          const { title } = lastStep(history)!;
          history = undone(history);
          expect(nextStep(history)!.title).toBe(title);
          expect(present(history)).toBe(states.at(-1 - step));
        }
        const middle = history;
        for (let step = steps - 1; step >= 0; step--) {
          history = redone(history);
          expect(present(history)).toBe(states.at(-1 - step));
        }
        expect(redone(history)).toBe(history);
        expect(undone(begin(document)).done).toBe(0);
        // After another edit, what was undone is gone.
        const other = { ...document, entries: [] };
        const branched = add(middle, "other", other);
        expect(present(branched)).toBe(other);
        expect(nextStep(branched)).toBe(undefined);
        expect(present(undone(branched))).toBe(present(middle));
      }),
    );
  });
});

describe("suggestions", () => {
  it("are the labels and distances of the library's snap", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(color, { minLength: 3, maxLength: 14 }),
        fc.integer({ min: 1, max: 6 }),
        async (colors, count) => {
          const known = colors.slice(0, Math.min(count, colors.length - 1));
          const unknown = colors.slice(known.length);
          const labels = [
            ...known.map((one) => label(one, false)),
            ...unknown.map((one) => label(one, true)),
          ].map((one, index) => ({ ...one, index }));
          const found = suggestionsFor(labels);
          expect(found.map((one) => one.unknown.color)).toEqual(unknown);
          const samples = unknown.flatMap((one) =>
            [1, 3, 5].map((at) => Number.parseInt(one.slice(at, at + 2), 16)),
          );
          const png = encodePng({ width: unknown.length, height: 1, colourType: 2, bitDepth: 8, samples });
          const legend = Object.fromEntries(known.map((one) => [one, `label ${one}`]));
          const map = await decodeMask(png, legend, { snap: { maxDistance: 442 } });
          expect(found.map(({ nearest }) => nearest.index)).toEqual([...map.data]);
          // Within its own distance a colour is snapped; within a little less it is not.
          for (const [place, { distance }] of found.entries()) {
            for (const [maxDistance, isSnapped] of [
              [distance + 1e-9, true],
              [Number(formatDistance(distance)), true],
              [distance - 1e-6, false],
            ] as const) {
              const { data } = await decodeMask(png, legend, { snap: { maxDistance } });
              expect(data[place]! >= 0).toBe(isSnapped);
            }
          }
        },
      ),
      { numRuns: 30 },
    ));

  it("are grouped by label, and fewer if there are too many colours", () => {
    const known = ["#000000", "#ffffff", "not a colour"].map((one) => label(one, false));
    const unknown = ["#fefefe", "#020202", "#010101", "#fdfdfd"].map((one) => label(one, true));
    const all = [...known, ...unknown].map((one, index) => ({ ...one, index, pixelCount: 10 + index }));
    const groups = groupByName(suggestionsFor(all));
    expect(
      groups.map(({ nearest, suggestions, pixels }) => [
        nearest.color,
        suggestions.map((one) => one.unknown.color),
        pixels,
      ]),
    ).toEqual([
      ["#ffffff", ["#fefefe", "#fdfdfd"], 29],
      ["#000000", ["#010101", "#020202"], 29],
    ]);
    expect(suggestionsFor(all, new Set(), 4).map((one) => one.unknown.color)).toEqual(["#fdfdfd", "#010101"]);
    // A colour that a suggestion has added attracts no others.
    const added = all.map((one) => (one.color === "#fefefe" ? { ...one, isUnknown: false } : one));
    const nearestOf = (blended: ReadonlySet<string>) =>
      suggestionsFor(added, blended).find((one) => one.unknown.color === "#fdfdfd")!.nearest.color;
    expect([nearestOf(new Set()), nearestOf(new Set(["#fefefe"]))]).toEqual(["#fefefe", "#ffffff"]);
    expect(suggestionsFor(all.filter(({ isUnknown }) => isUnknown))).toEqual([]);
    expect([0, 3, Math.sqrt(3), Math.sqrt(10)].map(formatDistance)).toEqual(["0", "3", "1.8", "3.2"]);
  });
});

function label(color: string, isUnknown: boolean): ShownLabel {
  return {
    index: 0,
    id: null,
    color,
    name: `label ${color}`,
    className: color,
    classId: null,
    instanceNumber: 0,
    pixelCount: 1,
    bbox: [0, 0, 1, 1],
    isUnknown,
  };
}
