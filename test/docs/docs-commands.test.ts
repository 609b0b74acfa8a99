/**
 * The terminal sessions in README.md and docs/*.md are real: each `$ ` line of their console blocks is run, in the
 * order of the page, and what it prints is compared with what stands there. A line of `…` stands for any number of lines.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blocksOf, PAGES, ROOT } from "../support/docs-blocks.js";
import { copyAsTold } from "../support/docs-runners.js";
import { runShellBeside } from "../support/run-cli.js";

const MOST_MILLISECONDS = 60_000;

interface Step {
  readonly command: string;
  readonly expected: string;
}

/** The commands of a page, each with what is printed after it. */
function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(/^```console\n(.*?)^```/gms)].map((match) => match[1]!);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [, command = "", expected = ""] = /^((?:[^\n]*\\\n)*[^\n]*)\n?(.*)$/s.exec(step) ?? [];
        return { command, expected: expected.trimEnd() };
      }),
  );
}

/** What stands on the page as a pattern: `…` alone on a line is any lines. */
function patternOf(expected: string): RegExp {
  const lines = expected.split("\n").map((line) => line.trimEnd());
  const parts = lines.map((line) =>
    line === "…" ? "(?:.*\n)*?" : `${line.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}\n`,
  );
  return new RegExp(`^${expected === "" ? "" : parts.join("")}$`);
}

/** @returns what it prints on stdout and stderr, without spaces at the lines' ends. */
async function run(command: string, folder: string): Promise<string> {
  const options = { cwd: folder, mostMilliseconds: MOST_MILLISECONDS };
  const { stdout } = await runShellBeside(`{ ${command}\n} 2>&1`, options);
  return stdout.replace(/[^\S\n]+$/gm, "");
}

/** A folder with what the page tells the reader to copy from the package. */
function makeSessionFolder(name: string, page: string): string {
  const folder = join(ROOT, "build/sessions", name);
  rmSync(folder, { recursive: true, force: true });
  const packages = join(folder, "node_modules");
  mkdirSync(packages, { recursive: true });
  symlinkSync(ROOT, join(packages, "labelmap"), "junction");
  copyAsTold(page, folder);
  // Some commands of the sessions read all folders.
  rmSync(packages, { recursive: true });
  return folder;
}

const SESSIONS = PAGES.filter((page) => blocksOf(page).some(({ runner }) => runner === "console"));

// Beside each other: what they wait for most is the sample server, whose requests are limited.
describe.concurrent.each(SESSIONS)("the terminal sessions of %s", (name) => {
  const folder = makeSessionFolder(name.replace(/\W/g, "-"), name);
  const steps = stepsOf(readFileSync(join(ROOT, name), "utf8"));

  it.sequential("are there", () => expect(steps.length).toBeGreaterThan(0));

  it.sequential.each(steps)("$command", async ({ command, expected }) => {
    expect(await run(command, folder)).toMatch(patternOf(expected));
  });
});

// They name files, a project and a key of the reader's own; here they are the sample's and the sample server's.
it("the README's three commands do what stands beside them", async () => {
  const folder = makeSessionFolder("fetch", "README.md");
  const calls = blocksOf("README.md")
    .filter(({ words }) => words === "sh")
    .flatMap(({ code }) => code.split("\n"))
    .filter((line) => line.startsWith("npx labelmap-cli "))
    .map((line) => line.replace("npx labelmap-cli", "labelmap").replace("my-project", "sample-project"));
  const [inspect = "", decode = "", fetch = ""] = calls;
  expect(calls).toHaveLength(3);
  expect(await run(inspect, folder)).toContain("mask.png with result.json: 1920×1080 pixels, 43 labels");
  expect(await run(decode, folder)).toBe("labels: 1 done\n");
  expect(await run(`labelmap sample-server --count 5 --list jobs.txt -- ${fetch}`, folder)).toMatch(
    /^dataset: 5 done$/m,
  );
});
