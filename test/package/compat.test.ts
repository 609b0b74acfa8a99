/**
 * The short version of `npm run test:compat`: some environments, and that the committed report is about the matrix as it
 * is. The report itself is written by a full run.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Entry, MATRIX, QUICK } from "../compat/matrix.mjs";
import { PROJECTS, packLibrary, type Tarballs } from "../compat/project.mjs";
import { PAGES, RESULTS, withTable } from "../compat/report.mjs";
import { MAX_CORE_GZIP, runEntry } from "../compat/run-entry.mjs";
import { blocksOf } from "../support/docs-blocks.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let tarballs: Tarballs;
beforeAll(() => {
  tarballs = packLibrary();
});
// The projects are kept for the next run, except where there is none.
afterAll(() => {
  if (process.env.CI) rmSync(PROJECTS, { recursive: true, force: true });
});

describe("the packed library in a project with", () => {
  it.each(QUICK)("%s decodes the sample", async (name) => {
    const entry = MATRIX.find((one) => one.name === name)!;
    expect(entry.prints.length).toBeGreaterThan(0);
    const { failure, oversize, output } = await runEntry(entry, tarballs);
    expect(failure, output).toBeUndefined();
    expect(oversize).toBeUndefined();
  });
});

describe("an environment fails if", () => {
  const decode = { name: "itself", group: "", title: "", template: "node", command: "node decode.mjs" };
  const failureOf = async (entry: Partial<Entry>) => {
    const { failure, oversize } = await runEntry(
      { ...decode, prints: ["43 labels by import"], ...entry },
      tarballs,
    );
    return failure ?? oversize;
  };

  it("one of its lines is not printed", async () => {
    expect(await failureOf({})).toBeUndefined();
    expect(await failureOf({ prints: ["43 labels by import", "44 labels"] })).toContain(
      'does not print "44 labels"',
    );
  });

  it("its command fails, whatever it has printed", async () => {
    const command = "node decode.mjs && node -e 'throw new TypeError(\"no such thing\")'";
    expect(await failureOf({ command })).toContain("TypeError: no such thing");
  });

  it("its bundler makes too large a core, or none", async () => {
    const core = (bytes: number) =>
      `mkdir core && node -e 'process.stdout.write(require("crypto").randomBytes(${bytes}))' > core/core.js`;
    expect(await failureOf({ core: core(MAX_CORE_GZIP / 2) })).toBeUndefined();
    expect(await failureOf({ core: core(MAX_CORE_GZIP) })).toContain(`the limit is ${MAX_CORE_GZIP}`);
    expect(await failureOf({ core: "mkdir core" })).toContain("no script");
  });
});

describe("the matrix", () => {
  it("uses every template, and each of its names once", () => {
    const templates = readdirSync(join(ROOT, "test/compat/projects"));
    expect([...new Set(MATRIX.map(({ template }) => template))].sort()).toEqual(templates.sort());
    expect(new Set(MATRIX.map(({ name }) => name)).size).toBe(MATRIX.length);
  });

  it("has an entry of each group in its short version", () => {
    const groupsOf = (entries: readonly Entry[]) => [...new Set(entries.map(({ group }) => group))];
    expect(groupsOf(MATRIX.filter(({ name }) => QUICK.includes(name)))).toEqual(groupsOf(MATRIX));
  });

  it("demands the labels of the sample in every project that decodes", () => {
    const prints = MATRIX.filter(({ name }) => name !== "typescript-bare").map((entry) =>
      entry.prints.join(),
    );
    for (const lines of prints) expect(lines).toMatch(/\b43 labels/);
  });
});

it.each(["page", "next/app"])("the worker of projects/%s is that of docs/worker.md", (folder) => {
  const worker = blocksOf("docs/worker.md").find(({ name }) => name === "decode-worker.js")!;
  const file = join(ROOT, "test/compat/projects", folder, "decode-worker.js");
  expect(readFileSync(file, "utf8")).toBe(worker.code);
});

describe("the report", () => {
  const report = JSON.parse(readFileSync(RESULTS, "utf8"));

  it("has a result for each entry of the matrix", () => {
    expect(report.results.map(({ name }: { name: string }) => name)).toEqual(MATRIX.map(({ name }) => name));
  });

  it.each(Object.entries(PAGES))("is what the table in %s says", (page, describeReport) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    expect(text).toBe(withTable(text, describeReport(report)));
  });
});
