/** Exports of Label Studio: a task is an image, called like its photo, wherever Label Studio had it from. */
import { beforeAll, describe, expect, it } from "vitest";
import { filesInMemory, readSet, recognise } from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { bmpOf, itemsOf } from "../support/set-drawing.js";

beforeAll(() => init());

const format = "label-studio";
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

/** A rectangle in percent, in an image of 4×2 pixels. */
const region = (label: string, left = 0, more: object = {}) => ({
  ...{ id: label, from_name: "label", to_name: "image", type: "rectanglelabels" },
  ...{ original_width: 4, original_height: 2, image_rotation: 0 },
  value: { x: left, y: 0, width: 50, height: 100, rotation: 0, rectanglelabels: [label] },
  ...more,
});
const polygon = {
  ...region("bus"),
  type: "polygonlabels",
  value: {
    points: [
      [50, 0],
      [100, 0],
      [100, 100],
      [50, 100],
    ],
    polygonlabels: ["bus"],
  },
};
const annotation = (...result: object[]) => ({ id: 1, was_cancelled: false, result });
const task = (id: number, image: string, ...annotations: object[]) => ({ id, data: { image }, annotations });
const read = (tasks: unknown, files: Record<string, string | Uint8Array> = {}, options: object = {}) =>
  readSet(filesInMemory({ "project-1.json": JSON.stringify(tasks), ...files }), { format, ...options });

describe("an export of Label Studio", () => {
  it("has an image for each task, with the classes of all of them", async () => {
    const tasks = [
      task(3, "/data/upload/1/1a2b3c4d-street%20one.jpg", annotation(region("car"), polygon)),
      task(4, "s3://bucket/deep/b.png?x=1", annotation(region("sky", 50))),
      task(5, "/data/local-files/?d=photos%2Fc.jpeg", annotation(region("car"))),
      {
        ...task(6, "https://host.example/d.webp#top"),
        annotations: undefined,
        completions: [annotation(region("car"))],
      },
      { id: 7, data: { text: "no image" }, annotations: [annotation(region("van"))] },
      { id: 8, data: { photo: "e.jpg", note: "f.txt" }, annotations: [annotation(region("car"))] },
    ];
    const files = {
      "photos/street one.jpg": "",
      "b.png": "",
      "uploads/c.jpeg": "",
      "x/d.webp": "",
      "y/d.webp": "",
    };
    const set = await read(tasks, files);
    const items = await itemsOf(set);
    expect(items.map(({ name, photo, split }) => [name, photo, split])).toEqual([
      ["b", "b.png", null],
      ["c", "uploads/c.jpeg", null],
      ["d", null, null],
      ["e", null, null],
      ["street one", "photos/street one.jpg", null],
      ["task-7", null, null],
    ]);
    const map = await items[4]!.map();
    expect([...map.data]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    expect(map.labels.map(({ name }) => name)).toEqual(["car # 1", "bus # 1"]);
    const classes = await set.classes();
    expect(classes.classes.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "1 bus",
      "2 car",
      "3 sky",
      "4 van",
    ]);
    expect([...map.semantic(classes)]).toEqual([2, 2, 1, 1, 2, 2, 1, 1]);
    expect(set.reason).toBe("Label Studio: project-1.json (6 tasks).");
    // A photo keeps its upload's name if it is there under that name.
    const upload = await itemsOf(await read([tasks[0]], { "1a2b3c4d-street one.jpg": "" }));
    expect(upload[0]!.photo).toBe("1a2b3c4d-street one.jpg");
  });

  it("tells tasks of one name by their ids, and counts those that nobody annotated", async () => {
    const skipped = { ...annotation(region("car")), was_cancelled: true };
    const set = await read([
      task(1, "a/same.jpg", annotation(region("car"))),
      task(2, "b/same.jpg", annotation(region("car"))),
      task(3, "c.jpg"),
      task(4, "d.jpg", skipped),
      task(5, "..%2F..\\.jpg", annotation(region("car"))),
    ]);
    expect((await itemsOf(set)).map(({ name }) => name)).toEqual(["same-1", "same-2", "task-5"]);
    expect(set.issues).toEqual([
      {
        code: "task-without-annotation",
        path: "project-1.json",
        message:
          'project-1.json: 2 tasks have no annotation that was not skipped, first "project-1.json[2]".',
      },
    ]);
    await expect(read([task(3, "c.jpg"), task(4, "d.jpg", skipped)])).rejects.toEqual(
      caught("FORMAT_INVALID", "project-1.json: no task has an annotation that was not skipped"),
    );
  });

  it("takes the size of a task without regions from its photo, or from the option", async () => {
    const tasks = [task(1, "a.bmp", annotation()), task(2, "b.bmp", annotation(region("car")))];
    const photo = bmpOf({ width: 7, height: 3 });
    const [a, b] = await itemsOf(await read(tasks, { "a.bmp": photo, "b.bmp": photo }));
    expect([(await a!.map()).width, (await b!.map()).width]).toEqual([7, 4]);
    const [without] = await itemsOf(await read(tasks));
    await expect(without!.map()).rejects.toEqual(
      caught(
        "FORMAT_INVALID",
        "project-1.json[0]: Label Studio: annotations[0].result: has no region with an area",
      ),
    );
    const [sized] = await itemsOf(await read(tasks, {}, { size: { width: 9, height: 9 } }));
    expect((await sized!.map()).width).toBe(9);
  });

  it("passes its options on, and names the file, the task and the key of what is malformed", async () => {
    const tasks = [task(1, "a.jpg", annotation(region("sky"), region("sky", 50), region("car")))];
    const [item] = await itemsOf(await read(tasks, {}, { things: ["car"], order: "area" }));
    const { labels } = await item!.map();
    expect(labels.map(({ name, isThing }) => [name, isThing])).toEqual([
      ["sky", false],
      ["car # 1", true],
    ]);
    await expect(read(tasks, {}, { annotation: 1 })).rejects.toEqual(
      caught("OPTION_INVALID", '"annotation"'),
    );
    const [broken] = await itemsOf(
      await read([...tasks, task(2, "b.jpg", annotation(region("car"), null as never))]).then((set) => set),
    );
    expect(broken!.name).toBe("a");
    const [, second] = await itemsOf(
      await read([...tasks, task(2, "b.jpg", annotation(region("car"), null as never))]),
    );
    await expect(second!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "project-1.json[1]: Label Studio: annotations[0].result[1]: is null"),
    );
  });

  it("is recognised by its content, and other JSON beside it is ignored", async () => {
    const json = JSON.stringify([task(1, "a.jpg", annotation(region("car"), polygon))]);
    const source = filesInMemory({
      "export.json": json,
      "package.json": "{}",
      "min.json": '[{"image":"a.jpg","label":[]}]',
    });
    const certain = (await recognise(source)).filter(({ confidence }) => confidence === "certain");
    expect(certain.map((each) => each.format.name)).toEqual([format]);
    expect((await readSet(source)).reason).toBe("Label Studio: export.json (1 task).");
    await expect(readSet(filesInMemory({ "min.json": '[{"image":"a.jpg"}]' }), { format })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected project-….json"),
    );
  });
});
