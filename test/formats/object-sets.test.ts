/** Sets of formats that list objects: after any two of them, a map is the same but for what the formats cannot say. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type FileSource,
  filesInMemory,
  type ItemToWrite,
  memorySink,
  readSet,
  recognise,
  type SetFormat,
  type WritableSetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { drawScene, sceneClasses } from "../support/scenes.js";
import {
  drawSet,
  type Facts,
  factsOf,
  itemsOf,
  judge,
  textOf,
  things,
  withGroupsAsObjects,
  withoutStuff,
  withSplitObjects,
  written,
} from "../support/set-drawing.js";

beforeAll(() => init());

const FORMATS = ["coco-instances", "labelme", "supervisely", "yolo"] as const;
type ObjectFormat = (typeof FORMATS)[number];
const SOURCES = ["coco-panoptic", "voc", ...FORMATS] as const;

/** The options of each writer with which it loses only what the format cannot say. */
const writing = (format: WritableSetFormat) => ({
  ...{ format, classes: judge },
  ...(format === "labelme" && { shapes: "masks" }),
  ...(format === "yolo" && { holes: "connect" }),
});
const hasThings = (format: SetFormat) => ["labelme", "supervisely", "yolo"].includes(format);
const reading = (format: SetFormat) => ({ format, ...(hasThings(format) && { things }) });
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

/** What the format leaves of a map. */
const LEFT: Record<ObjectFormat, (facts: Facts) => Facts> = {
  "coco-instances": withoutStuff,
  labelme: withGroupsAsObjects,
  supervisely: withGroupsAsObjects,
  yolo: withSplitObjects,
};
const leftBy = (format: string, facts: Facts) => LEFT[format as ObjectFormat]?.(facts) ?? facts;

describe("a set of objects", () => {
  it("is the same after any two formats, but for what they cannot say", async () => {
    const { items, photos } = drawSet();
    const drawn = items.map(({ name, map, split }) => ({ name, split, facts: factsOf(map as LabelMap) }));
    for (const first of SOURCES) {
      const one = await written(items, { ...writing(first), photos });
      for (const second of FORMATS) {
        const set = await readSet(one.source, reading(first));
        expect([set.format.name, set.count]).toEqual([first, 7]);
        const two = await written(set, { ...writing(second), photos: one.source });
        expect(two.fileCount).toBe(two.files.size);
        const found: unknown[] = [];
        for (const { name, split, map } of await itemsOf(await readSet(two.source, reading(second)))) {
          found.push({ name, split, facts: factsOf(await map()) });
        }
        const hasSplits = first !== "labelme" && second !== "labelme";
        // `ds0` is Supervisely's word for no part.
        const noSplit = second === "labelme" || second === "supervisely" ? null : "train";
        const expected = drawn.map(({ name, split, facts }) => ({
          ...{ name, split: hasSplits ? split : noSplit },
          facts: leftBy(second, leftBy(first, facts)),
        }));
        expect(found, `${first} → ${second}`).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
      }
    }
  });

  it("has every loss of its writer in words, with the right number", async () => {
    const { items, photos } = drawSet();
    const all = items
      .flatMap(({ map }) => (map as LabelMap).labels)
      .filter(({ pixelCount }) => pixelCount > 0);
    const pixelsOf = (...names: string[]) =>
      all.filter(({ name }) => names.includes(name)).reduce((sum, { pixelCount }) => sum + pixelCount, 0);
    const labelsOf = (...names: string[]) => all.filter(({ name }) => names.includes(name)).length;
    let split = 0;
    for (const { map } of items) {
      const facts = factsOf(map as LabelMap);
      const areas = withSplitObjects(facts).objects;
      const areasOf = new Map<number, Set<number>>();
      facts.objects.forEach((object, pixel) => {
        if (object > 0) areasOf.set(object, (areasOf.get(object) ?? new Set()).add(areas[pixel]!));
      });
      split += [...areasOf.values()].filter(({ size }) => size > 1).length;
    }
    // A map joins road and lane, which are one class.
    const stuff = items
      .map(({ map }) => new Set((map as LabelMap).semantic(judge)))
      .reduce((sum, ids) => sum + Number(ids.has(7)) + Number(ids.has(11)), 0);
    const dropped = { "void-class-dropped": pixelsOf("ego", "dirt") };
    // Nobody says that "car" without a number is a group, but in COCO and YOLO other cars of the image do.
    const ungrouped = { "stuff-is-object": stuff + labelsOf("car") };
    const expected: Record<ObjectFormat, Record<string, number>> = {
      "coco-instances": { ...dropped, "stuff-not-written": pixelsOf("road", "lane", "sky") },
      labelme: { ...dropped, ...ungrouped },
      supervisely: { ...dropped, ...ungrouped },
      yolo: {
        ...dropped,
        "group-left-out": pixelsOf("car"),
        "object-split": split,
        "stuff-not-written": pixelsOf("road", "lane", "sky"),
      },
    };
    expect(split).toBeGreaterThan(0);
    const classes = ClassList.fromJSON({
      ...sceneClasses.toJSON(),
      classes: sceneClasses.classes.map((entry) => ({ ...entry, isThing: things.includes(entry.name) })),
    });
    for (const format of FORMATS) {
      const { issues, images } = await written(items, { ...writing(format), classes, photos });
      expect(images).toBe(7);
      const counts = issues.map(({ code, message }) => [code, Number(/^\d+/.exec(message)![0])]);
      expect(Object.fromEntries(counts), format).toEqual(expected[format]);
      for (const { message } of issues) {
        expect(message).toMatch(/^\d+ \w+ in \d images?, first in "\w+_000000_00000\d": .+\.$/);
      }
    }
  });

  it("is written image by image, and each map is made when its turn comes", async () => {
    for (const format of FORMATS) {
      const order: string[] = [];
      const sink = memorySink();
      function* lazy(): Generator<ItemToWrite> {
        for (let seed = 0; seed < 4; seed++) {
          const map = () => {
            order.push(`map ${seed}`);
            return drawScene(seed);
          };
          yield { name: `a_0_${seed}`, map };
        }
      }
      const spy = {
        write: (path: string, content: Uint8Array | string) => {
          order.push(path.includes("a_0_") ? `file ${/a_0_(\d)/.exec(path)![1]}` : "end");
          return sink.write(path, content);
        },
      };
      await writeSet(lazy(), spy, writing(format) as Parameters<typeof writeSet>[2]);
      const each = [0, 1, 2, 3].flatMap((seed) =>
        format === "coco-instances" ? [`map ${seed}`] : [`map ${seed}`, `file ${seed}`],
      );
      expect(order, format).toEqual([...each, "end"]);
    }
  });

  it("is read lazily: only the files of an image are read for its map, and again for the next call", async () => {
    const { items, photos } = drawSet();
    for (const format of ["labelme", "supervisely", "yolo"] as const) {
      const { source } = await written(items, { ...writing(format), photos });
      const reads: string[] = [];
      const spy: FileSource = {
        list: source.list,
        read: (path, first) => {
          reads.push(path);
          return source.read(path, first);
        },
      };
      const list = await itemsOf(await readSet(spy, reading(format)));
      const listing = reads.length;
      expect(listing, format).toBeLessThan(2);
      await list[2]!.map();
      const ofMap = reads.slice(listing);
      expect(ofMap.every((path) => path.includes(list[2]!.name))).toBe(true);
      await list[2]!.map();
      expect(reads.slice(listing)).toEqual([...ofMap, ...ofMap]);
    }
  });

  it("takes its photos along to the place of the layout, and finds them there", async () => {
    const { items, photos } = drawSet();
    const places: Record<ObjectFormat, RegExp> = {
      "coco-instances": /^(?:train|val)\/(\w+)\.bmp$/,
      labelme: /^(\w+)\.bmp$/,
      supervisely: /^(?:train|val)\/img\/(\w+)\.bmp$/,
      yolo: /^images\/(?:train|val)\/(\w+)\.bmp$/,
    };
    for (const format of FORMATS) {
      const { source, issues } = await written(items, { ...writing(format), photos });
      expect(issues.map(({ code }) => code)).not.toContain("photo-not-written");
      for (const { name, photo } of await itemsOf(await readSet(source, reading(format)))) {
        expect(places[format].exec(photo!)?.[1], format).toBe(name);
        expect(await source.read(photo!)).toEqual(await photos.read(`p/${name}.bmp`));
      }
    }
  });

  it("has the classes of its files", async () => {
    const { items, photos } = drawSet();
    const classesOf = async (format: ObjectFormat) => {
      const { source } = await written(items, { ...writing(format), photos });
      const { classes } = await (await readSet(source, reading(format))).classes();
      return classes.map(({ id, name, isThing }) => `${id} ${name}${isThing ? " thing" : ""}`);
    };
    const thingClasses = ["7 road thing", "11 sky thing", "26 car thing", "27 truck thing"];
    expect(await classesOf("coco-instances")).toEqual(thingClasses);
    expect(await classesOf("labelme")).toEqual(["1 road", "2 sky", "3 car", "4 truck"]);
    expect(await classesOf("supervisely")).toEqual(["1 road", "2 sky", "3 car", "4 truck"]);
    expect(await classesOf("yolo")).toEqual(["0 road", "1 sky", "2 car", "3 truck"]);
  });

  it("keeps names with folders, refuses those that may leave the set, and those that occur twice", async () => {
    const map = drawScene(1);
    for (const format of FORMATS) {
      const options = writing(format) as Parameters<typeof writeSet>[2];
      const inside = await written(
        [
          { name: "a/b c/d", map },
          { name: "a/e", map },
        ],
        writing(format),
      );
      const read = {
        ...reading(format),
        ...(format === "yolo" && { size: { width: map.width, height: map.height } }),
      };
      const set = await readSet(inside.source, read);
      // LabelMe's names start from the folder that all files are in.
      const names = format === "labelme" ? ["b c/d", "e"] : ["a/b c/d", "a/e"];
      expect(
        (await itemsOf(set)).map(({ name }) => name),
        format,
      ).toEqual(names);
      for (const name of ["../a", "/etc/a", "a/../../b", "a\\b", "C:a", "a//b", "", "a\u0000b"]) {
        const sink = memorySink();
        await expect(writeSet([{ name, map }], sink, options), name).rejects.toEqual(
          caught("FORMAT_INVALID", "may leave the folder"),
        );
        expect(sink.files.size).toBe(0);
      }
      const twice = [
        { name: "a", map },
        { name: "a", map },
      ];
      await expect(writeSet(twice, memorySink(), options), format).rejects.toEqual(
        caught("FORMAT_INVALID", "already there"),
      );
    }
  });

  it("is not written without a class list, and an unknown class is an error or void", async () => {
    const items = [{ name: "a", map: drawScene(3) }];
    const classes = ClassList.fromNames(["road"], { firstId: 1 });
    for (const format of FORMATS) {
      await expect(writeSet(items, memorySink(), { format })).rejects.toEqual(
        caught("OPTION_INVALID", "Give the class list"),
      );
      await expect(writeSet(items, memorySink(), { format, classes })).rejects.toMatchObject({
        code: "CLASS_UNKNOWN",
      });
      const { issues } = await writeSet(items, memorySink(), { format, classes, missing: "void" });
      expect(issues.map(({ code }) => code)).toContain("class-missing");
    }
    for (const format of ["label-studio", "segments-ai", "coco-stuff"]) {
      await expect(writeSet(items, memorySink(), { format: format as "voc", classes })).rejects.toEqual(
        caught("OPTION_INVALID", '"coco-instances"'),
      );
    }
  });

  it("is recognised from its folder alone", async () => {
    const { items, photos } = drawSet();
    for (const format of FORMATS) {
      const { source } = await written(items, { ...writing(format), photos });
      const found = await recognise(source);
      const sure = found.filter(({ confidence }) => confidence === "certain");
      expect(
        sure.map((each) => each.format.name),
        format,
      ).toEqual([format]);
      expect((await readSet(source)).format.name).toBe(format);
    }
  });

  it("gives candidates for a mixture of two formats", async () => {
    const { items, photos } = drawSet(3);
    for (const [one, other] of [
      ["yolo", "supervisely"],
      ["coco-instances", "labelme"],
      ["labelme", "supervisely"],
      ["yolo", "coco-instances"],
    ] as const) {
      const first = await written(items, { ...writing(one), photos });
      const second = await written(items, { ...writing(other), photos });
      const both = filesInMemory([
        ...[...first.files].map(([path, bytes]) => [`one/${path}`, bytes] as const),
        ...[...second.files].map(([path, bytes]) => [`two/${path}`, bytes] as const),
      ]);
      await expect(readSet(both), `${one} and ${other}`).rejects.toMatchObject({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringMatching(new RegExp(`(?=.*"${one}" \\(certain)(?=.*"${other}" \\(certain)`)),
      });
    }
  });

  it("has JSON that other programs parse, in UTF-8", async () => {
    const map = drawScene(2);
    const classes = ClassList.fromNames([
      'ro"ad: #1',
      "ciel é",
      "car",
      "truck",
      "lane",
      "sky",
      "road",
      "ego",
      "dirt",
    ]);
    for (const format of FORMATS) {
      const { files } = await written([{ name: "straße", map }], { ...writing(format), classes });
      const jsons = [...files].filter(([path]) => path.endsWith(".json"));
      for (const [path, bytes] of jsons) expect(() => JSON.parse(textOf(bytes)), path).not.toThrow();
    }
  });
});
