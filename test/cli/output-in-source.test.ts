/** An output directory below the source: it works for every command that decodes, and its files are never read as masks. */
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashesIn } from "../support/batch-folder.js";
import { put, putMasks } from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";

/** `in/` has masks with one legend for all, so it is a data set. `link` is another name of it. */
function prepare() {
  const folder = makeFolder();
  putMasks(folder, 2);
  symlinkSync("in", join(folder, "link"));
  const run = (cwd: string, ...args: string[]) => runCli(args, { cwd: join(folder, cwd) });
  return { folder, run };
}

const PLACES = [
  ["in", ".", "out"],
  ["", "in", "link/deep/er"],
  ["", "link", "in/..out"],
] as const;

describe.each([
  ["decode", ["--format", "png"], "2 already up to date"],
  ["decode", ["--format", "png", "--legend", "LEGEND"], "2 already up to date"],
  ["convert", ["--to", "id-png"], "already up to date"],
] as const)("labelmap %s %j", (command, flags, kept) => {
  it.each(PLACES)("in %j reads %s and writes %s, twice alike", (cwd, source, out) => {
    const { folder, run } = prepare();
    const legend = join(folder, "in/legend.json");
    const args = [...flags.map((flag) => (flag === "LEGEND" ? legend : flag)), "--out", out, "-q"];
    expect(run(cwd, command, source, ...args)).toMatchObject({ code: 0, stderr: "" });
    const first = hashesIn(join(folder, cwd, out));
    const second = run(cwd, command, source, ...args);
    expect(second).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(kept) });
    expect(hashesIn(join(folder, cwd, out))).toEqual(first);
  });
});

it.each([
  ["decode", ["--format", "png"]],
  ["convert", ["--to", "id-png"]],
])("%s refuses the data set itself as its output", (command, flags) => {
  const { folder, run } = prepare();
  const before = hashesIn(join(folder, "in"));
  for (const [cwd, source, out] of [
    ["", "in", "in"],
    ["in", ".", "."],
    ["", "link", "in"],
  ] as const) {
    const { code, stderr } = run(cwd, command, source, ...flags, "--out", out, "--force");
    expect([code, stderr]).toEqual([2, expect.stringContaining("is the source")]);
  }
  expect(hashesIn(join(folder, "in"))).toEqual(before);
  expect(existsSync(join(folder, "in/.labelmap"))).toBe(false);
});

it("leaves the outputs out of what other commands read, and says so", () => {
  const { folder, run } = prepare();
  expect(run("in", "decode", ".", "--out", "out", "-q").code).toBe(0);
  expect(run("in", "convert", ".", "--to", "voc", "--out", "more/voc", "-q").code).toBe(0);
  const read = JSON.parse(run("", "inspect", "in", "--json").stdout);
  expect(read).toMatchObject({ format: "mask-folder", images: 2, failed: 0 });
  expect(read.reason).toContain("Not read, because labelmap wrote it: more/voc/ and 1 more.");
  expect(run("", "classes", "in", "--legend", "in/legend.json").code).toBe(0);
  // The outputs can be read by their own names, and by that of a folder that has nothing else.
  expect(run("", "inspect", "in/out").code).toBe(0);
  expect(JSON.parse(run("", "inspect", "in/more", "--json").stdout)).toMatchObject({ format: "voc" });
  put(folder, "in/more/notes.txt", "no masks");
  const { code, stderr } = run("", "inspect", "in/more");
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("to read voc/, which labelmap wrote, name that"),
  ]);
});
