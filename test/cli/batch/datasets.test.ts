/** COCO's JSON when the list of jobs or what is kept of them changes: what is finished stays in it, or it is said what is not. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { fromFiles, runBatch } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { newFolder } from "../../support/batch-folder.js";
import { type DrawnJob, drawJob, writeJobs } from "../../support/batch-jobs.mjs";
import { runCli } from "../../support/run-cli.js";

const imagesIn = (out: string, format = "coco-panoptic", file = "panoptic.json") =>
  JSON.parse(readFileSync(join(out, format, file), "utf8")).images.map(
    ({ id, file_name }: { readonly id: number; readonly file_name: string }) => `${id} ${file_name}`,
  );

function withValues(job: DrawnJob, values: Readonly<Record<string, string>>): DrawnJob {
  const legend = Object.entries(job.result.legend).map(([color, value]) => [color, values[value] ?? value]);
  return { ...job, result: { legend: Object.fromEntries(legend) } };
}

describe("the classes whose objects are counted", () => {
  it("come from all jobs that were ever in the list, and none is left out silently", () => {
    const folder = newFolder();
    const others = { "car # 1": "car", "car # 2": "tree", "pedestrian # 1": "tram # 1" };
    writeJobs([drawJob(0, "a")], join(folder, "first"));
    writeJobs([withValues(drawJob(1, "b"), others)], join(folder, "second"));
    const decode = (from: string, ...flags: string[]) =>
      runCli(["decode", from, "--out", "out", "--format", "coco-panoptic", "--quiet", ...flags], {
        cwd: folder,
      });
    const out = join(folder, "out");
    expect(decode("first")).toMatchObject({ code: 0, stderr: "" });
    expect(decode("second")).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(readFileSync(join(out, "things.json"), "utf8"))).toEqual(["car", "pedestrian", "tram"]);
    expect(imagesIn(out)).toEqual(["1 a.jpg", "2 b.jpg"]);
    expect(decode("first").stdout).toBe("out: 0 done, 1 already up to date\n");

    const { code, stderr } = decode("second", "--things", "car");
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^ {2}1 finished images are not in COCO's JSON: /),
    ]);
    expect(imagesIn(out)).toEqual(["1 b.jpg"]);

    writeFileSync(join(out, "things.json"), "{}");
    expect(decode("second")).toMatchObject({ code: 2, stderr: expect.stringContaining("things.json") });
  });
});

describe.each([
  ["coco-panoptic", "panoptic.json"],
  ["coco-instances", "instances.json"],
] as const)("%s", (format, file) => {
  it("leaves out images whose annotations are missing or damaged, and counts them", async () => {
    const folder = newFolder();
    const jobs = [0, 1, 2, 3].map((seed) => drawJob(seed));
    const source = fromFiles(writeJobs(jobs, join(folder, "in")));
    const out = join(folder, "out");
    const classes = ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"], { firstId: 1 });
    const output = { format, classes, things: ["car", "pedestrian"] };
    const run = (tasks: readonly DrawnJob[]) => runBatch({ tasks, source, out, output, threads: 1 });
    const annotations = (place: number) => join(out, format, `annotations/${jobs[place]!.job}.json`);
    expect(await run(jobs)).toMatchObject({ done: 4, leftOut: { otherOptions: 0, unreadable: 0 } });
    const whole = readFileSync(join(out, format, file));

    rmSync(annotations(0));
    writeFileSync(annotations(2), readFileSync(annotations(2)).fill("x", 20));
    expect(await run(jobs.slice(3))).toMatchObject({ kept: 1, leftOut: { otherOptions: 0, unreadable: 2 } });
    expect(imagesIn(out, format, file)).toEqual([`1 ${jobs[1]!.job}.jpg`, `2 ${jobs[3]!.job}.jpg`]);

    rmSync(annotations(2));
    expect(await run(jobs)).toMatchObject({ done: 2, kept: 2, leftOut: { unreadable: 0 } });
    expect(readFileSync(join(out, format, file)).equals(whole)).toBe(true);
  });
});
