/** What `labelmap decode` has written is read by the other commands, or they say why not and what to do. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { drawScene, LEGEND, put, rgbPng } from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";

/** Three masks, each with its own result and a photo. The labels have numbers, which COCO and YOLO need. */
function makeMasks(): string {
  const folder = makeFolder();
  const legend = { "#ff0000": "car # 1", "#00ff00": "tree # 1", "#0000ff": "road" };
  for (const seed of [0, 1, 2]) {
    put(folder, `in/m${seed}.png`, rgbPng(drawScene(seed)));
    put(folder, `in/m${seed}.json`, JSON.stringify({ legend }));
  }
  return folder;
}

function decode(folder: string, flags: readonly string[]): void {
  const { code, stderr } = runCli(["decode", "in", "--out", "out", "-q", ...flags], { cwd: folder });
  expect([code, stderr]).toEqual([0, ""]);
}

it.each([
  ["npy", "--map", "semantic"],
  ["png", "--map", "semantic"],
  ["coco-panoptic"],
  ["coco-instances"],
  ["cityscapes", "--missing", "void"],
  ["voc"],
])("reads %s %s %s", (format, ...flags) => {
  const folder = makeMasks();
  decode(folder, ["--format", format, ...flags]);
  for (const source of ["out", `out/${format}`]) {
    const read = runCli(["inspect", source, "-q", "--json"], { cwd: folder });
    expect([read.code, read.stderr]).toEqual([0, ""]);
    expect(JSON.parse(read.stdout)).toMatchObject({ images: 3, failed: 0 });
  }
});

it.each([
  ["npy", "label", "the number of a label"],
  ["npy", "instance", "the number of an object"],
  ["npy", "panoptic", "a class id times the divisor"],
  ["png", "label", "the number of a label"],
  ["png", "instance", "the number of an object"],
])("says what the values of %s --map %s are", (format, map, values) => {
  const folder = makeMasks();
  const flags = format === "png" ? ["--dtype", "uint16"] : [];
  decode(folder, ["--format", format, "--map", map, ...flags]);
  const said = `the files in ${format}/ were made with --map ${map}: each value is ${values}`;
  const remedy = "decode those masks with --map semantic to another directory";
  for (const [command, ...args] of [
    ["inspect", "out"],
    ["inspect", `out/${format}`],
    ["convert", "out", "--to", "voc", "--out", "new"],
    ["compare", "in", "out"],
  ]) {
    const { code, stderr } = runCli([command!, ...args, "-q"], { cwd: folder });
    expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining(said)]);
    expect(stderr).toContain(remedy);
  }
  // A list of classes would make class ids of the values.
  put(folder, "out/classes.json", JSON.stringify({ classes: [{ id: 0, name: "car" }] }));
  const { code, stdout, stderr } = runCli(["doctor", "out", "--json"], { cwd: folder });
  expect([code, stderr]).toEqual([1, ""]);
  const { findings, next } = JSON.parse(stdout);
  expect(findings).toMatchObject([{ code: "values-not-ids", severity: "error" }]);
  expect(findings[0].message).toContain(said);
  expect(next.text).toContain(remedy);
});

it("says how to read YOLO without photos, and reads it so", () => {
  const folder = makeMasks();
  decode(folder, ["--format", "yolo"]);
  const { code, stdout } = runCli(["inspect", "out"], { cwd: folder });
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining(`or give --read size='{"width":W,"height":H}'`),
  ]);
  const size = `size={"width":24,"height":16}`;
  expect(runCli(["inspect", "out", "--read", size], { cwd: folder }).code).toBe(0);
});

it("reads masks whose own legend is given, and arrays that another program has listed", () => {
  const folder = makeMasks();
  decode(folder, ["--format", "png", "--map", "label", "--dtype", "uint16"]);
  put(folder, "ids.json", JSON.stringify({ 0: "car", 1: "tree", 2: "road" }));
  const flags = ["--legend", "ids.json", "--encoding", "grey", "--json"];
  const { code, stdout } = runCli(["inspect", "out", ...flags], { cwd: folder });
  expect([code, JSON.parse(stdout).failed]).toEqual([0, 0]);

  decode(folder, ["--map", "semantic", "--out", "ids"]);
  mkdirSync(join(folder, "other"));
  for (const name of ["m0.npy", "classes.json"])
    copyFileSync(join(folder, "ids/npy", name), join(folder, "other", name));
  put(folder, "other/manifest.jsonl", '{"file":"m0.npy"}\n');
  expect(runCli(["inspect", "other"], { cwd: folder }).code).toBe(0);
});

it("asks for the class list of arrays that have none, and the doctor does not ask for other copies", () => {
  const folder = makeMasks();
  decode(folder, ["--map", "semantic"]);
  put(folder, "bare/x", "");
  copyFileSync(join(folder, "out/npy/m0.npy"), join(folder, "bare/m0.npy"));
  const remedy = 'add the file, such as { "classes": [{ "id": 0, "name": "road" }] }.';
  const { stdout } = runCli(["inspect", "bare"], { cwd: folder });
  expect(stdout.split(remedy)).toHaveLength(3);
  expect(stdout).not.toContain("toJSON");
  const doctor = runCli(["doctor", "bare"], { cwd: folder });
  expect(doctor.stdout).toContain(remedy);
  expect(doctor.stdout).not.toContain("export");
  // The example is enough.
  const classes = Object.keys(LEGEND).map((_, id) => ({ id, name: `class ${id}` }));
  put(folder, "bare/classes.json", JSON.stringify({ classes }));
  expect(runCli(["inspect", "bare"], { cwd: folder }).code).toBe(0);
});
