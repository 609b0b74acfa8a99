/** `--dry-run`, `--json` and `--quiet`: every command knows them, and refuses those that can have no meaning for it. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/src/program.js";
import { addRunFlags } from "../../cli/src/run-flags.js";
import { drawScene, LEGEND, rgbPng } from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";

const FLAGS = ["--dry-run", "--json", "--quiet"];
const ABOUT: Readonly<Record<string, RegExp>> = {
  "--dry-run": /^print what would be done, and write nothing/,
  "--json": /^print .+ as JSON$/,
  "--quiet": /^show no progress and no notices$/,
};
/** The flags that have a meaning, by command. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  inspect: ["--json", "--quiet"],
  doctor: ["--json", "--quiet"],
  view: ["--json", "--quiet"],
  overlay: FLAGS,
  convert: FLAGS,
  compare: FLAGS,
  decode: FLAGS,
  fetch: FLAGS,
  classes: FLAGS,
  verify: ["--json", "--quiet"],
  enqueue: ["--dry-run", "--json"],
  worker: ["--json", "--quiet"],
  "queue status": ["--json"],
  "queue dead": ["--json"],
  "queue retry": ["--dry-run", "--json"],
  collect: FLAGS,
  completion: [],
  "sample-server": [],
};

/** All commands, and their parts in place of those that have parts. */
async function commands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const [name, , load] of COMMANDS) {
    const command = new Command("labelmap").command(name);
    (await load()).define(command, COMMANDS);
    if (command.commands.length === 0) found.set(name, command);
    for (const part of command.commands) found.set(`${name} ${part.name()}`, part);
  }
  return found;
}

describe("the flags of all commands", () => {
  it("are known to every command, with the same meaning, and hidden if they have none", async () => {
    const found = await commands();
    expect([...found.keys()].sort()).toEqual(Object.keys(KNOWN).sort());
    for (const [name, command] of found) {
      const shown = command.options.filter(({ long, hidden }) => FLAGS.includes(long!) && !hidden);
      expect(shown.map(({ long }) => long).sort(), name).toEqual([...KNOWN[name]!].sort());
      for (const { long, description } of shown) expect(description, name).toMatch(ABOUT[long!]!);
      for (const flag of FLAGS) {
        expect(
          command.options.filter(({ long }) => long === flag),
          `${name} ${flag}`,
        ).toHaveLength(1);
      }
    }
  });

  it("are refused before anything is done, with the reason", async () => {
    let done = 0;
    const command = new Command("look").exitOverride().action(() => void done++);
    addRunFlags(command, { dryRun: { no: "it writes nothing" }, json: "the view", quiet: "" });
    await expect(command.parseAsync(["--dry-run"], { from: "user" })).rejects.toThrow(
      "--dry-run has no meaning for look, because it writes nothing; leave it out",
    );
    expect(done).toBe(0);
    const again = new Command("look").action(() => void done++);
    addRunFlags(again, { dryRun: { no: "it writes nothing" }, json: "the view", quiet: "" });
    await again.parseAsync(["--json", "-q"], { from: "user" });
    expect([done, again.opts()]).toEqual([1, { json: true, quiet: true }]);
  });
});

describe("the flags of a command", () => {
  let folder: string;
  const run = (...args: string[]) => runCli(args, { cwd: folder });
  beforeAll(() => {
    folder = makeFolder();
    mkdirSync(join(folder, "masks"));
    for (const [place, name] of ["a", "b"].entries()) {
      writeFileSync(join(folder, `masks/${name}.png`), rgbPng(drawScene(place)));
      // Without the road, whose pixels are unlabelled.
      const { "#0000ff": _, ...legend } = LEGEND;
      writeFileSync(join(folder, `masks/${name}.json`), JSON.stringify({ legend }));
    }
  });

  it.each([
    [["inspect", "masks", "--dry-run"], "inspect", "it writes nothing"],
    [["verify", "masks", "--dry-run"], "verify", "it writes nothing"],
    [["completion", "bash", "--json"], "completion", "it prints a script"],
    [["queue", "status", "--quiet"], "queue status", "it shows no progress and no notices"],
    [["worker", "--dry-run"], "worker", "which jobs it gets depends on the other workers"],
    [["decode", "masks/a.png", "--out", "-", "--json"], "decode", "with --out - the only output is the mask"],
    [["classes", "masks", "--dry-run"], "classes", "it writes only with --write or --out"],
  ])("are refused if they can have no meaning: %j", (args, name, why) => {
    const flag = args.find((word) => FLAGS.includes(word));
    expect(run(...args)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `labelmap: ${flag} has no meaning for ${name}, because ${why}; leave it out\n`,
    });
  });

  it.each([
    ["decode", "masks", "--out", "out"],
    ["overlay", "masks", "-o", "out"],
    ["overlay", "masks/a.png", "-o", "out"],
    ["convert", "masks", "--to", "voc", "--out", "out"],
    ["compare", "masks", "masks", "--html", "out"],
    ["classes", "masks", "--out", "out"],
    ["enqueue", "--project", "p", "--out", "out", "job-1"],
    ["fetch", "--project", "p", "--out", "out", "job-1"],
  ])("write nothing with --dry-run, and print one JSON with --json: %s %s", (...args) => {
    const plan = run(...args, "--dry-run");
    expect([plan.code, plan.stdout], plan.stderr).toEqual([0, expect.stringMatching(/\S/)]);
    const quiet = KNOWN[args[0]!]!.includes("--quiet") ? ["--quiet"] : [];
    const asJson = run(...args, "--dry-run", "--json", ...quiet);
    expect([asJson.code, asJson.stderr]).toEqual([0, ""]);
    expect(typeof JSON.parse(asJson.stdout)).toBe("object");
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it.each(["-q", "--quiet"])("print no notice of classes with %s", (quiet) => {
    const args = ["classes", "masks", "--void", "no such class"];
    expect(run(...args).stderr).toContain('warning: no result has the name "no such class"');
    const { code, stdout, stderr } = run(...args, quiet);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(run(...args).stdout);
  });

  it.each([
    [["decode", "masks"], "--out - takes one mask, but masks is a folder; give a directory"],
    [["decode", "masks/a.png", "masks/b.png"], "--out - takes one mask; give a directory"],
    [["convert", "masks", "--to", "voc"], "--out - cannot hold the files that are written; give a directory"],
    [
      ["fetch", "--project", "p", "job-1"],
      "--out - cannot hold the files that are written; give a directory",
    ],
    [["enqueue", "--project", "p", "job-1"], "--out - cannot hold the files that are written"],
    [["overlay", "masks"], "overlay of a data set writes a folder or a sheet; give the name of one, not -"],
  ])("refuse to write several files to standard output: %j", (args, why) => {
    const { code, stdout, stderr } = run(...args, args[0] === "overlay" ? "-o" : "--out", "-");
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(why)]);
    expect(existsSync(join(folder, "-"))).toBe(false);
  });

  it("print no notices with --quiet, but the result and failures", () => {
    const loud = run("decode", "masks", "--out", "loud");
    expect(loud.stderr).toContain("unlabelled pixels");
    expect(run("decode", "masks", "--out", "still", "--quiet")).toMatchObject({
      code: 0,
      stdout: "still: 2 done\n",
      stderr: "",
    });
    writeFileSync(join(folder, "bad.png"), rgbPng(drawScene(0)).subarray(0, 60));
    writeFileSync(join(folder, "bad.json"), JSON.stringify({ legend: LEGEND }));
    const bad = run("decode", "bad.png", "--out", "bad", "--quiet", "--json");
    expect([bad.code, JSON.parse(bad.stdout).failed]).toEqual([1, 1]);
    expect(bad.stderr).toMatch(/^ {2}bad: PNG_/);
  });
});

it.each(["decode", "overlay"])("%s refuses a --max-pixels that the decoder cannot count to", (command) => {
  const cwd = makeFolder();
  const from = (most: string) => runCli([command, "masks", "--max-pixels", most, "-o", "never"], { cwd });
  expect(from(`${2 ** 32}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("It must be an integer from 1 to 4294967295."),
  });
  expect(from(`${2 ** 32 - 1}`).stderr).not.toContain("must be an integer");
});
