/** `labelmap decode` to a directory with outputs of other options: it replaces nothing unless it is told to. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { hashesIn } from "../support/batch-folder.js";
import { drawScene, LEGEND, put, rgbPng } from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";

function prepare() {
  const folder = makeFolder();
  const add = (name: string, legend: object = LEGEND) => {
    put(folder, `in/${name}.png`, rgbPng(drawScene(name.length)));
    put(folder, `in/${name}.json`, JSON.stringify({ legend }));
  };
  for (const name of ["a", "bb", "ccc"]) add(name);
  const run = (...flags: string[]) => runCli(["decode", "in", "--out", "out", ...flags], { cwd: folder });
  return { folder, add, run, hashes: () => hashesIn(`${folder}/out`) };
}

it.each([
  [[], ["--map", "semantic"], "--map, --dtype"],
  [["--map", "semantic"], [], "--map, --dtype"],
  [["--map", "semantic"], ["--map", "semantic", "--resize", "8x8"], "--resize"],
  [["--resize", "8x8"], ["--resize", "8x8", "--sampling", "nearest"], "--sampling"],
  [["--format", "voc"], ["--format", "voc", "--missing", "void"], "--missing"],
  [[], ["--snap", "3"], "--snap"],
])("after %j, it refuses %j", (first, second, flags) => {
  const { run, hashes } = prepare();
  expect(run(...first).code).toBe(0);
  const before = hashes();
  const refused = run(...second);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toBe(
    `labelmap: 3 masks were decoded to out with other options: ${flags}; choose another output directory, or add --force to decode again\n`,
  );
  expect(run(...second, "--dry-run")).toEqual(refused);
  expect(run(...second, "--dry-run", "--force")).toMatchObject({ code: 0, stderr: "" });
  expect(hashes()).toEqual(before);
  expect(run(...second, "--force")).toMatchObject({ code: 0, stdout: "out: 3 done\n" });
  expect(hashes()).not.toEqual(before);
  // Then these options are the directory's own.
  expect(run(...second).stdout).toBe("out: 0 done, 3 already up to date\n");
});

it("resumes with equal options, other formats, new masks and a longer list of classes", () => {
  const { run, add } = prepare();
  const flags = ["--map", "semantic", "--missing", "void"];
  expect(run(...flags).stdout).toBe("out: 3 done\n");
  expect(run(...flags, "--threads", "1", "--max-pixels", "1000", "--strict").code).toBe(0);
  expect(run(...flags, "--format", "png").stdout).toBe("out: 3 done\n");
  add("dddd", { ...LEGEND, "#0000ff": "sidewalk" });
  const { code, stderr } = run(...flags);
  expect([code, stderr]).toEqual([0, ""]);
});

it("refuses in a dry run what the run itself refuses, with the same words, and writes nothing", () => {
  const { folder, run, hashes } = prepare();
  expect(run("--map", "semantic").code).toBe(0);
  put(folder, "other.json", JSON.stringify({ version: 1, classes: [{ id: 7, name: "car" }] }));
  put(folder, "file", "no directory");
  put(folder, "broken/classes.json", "{");
  const before = hashes();
  const refused = [
    ["--map", "semantic", "--classes", "other.json"],
    ["--map", "semantic", "--out", "broken"],
    ["--out", "file"],
    ["--out", "s3://bucket/labels"],
  ];
  for (const flags of refused) {
    const dry = run(...flags, "--dry-run");
    expect(dry.code, flags.join(" ")).toBeGreaterThan(0);
    expect(dry).toEqual(run(...flags));
  }
  expect(hashes()).toEqual(before);
  for (const format of ["coco-panoptic", "voc", "npy"]) {
    expect(run("--format", format, "--map", "semantic", "--out", "new", "--dry-run").stderr).not.toContain(
      "made",
    );
    expect(existsSync(`${folder}/new`)).toBe(false);
  }
});
