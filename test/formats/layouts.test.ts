/** The layouts of public data sets: each is read pixel by pixel, written in other formats, and recognised from its folder. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type DataSet,
  FORMATS,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  type SetFormat,
  type SetItem,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import {
  type DrawnItem,
  type DrawnLayout,
  drawAde20k,
  drawBdd100k,
  drawCamVid,
  drawChallenge,
  drawKitti,
  drawSegNet,
  drawSynthia,
  drawVistas,
} from "../support/layouts.js";
import { inOrder } from "../support/scenes.js";

beforeAll(() => init());

interface Case {
  readonly format: SetFormat;
  readonly draw: () => DrawnLayout;
  /** Whether a pixel of this class and number is of an object that is told apart. */
  readonly isObject: (classId: number, object: number) => boolean;
  /** How sure the listing alone is. Default `likely`. */
  readonly listing?: "certain";
  /** The class ids that the class list calls void. */
  readonly void?: readonly number[];
}

const never = () => false;
const isNumbered = (_: number, object: number) => object > 0;

const CASES: Readonly<Record<string, Case>> = {
  kitti: { format: "kitti", draw: drawKitti, isObject: isNumbered },
  "vistas 2.0": {
    ...{ format: "mapillary-vistas", draw: () => drawVistas("v2.0"), void: [4] },
    isObject: (classId) => classId === 0 || classId === 2,
  },
  "vistas without a release": {
    ...{ format: "mapillary-vistas", draw: () => drawVistas(null), void: [4] },
    isObject: (classId) => classId === 0 || classId === 2,
  },
  "bdd100k pan_seg": {
    ...{ format: "bdd100k", draw: () => drawBdd100k("pan_seg") },
    isObject: (classId) => classId > 30,
  },
  "bdd100k ins_seg": { format: "bdd100k", draw: () => drawBdd100k("ins_seg"), isObject: isNumbered },
  "bdd100k sem_seg": { format: "bdd100k", draw: () => drawBdd100k("sem_seg"), isObject: never },
  synthia: { format: "synthia", draw: () => drawSynthia(), isObject: isNumbered },
  "synthia sequences": {
    format: "synthia",
    draw: () => drawSynthia("Stereo_Left/Omni_F/"),
    isObject: isNumbered,
  },
  "ade20k json": {
    ...{ format: "ade20k", draw: () => drawAde20k("json"), listing: "certain" },
    isObject: isNumbered,
  },
  "ade20k atr": {
    ...{ format: "ade20k", draw: () => drawAde20k("atr"), listing: "certain" },
    isObject: isNumbered,
  },
  "ade20k challenge": { format: "ade20k", draw: () => drawChallenge(), isObject: never },
  camvid: { format: "camvid", draw: () => drawCamVid(), isObject: never, void: [30] },
  segnet: { format: "camvid", draw: drawSegNet, isObject: never },
};

async function itemsOf(set: DataSet): Promise<SetItem[]> {
  const items: SetItem[] = [];
  for await (const item of set) items.push(item);
  return items;
}

/** What must be found: class ids, 255 for none, and the areas of objects. */
function expected({ width, height, classes, objects }: DrawnItem, { isObject }: Case) {
  const keys = classes.map((id, pixel) =>
    id >= 0 && isObject(id, objects[pixel]!) ? (id + 1) * 100_000 + objects[pixel]! : 0,
  );
  return { size: [width, height], classes: classes.map((id) => (id < 0 ? 255 : id)), objects: inOrder(keys) };
}

function found(map: LabelMap) {
  return {
    size: [map.width, map.height],
    classes: [...map.semantic()],
    objects: inOrder(map.instance()),
  };
}

describe.each(Object.entries(CASES))("%s", (_, given) => {
  const { format, draw } = given;
  const read = async () => readSet(filesInMemory(draw().files), { format } as { format: "kitti" });

  it("has the classes and objects of every pixel, and the photos and parts", async () => {
    const { items } = draw();
    const set = await read();
    expect([set.format.name, set.count]).toEqual([format, items.length]);
    const all = await itemsOf(set);
    expect(all.map(({ name, split, photo }) => ({ name, split, photo }))).toEqual(
      items.map(({ name, split, photo }) => ({ name, split, photo })),
    );
    for (const [place, item] of all.entries()) {
      const map = await item.map();
      expect(found(map), item.name).toEqual(expected(items[place]!, given));
      // A label is there for what occurs, and for nothing else.
      expect(map.labels.every(({ pixelCount, index }, at) => pixelCount > 0 && index === at)).toBe(true);
      expect(item.issues).toEqual([]);
      expect(map.issues).toEqual([]);
    }
  });

  it("has a class list with the ids and names of the maps", async () => {
    const set = await read();
    const classes = await set.classes();
    const names = new Map(classes.classes.map(({ id, name }) => [id, name]));
    for (const item of await itemsOf(set)) {
      for (const { classId, className } of (await item.map()).labels) {
        if (given.void?.includes(classId as number)) expect(classes.void).toContain(className);
        else expect([classId, names.get(classId as number)]).toEqual([classId, className]);
      }
    }
  });

  it("is the same after COCO panoptic, Pascal VOC and a folder of masks", async () => {
    const { items } = draw();
    const set = await read();
    const { classes: entries, void: voidNames } = await set.classes();
    // Pascal VOC has 0 for the background and 254 classes, so the classes that occur are numbered from 1.
    const maps = await Promise.all((await itemsOf(set)).map(({ map }) => map()));
    const used = new Set(maps.flatMap(({ labels }) => labels.map(({ className }) => className)));
    const renumbered = ClassList.fromNames(
      entries.filter(({ name }) => used.has(name)).map(({ name }) => name),
      { firstId: 1, void: voidNames },
    );
    const idOf = new Map(entries.map(({ id, name }) => [id, name]));
    for (const target of ["coco-panoptic", "voc", "mask-folder"] as const) {
      const sink = memorySink();
      const own = target === "voc" ? { classes: renumbered } : {};
      const { images } = await writeSet(set, sink, { format: target, ...own } as { format: "voc" });
      expect(images).toBe(items.length);
      const back = await readSet(filesInMemory(sink.files), { format: target } as { format: "voc" });
      const judge = target === "voc" ? renumbered : await set.classes();
      for (const [place, item] of (await itemsOf(back)).entries()) {
        const map = await item.map();
        const drawn = items[place]!;
        const wanted = expected(drawn, given);
        const classes = drawn.classes.map((id) =>
          id < 0 || given.void?.includes(id) ? judge.voidId : judge.idOf(idOf.get(id)!)!,
        );
        const ofMap = target === "voc" ? map.semantic() : map.semantic(judge);
        expect([...ofMap], `${target} ${item.name}`).toEqual(classes);
        expect(inOrder(map.instance()), `${target} ${item.name}`).toEqual(wanted.objects);
      }
    }
  });

  it("keeps its ids in Pascal VOC, unless one is above 254 or is the 0 of an object", async () => {
    const { items } = draw();
    const set = await read();
    const sink = memorySink();
    const fits = items.every(({ classes, objects }) =>
      classes.every((id, pixel) => id < 255 && !(id === 0 && given.isObject(0, objects[pixel]!))),
    );
    const writing = writeSet(set, sink, { format: "voc" });
    if (!fits) {
      await expect(writing).rejects.toMatchObject({ code: "VALUE_OUT_OF_RANGE" });
      return;
    }
    await writing;
    const back = await itemsOf(await readSet(filesInMemory(sink.files), { format: "voc" }));
    for (const [place, item] of back.entries()) {
      const wanted = items[place]!.classes.map((id) => (id < 0 || given.void?.includes(id) ? 255 : id));
      expect([...(await item.map()).semantic()], item.name).toEqual(wanted);
    }
  });

  it("is recognised, with certainty if files are looked into, and likely from its listing", async () => {
    const source = filesInMemory(draw().files);
    const names = async (options: object) =>
      (await recognise(source, options))
        .filter(({ format: { set } }) => set !== undefined)
        .map(({ format: { name }, confidence }) => `${name} ${confidence}`);
    const sure = await names({});
    expect(sure[0]).toBe(`${format} certain`);
    expect(sure.filter((name) => name.endsWith("certain"))).toHaveLength(1);
    const listing = await names({ contents: false });
    expect(listing[0]).toBe(`${format} ${given.listing ?? "likely"}`);
    const set = await readSet(source);
    expect(set.format.name).toBe(format);
    const { reason } = (await recognise(source))[0]!;
    expect(Object.keys(draw().files)).toContain(/^"([^"]+)" /.exec(reason)?.[1]);
  });

  it("is read by part, lazily, and with checked options", async () => {
    const { files, items } = draw();
    const memory = filesInMemory(files);
    const reads: string[] = [];
    const spy = {
      list: memory.list,
      read: (path: string, first?: number) => {
        reads.push(path);
        return memory.read(path, first);
      },
    };
    await readSet(spy, { format } as { format: "kitti" });
    expect(reads.filter((path) => path.endsWith(".png"))).toEqual([]);
    const { split } = items[0]!;
    if (split !== null) {
      const part = await readSet(memory, { format, split } as { format: "kitti" });
      expect(part.count).toBe(items.filter((item) => item.split === split).length);
      await expect(
        readSet(memory, { format, split: "nowhere" } as { format: "kitti" }),
      ).rejects.toMatchObject({
        code: "FORMAT_INVALID",
      });
    }
    for (const wrong of [{ color: 1 }, { classes: 1 }]) {
      const options = { format, ...wrong } as unknown as { format: "kitti" };
      const reading = readSet(memory, options).then(async (set) => (await itemsOf(set))[0]!.map());
      await expect(reading).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
  });

  it("names the file of a damaged mask, and refuses a mask without pixels or of another size limit", async () => {
    const { files, items } = draw();
    const mask = (await itemsOf(await read()))[0]!;
    const { name } = mask;
    const damaged = Object.fromEntries(
      Object.entries(files).map(([path, bytes]) => {
        const isMask = path.includes(items[0]!.name) && typeof bytes !== "string";
        return [path, isMask ? bytes.slice(0, 40) : bytes];
      }),
    );
    const set = await readSet(filesInMemory(damaged), { format } as { format: "kitti" });
    const item = (await itemsOf(set)).find((each) => each.name === name)!;
    await expect(item.map()).rejects.toMatchObject({
      code: expect.stringMatching(/^PNG_/),
      message: expect.stringContaining(name),
    });
    const small = await readSet(filesInMemory(files), { format, maxPixels: 3 } as { format: "kitti" });
    await expect((await itemsOf(small))[0]!.map()).rejects.toMatchObject({ code: "PNG_TOO_LARGE" });
  });

  it("is not looked for in a folder of other files, nor taken from two folders at once", async () => {
    await expect(
      readSet(filesInMemory({ "a/b.png": "x" }), { format } as { format: "kitti" }),
    ).rejects.toMatchObject({ code: "FORMAT_INVALID", message: expect.stringContaining("no mask is found") });
    const twice = Object.entries(draw().files).flatMap(([path, bytes]) => [
      [`one/${path}`, bytes] as const,
      [`two/${path}`, bytes] as const,
    ]);
    await expect(readSet(filesInMemory(twice), { format } as { format: "kitti" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("there are 2 sets in the folder"),
    });
  });

  it("is not written", async () => {
    await expect(
      writeSet([], memorySink(), { format } as unknown as { format: "voc" }),
    ).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(`"${format}" is read, but not written`),
    });
    expect(FORMATS.find(({ name }) => name === format)).toMatchObject({ reads: true, writes: false });
  });
});
