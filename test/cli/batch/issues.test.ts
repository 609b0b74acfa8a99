/** The issues in the manifest: each code once, whether or not the mask's list has room for it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { drawJob, writeJobs } from "../../support/batch-jobs.mjs";
import { runCli } from "../../support/run-cli.js";

it("names each code once, also the codes of issues that a long list leaves out", () => {
  const folder = newFolder();
  const [few, many] = [drawJob(1), drawJob(2)];
  const filesOf = writeJobs([few, many], join(folder, "in"));
  const addKeys = ({ job }: { job: string }, count: number) => {
    const { result } = filesOf(job);
    const { legend } = JSON.parse(readFileSync(result, "utf8"));
    const badKeys = Array.from({ length: count }, (_, index) => [`#${index}-`, "bad"]);
    const duplicate = { "#fedcba": "last", "#FEDCBA": "last" };
    writeFileSync(
      result,
      JSON.stringify({ legend: { ...Object.fromEntries(badKeys), ...legend, ...duplicate } }),
    );
  };
  addKeys(few, 3);
  addKeys(many, 200);
  const out = join(folder, "out");
  const { code, stderr } = runCli(["decode", join(folder, "in"), "--out", out]);
  expect([code, stderr.trim().split("\n")]).toEqual([
    0,
    [expect.stringMatching(/^2 images have 279 unlabelled pixels, 31\.24 % /)],
  ]);
  const issuesOf = ({ job }: { job: string }) => recordsOf(out).get(job)!.issues;
  expect(issuesOf(few)).toEqual(["legend-color-duplicate", "legend-key-invalid"]);
  expect(issuesOf(many)).toEqual(issuesOf(few));
});
