/**
 * The short version of `npm run test:compat`: some environments, and that the committed report is about the matrix as it
 * is. The report itself is written by a full run.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MATRIX, QUICK } from "../compat/matrix.mjs";
import { missingLines } from "../compat/page.mjs";
import { PROJECTS, packLibrary } from "../compat/project.mjs";
import { PAGES, RESULTS, withTable } from "../compat/report.mjs";
import { runEntry } from "../compat/run-entry.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the packed library in a project with", () => {
  let tarballs: ReturnType<typeof packLibrary>;
  beforeAll(() => {
    tarballs = packLibrary();
  });
  // For the next run they are kept, except where there is none.
  afterAll(() => {
    if (process.env.CI) rmSync(PROJECTS, { recursive: true, force: true });
  });

  it.each(QUICK)("%s decodes the sample", async (name) => {
    const entry = MATRIX.find((one) => one.name === name)!;
    expect(entry.prints.length).toBeGreaterThan(0);
    const { failure, output } = await runEntry(entry, tarballs);
    expect(failure, output).toBeUndefined();
  });
});

describe("the matrix", () => {
  it("uses every template, and each of its names once", () => {
    const templates = readdirSync(join(ROOT, "test/compat/projects"));
    expect([...new Set(MATRIX.map(({ template }) => template))].sort()).toEqual(templates.sort());
    expect(new Set(MATRIX.map(({ name }) => name)).size).toBe(MATRIX.length);
  });

  it("demands the labels of the sample in every project that decodes", () => {
    const prints = MATRIX.filter(({ name }) => name !== "typescript-bare").map((entry) =>
      entry.prints.join(),
    );
    for (const lines of prints) expect(lines).toMatch(/\b43 labels/);
  });
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

it("notices a line that is not printed", () => {
  expect(missingLines("a\n43 labels by import\n", ["43 labels by import", "43 labels by require"])).toEqual([
    "43 labels by require",
  ]);
});
