/** Folders of NumPy arrays with one class list: classes and objects come back, and the loss is in words. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  encodeNpy,
  encodeNpz,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { drawScene, sceneClasses } from "../support/scenes.js";
import { drawSet, factsOf, itemsOf, judge, textOf, written } from "../support/set-drawing.js";

expectPythonInCi();
beforeAll(() => init());

const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
const row = (...values: number[]) => ({ width: values.length, height: 1, data: Uint8Array.from(values) });
const list = JSON.stringify(ClassList.fromNames(["road", "car"], { firstId: 1 }));

describe("a folder of arrays", () => {
  it("has the classes, and as .npz the objects too, with photos and the class list", async () => {
    const { items, photos } = drawSet();
    for (const format of ["npy", "npz"] as const) {
      const { source, files, issues } = await written(items, { format, classes: judge, photos });
      const set = await readSet(source, { format });
      const found = await itemsOf(set);
      for (const { name, map, photo, split } of found) {
        const drawn = items.find((item) => item.name === name)!.map as LabelMap;
        const expected = factsOf(drawn);
        const none = expected.objects.map(() => 0);
        expect(factsOf(await map()), name).toEqual(
          format === "npz" ? expected : { ...expected, objects: none },
        );
        expect([photo, split]).toEqual([`${name}.bmp`, null]);
      }
      expect((await set.classes()).toJSON()).toEqual(judge.toJSON());
      expect(JSON.parse(textOf(files.get("classes.json")!))).toEqual(judge.toJSON());
      const objects = items.flatMap(({ map }) =>
        (map as LabelMap).labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0),
      ).length;
      const lost = issues.filter(({ code }) => code !== "void-class-dropped");
      expect(lost.map(({ code, message }) => [code, Number.parseInt(message, 10)])).toEqual(
        format === "npy" ? [["number-not-written", objects]] : [],
      );
      expect((await readSet(source)).format.name).toBe(format);
      expect((await recognise(source))[0]).toMatchObject({ confidence: "certain", format: { name: format } });
    }
  });

  itWithPython("is what NumPy loads, in the smallest type that has all ids of the list", async () => {
    const map = drawScene(4);
    const cases = [
      [255, "uint8"],
      [65_535, "uint16"],
      [70_000, "int32"],
    ] as const;
    for (const [voidId, dtype] of cases) {
      const classes = ClassList.fromJSON({
        ...sceneClasses.toJSON(),
        voidId,
        ignoreId: voidId,
        ignore: [],
        void: ["ego", "dirt"],
      });
      const { files } = await written([{ name: "a", map }], { format: "npz", classes });
      const script = `
arrays = np.load("a.npz")
print(json.dumps({name: {"dtype": str(arrays[name].dtype), "shape": list(arrays[name].shape), "values": arrays[name].ravel().tolist()} for name in arrays}))`;
      const { printed } = runPython(script, { "a.npz": files.get("a.npz")! });
      const shape = [map.height, map.width];
      expect(printed).toEqual({
        semantic: { dtype, shape, values: [...map.semantic(classes)] },
        instance: { dtype: "int32", shape, values: [...map.instance()] },
      });
    }
  });

  it("takes the class list of the nearest folder, or of the options", async () => {
    const other = JSON.stringify(ClassList.fromNames(["lane", "bus"], { firstId: 1 }));
    const files = {
      "classes.json": list,
      "a/b.npy": encodeNpy(row(1, 2, 255)),
      "c/d.npy": encodeNpy({ ...row(1, 2, 255), data: Int32Array.of(2, -1, 1) }),
      "c/classes.json": other,
    };
    const namesIn = async (options: object = {}) => {
      const items = await itemsOf(await readSet(filesInMemory(files), { format: "npy", ...options }));
      const maps = await Promise.all(items.map(({ map }) => map()));
      return maps.map(({ data, labels }) => [...data].map((label) => labels[label]?.name ?? "."));
    };
    expect(await namesIn()).toEqual([
      ["road", "car", "."],
      ["bus", ".", "lane"],
    ]);
    const classes = ClassList.fromNames(["x", "y"], { firstId: 1 });
    expect(await namesIn({ classes })).toEqual([
      ["x", "y", "."],
      ["y", ".", "x"],
    ]);
  });

  it("names the file of what is missing or malformed", async () => {
    const first = async (files: Record<string, string | Uint8Array>, format: "npy" | "npz") => {
      const [item] = await itemsOf(await readSet(filesInMemory(files), { format }));
      return item!.map();
    };
    const wrong: [Record<string, string | Uint8Array>, "npy" | "npz", string, string][] = [
      [{ "a.npy": encodeNpy(row(1)) }, "npy", "FORMAT_INVALID", "a.npy: there is no classes.json"],
      [{ "a.npy": encodeNpy(row(1)), "classes.json": "{" }, "npy", "CLASS_LIST_INVALID", "classes.json: "],
      [{ "a.npy": encodeNpy(row(9)), "classes.json": list }, "npy", "CLASS_UNKNOWN", "a.npy: "],
      [{ "a.npy": "text", "classes.json": list }, "npy", "FORMAT_INVALID", "a.npy: "],
      [
        { "a.npz": encodeNpz({ labels: row(1) }), "classes.json": list },
        "npz",
        "FORMAT_INVALID",
        'a.npz: .npz: the array "semantic" is missing; there are "labels"',
      ],
      [
        { "a.npz": encodeNpz({ semantic: row(1), instance: row(1, 2) }), "classes.json": list },
        "npz",
        "OPTION_INVALID",
        "instances",
      ],
    ];
    for (const [files, format, code, text] of wrong) {
      await expect(first(files, format), text).rejects.toEqual(caught(code, text));
    }
    await expect(readSet(filesInMemory({ "a.txt": "" }), { format: "npy" })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected NAME.npy"),
    );
    const classes = ClassList.fromNames(["road"]);
    await expect(
      writeSet([{ name: "a", map: drawScene(3) }], memorySink(), { format: "npz", classes }),
    ).rejects.toMatchObject({ code: "CLASS_UNKNOWN" });
  });
});
