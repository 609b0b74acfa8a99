/** COCO's JSON: which images it holds if the list of jobs or what is kept of them changes, and their numbers and names. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { fromFiles, runBatch } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { newFolder } from "../../support/batch-folder.js";
import { type DrawnJob, drawJob, writeJobs } from "../../support/batch-jobs.mjs";
import { type CliRun, runCli } from "../../support/run-cli.js";

const imagesIn = (out: string, format = "coco-panoptic", file = "panoptic.json") =>
  JSON.parse(readFileSync(join(out, format, file), "utf8")).images.map(
    ({ id, file_name }: { readonly id: number; readonly file_name: string }) => `${id} ${file_name}`,
  );

function withValues(job: DrawnJob, values: Readonly<Record<string, string>>): DrawnJob {
  const legend = Object.entries(job.result.legend).map(([color, value]) => [color, values[value] ?? value]);
  return { ...job, result: { legend: Object.fromEntries(legend) } };
}

/** The exit code, and the notes besides the one about unlabelled pixels, which these masks have. */
function notesOf({ code, stderr }: CliRun): [number | null, string[]] {
  const lines = stderr.split("\n").filter((line) => line !== "");
  return [code, lines.filter((line) => !/^ {2}\d+ images? ha(s|ve) \d+ unlabelled pixels?, /.test(line))];
}

describe("the classes whose objects are counted", () => {
  it("come from all jobs that were ever in the list, and none is left out silently", () => {
    const folder = newFolder();
    const others = { "car # 1": "car", "car # 2": "tree", "pedestrian # 1": "tram # 1" };
    writeJobs([drawJob(0, "a")], join(folder, "first"));
    writeJobs([withValues(drawJob(1, "b"), others)], join(folder, "second"));
    const decode = (from: string, ...flags: string[]) =>
      runCli(["decode", from, "--out", "out", "--format", "coco-panoptic", ...flags], {
        cwd: folder,
      });
    const out = join(folder, "out");
    expect(notesOf(decode("first"))).toEqual([0, []]);
    expect(notesOf(decode("second"))).toEqual([0, []]);
    expect(JSON.parse(readFileSync(join(out, "things.json"), "utf8"))).toEqual(["car", "pedestrian", "tram"]);
    expect(imagesIn(out)).toEqual(["1 a.jpg", "2 b.jpg"]);
    expect(decode("first").stdout).toBe("out: 0 done, 1 already up to date\n");

    const { code, stderr } = decode("second", "--things", "car", "--force");
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^ {2}1 finished images are not in COCO's JSON: /),
    ]);
    expect(imagesIn(out)).toEqual(["2 b.jpg"]);

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
    expect(imagesIn(out, format, file)).toEqual([`2 ${jobs[1]!.job}.jpg`, `4 ${jobs[3]!.job}.jpg`]);

    rmSync(annotations(2));
    expect(await run(jobs)).toMatchObject({ done: 2, kept: 2, leftOut: { unreadable: 0 } });
    expect(readFileSync(join(out, format, file)).equals(whole)).toBe(true);
  });
});

describe("the numbers of the images", () => {
  it("stay the same when masks come and go, in both formats", () => {
    const folder = newFolder();
    const decode = (names: readonly string[], format = "coco-instances") => {
      const masks = names.map((name) => `in/${name}.png`);
      const args = ["decode", ...masks, "--out", "out", "--format", format];
      expect(notesOf(runCli(args, { cwd: folder }))).toEqual([0, []]);
      const file = format === "coco-instances" ? "instances.json" : "panoptic.json";
      const { images, annotations } = JSON.parse(readFileSync(join(folder, "out", format, file), "utf8"));
      const ids = images.map(({ id }: { id: number }) => id);
      for (const { image_id } of annotations) expect(ids).toContain(image_id);
      return imagesIn(join(folder, "out"), format, file);
    };
    writeJobs(
      ["b", "d", "a", "c", "10", "9", "__proto__"].map((name, seed) => drawJob(seed, name)),
      join(folder, "in"),
    );
    expect(decode(["d", "b"])).toEqual(["1 b.jpg", "2 d.jpg"]);
    expect(decode(["a", "b", "c", "d"])).toEqual(["1 b.jpg", "2 d.jpg", "3 a.jpg", "4 c.jpg"]);
    expect(decode(["9", "10", "__proto__"]).slice(4)).toEqual(["5 10.jpg", "6 9.jpg", "7 __proto__.jpg"]);
    expect(decode(["9", "c"], "coco-panoptic")).toEqual(["4 c.jpg", "6 9.jpg"]);
    expect(decode(["c"]).length).toBe(7);
  });

  it("are refused if their file is damaged, and nothing is overwritten", () => {
    const folder = newFolder();
    writeJobs([drawJob(0, "a"), drawJob(1, "b")], join(folder, "in"));
    const decode = () =>
      runCli(["decode", "in", "--out", "out", "--format", "coco-instances"], { cwd: folder });
    expect(decode().code).toBe(0);
    const file = join(folder, "out/image-ids.json");
    const whole = readFileSync(file, "utf8");
    expect(JSON.parse(whole)).toEqual({ a: 1, b: 2 });
    for (const damaged of ["", "[]", "{", '{"a":1,"b":1}', '{"a":0}', '{"a":"1"}', "null"]) {
      writeFileSync(file, damaged);
      const { code, stderr } = decode();
      expect([code, stderr], damaged).toEqual([1, expect.stringContaining("image-ids.json")]);
      expect(readFileSync(file, "utf8")).toBe(damaged);
    }
    writeFileSync(file, whole);
    expect(decode().code).toBe(0);
  });
});

describe("the file names of the photos", () => {
  const namesIn = (folder: string) =>
    imagesIn(join(folder, "out"), "coco-instances", "instances.json").map((image: string) => image.slice(2));
  const decode = (folder: string, masks: readonly string[], ...flags: string[]) => {
    const args = ["decode", ...masks, "--out", "out", "--format", "coco-instances", ...flags];
    return runCli(args, { cwd: folder });
  };

  it("are those of the photos beside the masks, otherwise those of --photo-name, otherwise NAME.jpg", () => {
    const folder = newFolder();
    const jobs = ["a", "b", "c", "d", "e"].map((name, seed) => drawJob(seed, name));
    writeJobs(jobs, join(folder, "in"));
    for (const name of ["a.jpeg", "b_image.png", "c.JPG", "d.webp", "other.jpg"]) {
      writeFileSync(join(folder, "in", name), "");
    }
    // A PNG whose name ends in _image is a photo.
    const masks = ["in/a.png", "./in/b.png", "in/../in/c.png", join(folder, "in/d.png"), "in/e.png"];
    const first = decode(folder, masks);
    expect([...notesOf(first), first.stdout]).toEqual([0, [], "out: 5 done\n"]);
    const names = ["a.jpeg", "b_image.png", "c.JPG", "d.webp"];
    expect(namesIn(folder)).toEqual([...names, "e.jpg"]);

    // A new name is no reason to decode again.
    const again = decode(folder, masks, "--photo-name", "photos/NAME-NAME.png");
    expect(again.stdout).toBe("out: 0 done, 5 already up to date\n");
    expect(namesIn(folder)).toEqual([...names, "photos/e-e.png"]);
    rmSync(join(folder, "in/a.jpeg"));
    expect(decode(folder, masks.slice(0, 1)).stdout).toBe("out: 0 done, 1 already up to date\n");
    expect(namesIn(folder)).toEqual(["a.jpg", ...names.slice(1), "photos/e-e.png"]);
  });

  it("have a pattern with NAME, and only COCO has them", () => {
    const folder = newFolder();
    writeJobs([drawJob(0, "$&")], join(folder, "in"));
    expect(decode(folder, ["in"], "--photo-name", "photo.png")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("NAME"),
    });
    const args = ["decode", "in", "--out", "out", "--format", "yolo", "--photo-name", "NAME.png"];
    expect(runCli(args, { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--photo-name cannot be used with yolo"),
    });
    expect(decode(folder, ["in"], "--photo-name", "NAME.png").code).toBe(0);
    expect(namesIn(folder)).toEqual(["$&.png"]);
  });

  it("come with the tasks of a batch, and a task without one keeps the default", async () => {
    const folder = newFolder();
    const jobs = [drawJob(0, "a"), drawJob(1, "b")];
    const classes = ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"]);
    const batch = {
      source: fromFiles(writeJobs(jobs, join(folder, "in"))),
      out: join(folder, "out"),
      output: { format: "coco-instances", classes, things: ["car"] } as const,
      threads: 1,
    };
    await runBatch({ ...batch, tasks: [{ job: "a", photo: "IMG_7.png" }, { job: "b" }] });
    expect(namesIn(folder)).toEqual(["IMG_7.png", "b.jpg"]);
    await runBatch({ ...batch, tasks: [{ job: "b", photo: "IMG_8.png" }] });
    expect(namesIn(folder)).toEqual(["IMG_7.png", "IMG_8.png"]);
    await expect(runBatch({ ...batch, tasks: [{ job: "a", photo: 7 as never }] })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});
