/** The class list of an output directory: whatever is made there has its ids, wherever the list came from. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClassList } from "labelmap";
import { decodeLabelPng } from "labelmap/formats";
import { collectClasses } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { lockDirectory } from "../../cli/src/batch/lock.js";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";

const FORMATS = fileURLToPath(new URL("../fixtures/formats", import.meta.url));
const folder = makeFolder();
const masks = join(folder, "masks");
mkdirSync(masks);
for (const ending of ["png", "json"]) {
  cpSync(join(FIXTURES, `street-1080p-rgb-upng.${ending}`), join(masks, `street.${ending}`));
}
const run = (...args: string[]) => runCli(args, { cwd: folder });
const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
const write = (path: string, value: unknown) => writeFileSync(join(folder, path), JSON.stringify(value));
const idsOf = (path: string) =>
  read(path).classes.map(({ id, name }: { id: number; name: string }) => `${id} ${name}`);

const all = ClassList.fromResults([read("masks/street.json")]).toJSON();
/** The classes of the mask, numbered from 40. */
const list = { ...all, classes: all.classes.map((entry) => ({ ...entry, id: entry.id + 40 })) };
const semantic = (out: string, classes: string) =>
  run("decode", "masks", "--out", out, "--map", "semantic", "--resize", "8x8", "--classes", classes);

describe("a list given by --classes", () => {
  write("list.json", list);

  it("is kept, and `classes` and later outputs use its ids", () => {
    expect(semantic("out", "list.json").code).toBe(0);
    expect(read("out/classes.json")).toEqual(list);
    for (const ending of ["png", "json"]) {
      cpSync(join(masks, `street.${ending}`), join(folder, `out/street.${ending}`));
    }
    expect(run("classes", "out", "--write").stderr).toContain("none are new");
    expect(read("out/classes.json")).toEqual(list);
    const panoptic = ["--map", "panoptic", "--resize", "8x8", "--force"];
    expect(run("decode", "masks", "--out", "out", ...panoptic).code).toBe(0);
    expect(idsOf("out/npy/classes.json")).toEqual(list.classes.map(({ id, name }) => `${id} ${name}`));
  });

  it("is not extended while a run, which may extend it too, uses the directory", async () => {
    expect(semantic("busy", "list.json").code).toBe(0);
    write("busy/new.json", { legend: { "#010203": "unicorn" } });
    cpSync(join(masks, "street.png"), join(folder, "busy/new.png"));
    const unlock = await lockDirectory(join(folder, "busy"));
    const { code, stderr } = run("classes", "busy", "--write");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/BATCH_LOCKED: .*process \d+ uses it/)]);
    expect(read("busy/classes.json")).toEqual(list);
    await unlock();
    expect(run("classes", "busy", "--write").stderr).toContain("extended: unicorn");
    expect(idsOf("busy/classes.json").at(-1)).toMatch(/ unicorn$/);
    expect(existsSync(join(folder, "busy/.labelmap/lock"))).toBe(false);
  });

  it("may extend the list of the directory, or be its beginning", () => {
    const longer = { ...list, classes: [...list.classes, { id: 99, name: "unicorn" }] };
    write("longer.json", longer);
    for (const name of ["list", "longer", "list"]) expect(semantic("grown", `${name}.json`).code).toBe(0);
    expect(read("grown/classes.json")).toEqual(longer);
  });

  it("with other ids is refused, and nothing is written", () => {
    write("all.json", all);
    expect(semantic("refused", "list.json").code).toBe(0);
    const { code, stderr } = semantic("refused", "all.json");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--classes has different ids from refused\/classes\.json.*another output directory\n$/,
    );
    expect(read("refused/classes.json")).toEqual(list);
    expect(idsOf("refused/npy/classes.json")).toEqual(list.classes.map(({ id, name }) => `${id} ${name}`));
  });

  it("is not kept if the call is refused", () => {
    const things = ["--format", "coco-instances", "--things", "no-such-class"];
    const { code, stderr } = run("decode", "masks", "--out", "none", "--classes", "list.json", ...things);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--things: "no-such-class"')]);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  it("is named in the error if it is not a class list", () => {
    const { code, stderr } = semantic("none", "masks/street.json");
    expect([code, stderr]).toEqual([1, expect.stringContaining("CLASS_LIST_INVALID: masks/street.json: ")]);
  });
});

describe("labelmap classes", () => {
  it("refuses options for a new list if the list exists", () => {
    cpSync(masks, join(folder, "listed"), { recursive: true });
    expect(run("classes", "listed", "--write", "--first-id", "7").code).toBe(0);
    expect(read("listed/classes.json").classes[0].id).toBe(7);
    expect(run("classes", "listed", "--first-id", "1")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("listed/classes.json already exists"),
    });
  });

  it("finds the same masks as decode: endings in any case, and no hidden files", () => {
    const mixed = join(folder, "mixed");
    mkdirSync(mixed);
    for (const name of ["UP.PNG", "._street.png", ".hidden.png"]) {
      cpSync(join(masks, "street.png"), join(mixed, name));
    }
    for (const name of ["UP.json", ".hidden.json"]) cpSync(join(masks, "street.json"), join(mixed, name));
    const { code, stdout } = run("classes", "mixed", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { images: 1, failures: [] }]);
    expect(run("decode", "mixed", "--out", "made")).toMatchObject({ code: 0, stdout: "made: 1 done\n" });
  });
});

describe("labelmap decode --format voc", () => {
  it("refuses a list whose first object class is the background, and works in another directory", () => {
    cpSync(masks, join(folder, "voc-masks"), { recursive: true });
    expect(run("classes", "voc-masks", "--write").code).toBe(0);
    const decode = (out: string) => run("decode", "voc-masks", "--out", out, "--format", "voc");
    expect(decode("voc").code).toBe(0);
    const { code, stderr } = decode("voc-masks");
    const first = all.classes[0]!.name;
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`voc-masks/classes.json gives ${first} the id 0`),
    ]);
  });

  it("names the flag that creates a suitable list", () => {
    write("from-0.json", all);
    const { code, stderr } = run(
      "decode",
      "masks",
      "--out",
      "v",
      "--format",
      "voc",
      "--classes",
      "from-0.json",
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("make the list with --first-id 1")]);
  });
});

describe("the order of class ids", () => {
  const fixture = (name: string) => readFileSync(join(FORMATS, name));
  const put = (dir: string, name: string, legend: Record<string, string>) => {
    mkdirSync(join(folder, dir), { recursive: true });
    writeFileSync(join(folder, dir, `${name}.png`), fixture("cvat.png"));
    write(`${dir}/${name}.json`, { legend });
  };
  const cvat = JSON.parse(fixture("cvat-result.json").toString()).legend;

  it("puts the background at 0 in Pascal VOC, with the pixels of the mask", async () => {
    put("cvat", "a", cvat);
    expect(run("decode", "cvat", "--out", "cvat-voc", "--format", "voc").code).toBe(0);
    expect(idsOf("cvat-voc/classes.json")).toEqual(["0 background", "1 Cat", "2 Dog"]);
    const file = readFileSync(join(folder, "cvat-voc/voc/SegmentationClass/a.png"));
    const { data } = await decodeLabelPng(file);
    expect([0, 1, 2].map((id) => data.filter((found) => found === id).length)).toEqual([33, 6, 9]);
  });

  it.each([
    ["black", { "#307020": "Zebra", "#000000": "other", "#b07020": "Ape" }, ["0 other", "1 Ape", "2 Zebra"]],
    [
      "underlined",
      { "#307020": "Zebra", "#ffffff": "__Background__", "#b07020": "Ape" },
      ["0 __Background__", "1 Ape", "2 Zebra"],
    ],
    [
      "named",
      { "#307020": "Zebra", "#000000": "Ape", "#b07020": "background" },
      ["0 background", "1 Ape", "2 Zebra"],
    ],
    ["object", { "#307020": "Zebra", "#000000": "Ape # 1" }, ["1 Ape", "2 Zebra"]],
  ])("in Pascal VOC, with a background that is %s", (dir, legend, expected) => {
    put(dir, "a", legend as Record<string, string>);
    expect(run("decode", dir, "--out", `${dir}-voc`, "--format", "voc", "--missing", "void").code).toBe(0);
    expect(idsOf(`${dir}-voc/classes.json`)).toEqual(expected);
  });

  it("extends a list that has no background by it, as 0", () => {
    put("later", "a", { "#307020": "Cat", "#b07020": "Dog" });
    expect(run("decode", "later", "--out", "later-voc", "--format", "voc").code).toBe(0);
    put("later", "b", { ...cvat, "#010203": "Bird" });
    expect(run("decode", "later", "--out", "later-voc", "--format", "voc").code).toBe(0);
    expect(idsOf("later-voc/classes.json")).toEqual(["1 Cat", "2 Dog", "3 Bird", "0 background"]);
  });

  it("that has the background elsewhere is refused for Pascal VOC", () => {
    put("wrong", "a", cvat);
    mkdirSync(join(folder, "wrong-voc"));
    write("wrong-voc/classes.json", ClassList.fromNames(["Cat", "background", "Dog"]));
    const { code, stderr } = run("decode", "wrong", "--out", "wrong-voc", "--format", "voc");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("classes.json gives background the id 1, but VOC's background is 0"),
    ]);
    // As void it has no class, which is as good as 0.
    mkdirSync(join(folder, "void-voc"));
    const voided = ClassList.fromNames(["Cat", "Dog"], { firstId: 1, void: ["background"] });
    write("void-voc/classes.json", voided);
    expect(run("decode", "wrong", "--out", "void-voc", "--format", "voc").code).toBe(0);
  });

  it("keeps 0 for the background if an earlier list is empty, and gives no id that is taken", async () => {
    const legend = { "#307020": "Ape", "#b07020": "background", "#010203": "Bird" };
    const collect = async (earlier: ClassList) => {
      const { classes } = await collectClasses([JSON.stringify({ legend })], { earlier, background: true });
      return classes.classes.map(({ id, name }) => `${id} ${name}`);
    };
    expect(await collect(ClassList.fromNames([]))).toEqual(["1 Ape", "2 Bird", "0 background"]);
    expect(await collect(ClassList.fromNames(["Cat"]))).toEqual(["0 Cat", "1 Ape", "2 Bird", "3 background"]);
    const voidIs0 = ClassList.fromNames(["Cat"], { firstId: 1, voidId: 0 });
    expect(await collect(voidIs0)).toEqual(["1 Cat", "2 Ape", "3 Bird", "4 background"]);
  });

  it("is that of the file of --legend, and sorted if each mask has its own result", () => {
    put("ordered", "a", { "#307020": "Zebra", "#000000": "other", "#b07020": "Ape" });
    const decode = (out: string, ...more: string[]) =>
      run("decode", "ordered/a.png", "--out", out, "--map", "semantic", ...more).code;
    expect(decode("from-file", "--legend", "ordered/a.json")).toBe(0);
    expect(idsOf("from-file/classes.json")).toEqual(["0 Zebra", "1 other", "2 Ape"]);
    expect(decode("from-results")).toBe(0);
    expect(idsOf("from-results/classes.json")).toEqual(["0 Ape", "1 Zebra", "2 other"]);
  });

  it("leaves out names of --void and --ignore that have commas, and says which no result has", () => {
    const legend = {
      "#307020": "chest of drawers, bureau",
      "#000000": "bureau",
      "#b07020": "table, with a cloth, round",
    };
    put("commas", "a", legend);
    const { code, stderr } = run("classes", "commas", "--write", "--void", "chest of drawers, bureau, lamp");
    expect([code, stderr]).toEqual([0, expect.stringContaining('no result has the name "lamp" of --void')]);
    expect(idsOf("commas/classes.json")).toEqual(["0 bureau", "1 table, with a cloth, round"]);
    expect(read("commas/classes.json").void).toEqual(["chest of drawers, bureau", "lamp"]);
    put("quoted", "a", legend);
    const quoted = run("classes", "quoted", "--write", "--ignore", '"table, with a cloth, round", bureau');
    expect([quoted.code, quoted.stderr]).toEqual([0, expect.not.stringContaining("warning")]);
    expect(idsOf("quoted/classes.json")).toEqual(["0 chest of drawers, bureau"]);
    expect(run("classes", "quoted", "--void", '"bureau')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("double quotes must end with one"),
    });
  });
});

describe("labelmap decode --format cityscapes", () => {
  const decode = (...more: string[]) =>
    run("decode", "masks", "--out", "city", "--format", "cityscapes", ...more);

  it("accepts labels for classes that have another name in Cityscapes", () => {
    const { code, stderr } = decode();
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /"trunk" is not .* in the file of --labels\. --missing void makes all pixels of this class void/,
      ),
    ]);
    const labels = Object.fromEntries(all.classes.map(({ name }) => [name, "static"]));
    write("labels.json", { ...labels, trunk: "vegetation" });
    expect(decode("--labels", "labels.json").code).toBe(0);
    expect(decode("--missing", "void", "--force").code).toBe(0);
  });

  it.each([
    ["no-label.json", { trunk: "tree" }, '--labels: "trunk" is "tree"; give the name of a Cityscapes label'],
    ["array.json", [1], "--labels"],
  ])("refuses %s", (name, labels, words) => {
    write(name, labels);
    expect(decode("--labels", name)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });
});
