/** No command destroys a file: not its inputs by any path, and nothing else that labelmap did not make, unless told to. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { readPngHeader } from "labelmap/png";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder, runCli, runShell } from "../support/run-cli.js";

const STREET = join(FIXTURES, "street-1080p-rgb-upng");
const MASK = readFileSync(`${STREET}.png`);
const RESULT = readFileSync(`${STREET}.json`);

/** A folder with the street under this name, and how to run the command in it. */
function prepare(name = "m") {
  const folder = makeFolder();
  const at = (path: string) => join(folder, path);
  mkdirSync(join(at(name), ".."), { recursive: true });
  cpSync(`${STREET}.png`, at(`${name}.png`));
  cpSync(`${STREET}.json`, at(`${name}.json`));
  const run = (...args: string[]) => runCli(args, { cwd: folder });
  const shell = (line: string) => runShell(line, { cwd: folder });
  const read = (path: string) => readFileSync(at(path));
  return { folder, at, run, shell, read };
}

const refused = (words: string | RegExp) => ({
  code: 2,
  stdout: "",
  stderr: expect.stringMatching(words) as string,
});
const INPUT = "is read by this command and would be overwritten";

describe("labelmap overlay", () => {
  it.each(["m.png", "./m.png", "sub/../m.png", "link.png", "hard.png", "folder/m.png"])(
    "does not write over its mask as %s, not even with --force",
    (output) => {
      const { at, run, read } = prepare();
      mkdirSync(at("sub"));
      symlinkSync("m.png", at("link.png"));
      linkSync(at("m.png"), at("hard.png"));
      symlinkSync(".", at("folder"));
      for (const force of [[], ["--force"]]) {
        expect(run("overlay", "m.png", "-o", output, ...force)).toMatchObject(refused(INPUT));
      }
      expect(read("m.png").equals(MASK)).toBe(true);
    },
  );

  it("refuses a link that leads nowhere, also with --dry-run, unless it is told to follow it", () => {
    const { at, run } = prepare();
    symlinkSync("new.png", at("link.png"));
    const call = ["overlay", "m.png", "-o", "link.png"];
    const refusal = refused(
      "link.png is a link to a file that does not exist; remove the link, give another",
    );
    expect(run(...call)).toMatchObject(refusal);
    expect(run(...call, "--dry-run")).toMatchObject(refusal);
    expect(existsSync(at("new.png"))).toBe(false);
    expect(run(...call, "--force").code).toBe(0);
    expect(existsSync(at("new.png"))).toBe(true);
  });

  it("does not write over its result, its image, or a mask that is named by a link", () => {
    const { at, run, read } = prepare();
    renameSync(at("m.json"), at("result.png"));
    cpSync(at("m.png"), at("photo.png"));
    symlinkSync("m.png", at("link.png"));
    for (const output of ["result.png", "photo.png", "m.png"]) {
      const call = ["overlay", "link.png", "result.png", "photo.png", "-o", output, "--force"];
      expect(run(...call), output).toMatchObject(refused(INPUT));
    }
    expect(["m.png", "photo.png"].every((path) => read(path).equals(MASK))).toBe(true);
    expect(read("result.png").equals(RESULT)).toBe(true);
  });

  it("does not write over a mask that comes from standard input, and does not append to it", () => {
    const { shell, read } = prepare();
    const fromStdin = shell("labelmap overlay - m.json -o m.png --force < m.png");
    expect(fromStdin).toMatchObject(refused(`standard input, the same file as m.png, ${INPUT}`));
    expect(shell("labelmap overlay m.png -o - >> m.png")).toMatchObject(refused(INPUT));
    expect(read("m.png").equals(MASK)).toBe(true);
  });

  it("overwrites another file only with --force, and writes to devices and pipes", async () => {
    const { at, run, shell, read } = prepare();
    writeFileSync(at("other.png"), "precious");
    const message = "other.png exists; give another name, or add --force to overwrite it";
    expect(run("overlay", "m.png", "-o", "other.png")).toMatchObject(refused(message));
    expect(String(read("other.png"))).toBe("precious");
    expect(run("overlay", "m.png", "-o", "other.png", "--force")).toMatchObject({ code: 0, stderr: "" });
    const picture = read("other.png");
    expect(await readPngHeader(picture)).toMatchObject({ width: 1920 });
    expect(shell("labelmap overlay m.png -o /dev/null").code).toBe(0);
    for (const output of ["-", "/dev/stdout"]) {
      expect(shell(`labelmap overlay m.png -o ${output} > redirected.png`).code).toBe(0);
      expect(read("redirected.png").equals(picture)).toBe(true);
    }
  });

  it.each(["x.gif", "x.tiff", "x.png.avif"])("does not write a picture that is named %s", (name) => {
    const { at, run } = prepare();
    const words = "overlay writes PNG, JPEG and WebP files";
    expect(run("overlay", "m.png", "-o", name, "--force")).toMatchObject(refused(words));
    expect(existsSync(at(name))).toBe(false);
    expect(run("overlay", "m.png", "-o", "x.PNG")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("labelmap decode", () => {
  it.each([
    ["png/m", ["png/m.png", "--out", "."], ["--format", "png"]],
    ["d/coco-panoptic/m", ["d/coco-panoptic", "--out", "d"], ["--format", "coco-panoptic"]],
    ["voc/SegmentationClass/m", ["voc/SegmentationClass/m.png", "--out", "."], ["--format", "voc"]],
    ["other/m", ["other/m.png", "--out", "linked"], ["--format", "png"]],
    // The result is where the command would write the class list.
    ["classes", ["classes.png", "--out", "."], ["--map", "semantic"]],
    ["things", ["things.png", "--out", "."], ["--format", "yolo", "--missing", "void"]],
    ["npy/classes", ["npy/classes.png", "--out", "."], ["--map", "semantic"]],
  ])("does not write over the mask or the result of %s", (name, paths, options) => {
    const { at, run, read } = prepare(name);
    mkdirSync(at("linked"));
    symlinkSync("../other", at("linked/png"));
    for (const force of [[], ["--force"]]) {
      expect(run("decode", ...paths, ...options, ...force)).toMatchObject(refused(INPUT));
    }
    expect(read(`${name}.png`).equals(MASK)).toBe(true);
    expect(read(`${name}.json`).equals(RESULT)).toBe(true);
  });

  it("does not write over --legend, --labels and --classes", () => {
    const { at, run, read } = prepare();
    mkdirSync(at("o/yolo/labels"), { recursive: true });
    renameSync(at("m.json"), at("o/yolo/labels/m.txt"));
    const yolo = ["--format", "yolo", "--legend", "o/yolo/labels/m.txt"];
    expect(run("decode", "m.png", "--out", "o", ...yolo)).toMatchObject(refused(INPUT));
    expect(read("o/yolo/labels/m.txt").equals(RESULT)).toBe(true);

    const classes = ClassList.fromResults([JSON.parse(String(RESULT))]);
    mkdirSync(at("o/npy"));
    writeFileSync(at("o/npy/classes.json"), JSON.stringify(classes));
    const semantic = ["--map", "semantic", "--legend", "o/yolo/labels/m.txt"];
    const call = ["decode", "m.png", "--out", "o", ...semantic];
    expect(run(...call, "--classes", "o/npy/classes.json")).toMatchObject(refused(INPUT));
    expect(String(read("o/npy/classes.json"))).toBe(JSON.stringify(classes));
  });

  it("takes the directory's own class list, which stays as it is", () => {
    const { at, run, read } = prepare();
    const list = JSON.stringify(ClassList.fromResults([JSON.parse(String(RESULT))]));
    mkdirSync(at("o"));
    writeFileSync(at("o/classes.json"), list);
    const call = ["decode", "m.png", "--out", "o", "--map", "semantic", "--resize", "8x8"];
    expect(run(...call, "--classes", "o/classes.json")).toMatchObject({ code: 0, stdout: "o: 1 done\n" });
    expect(String(read("o/classes.json"))).toBe(list);
  });

  it("overwrites files of others only with --force, and its own files without", () => {
    const { at, run, read } = prepare();
    mkdirSync(at("png"));
    writeFileSync(at("png/m.png"), "precious");
    const call = ["decode", "m.png", "--out", ".", "--format", "png", "--resize"];
    expect(run(...call, "8x8")).toMatchObject(refused(/^labelmap: png\/m\.png exists, .*--force/));
    expect(String(read("png/m.png"))).toBe("precious");
    // Nothing is left behind that would make the directory look like one of ours.
    expect(readdirSync(at(".")).sort()).toEqual(["m.json", "m.png", "png"]);
    expect(run(...call, "8x8", "--force")).toMatchObject({ code: 0, stdout: ".: 1 done\n" });
    expect(run(...call, "8x8")).toMatchObject({ code: 0, stdout: ".: 0 done, 1 already up to date\n" });
  });

  it("does not append its output to its mask", () => {
    const { shell, read } = prepare();
    expect(shell("labelmap decode m.png --out - >> m.png")).toMatchObject(refused(INPUT));
    expect(shell("labelmap decode - --legend m.json --out - < m.png >> m.json")).toMatchObject(
      refused(INPUT),
    );
    expect(read("m.png").equals(MASK) && read("m.json").equals(RESULT)).toBe(true);
  });
});

describe("labelmap fetch and enqueue", () => {
  it("do not write over the job list, the key file and the labels", () => {
    const { at } = prepare();
    for (const folder of ["sources", "cityscapes"]) mkdirSync(at(folder));
    const files = ["sources/job.json", "manifest.jsonl", "cityscapes/job_gtFine_labelTrainIds.png"];
    for (const file of files) writeFileSync(at(file), file.includes("gtFine") ? "{}" : "job\n");
    const env = { PLAYMENT_API_KEY: "key", PLAYMENT_BASE_URL: "https://127.0.0.1:1" };
    const fetchJob = (...args: string[]) =>
      runCli(["fetch", "--project", "p", "--out", ".", "--format", "cityscapes", ...args], {
        cwd: at("."),
        env,
      });
    expect(fetchJob("--jobs", files[0]!)).toMatchObject(refused(INPUT));
    expect(fetchJob("--jobs", files[1]!)).toMatchObject(refused(INPUT));
    expect(fetchJob("--key-file", files[0]!, "job")).toMatchObject(refused(INPUT));
    expect(fetchJob("--labels", files[2]!, "job")).toMatchObject(refused(INPUT));
    writeFileSync(at("classes.json"), "job\n");
    const redis = ["--redis", "redis://127.0.0.1:1"];
    const enqueue = ["enqueue", "--project", "p", "--out", ".", "--map", "semantic", ...redis];
    writeFileSync(at("list.json"), JSON.stringify(ClassList.fromNames(["car"])));
    const call = [...enqueue, "--classes", "list.json", "--jobs", "classes.json"];
    expect(runCli(call, { cwd: at("."), env })).toMatchObject(refused(INPUT));
    for (const file of [...files, "classes.json"]) {
      expect(readFileSync(at(file), "utf8")).toBe(file.includes("gtFine") ? "{}" : "job\n");
    }
  });
});

describe("labelmap fetch", () => {
  it("does not write the vendor's files over files of others", () => {
    const { at, run } = prepare("sources/job-00001");
    renameSync(at("sources/job-00001.json"), at("elsewhere.json"));
    const call = [
      "sample-server",
      "--count",
      "1",
      "--",
      "labelmap",
      "fetch",
      "-p",
      "sample-project",
      "--out",
      ".",
    ];
    const { code, stdout, stderr } = run(...call, "job-00001");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^labelmap: sources\/job-00001\.png exists, .*--force/);
    expect(readFileSync(at("sources/job-00001.png")).equals(MASK)).toBe(true);
    expect(run(...call, "job-00001", "--force").stdout).toBe(".: 1 done\n");
  });
});

describe("labelmap classes", () => {
  it("writes nothing into the folder unless told to", () => {
    const { folder, run, read } = prepare("masks/m");
    const before = readdirSync(join(folder, "masks"));
    expect(run("classes", "masks")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 image"),
      stderr:
        "masks: 11 classes, and no list of them; --write creates masks/classes.json, --out another file\n",
    });
    expect(readdirSync(join(folder, "masks"))).toEqual(before);
    expect(run("classes", "masks", "--out", "list.json").stderr).toBe("list.json: 11 classes, created\n");
    expect(readdirSync(join(folder, "masks"))).toEqual(before);
    expect(run("classes", "masks", "--write").stderr).toBe("masks/classes.json: 11 classes, created\n");
    expect(readdirSync(join(folder, "masks"))).toEqual(["classes.json", ...before]);
    expect(read("masks/classes.json").equals(read("list.json"))).toBe(true);
    expect(run("classes", "masks").stderr).toBe("masks/classes.json: 11 classes, none are new\n");
  });

  it("extends a list only if told to, and escapes the names of the classes", () => {
    const { at, run, read } = prepare();
    run("classes", ".", "--out", "list.json");
    const list = read("list.json");
    writeFileSync(at("n.json"), JSON.stringify({ legend: { "#010203": "uni\ncorn" } }));
    cpSync(at("m.png"), at("n.png"));
    cpSync(at("list.json"), at("classes.json"));
    expect(run("classes", ".").stderr).toBe(
      "classes.json: 12 classes with 1 that it lacks: uni\\u000acorn; --write adds them\n",
    );
    expect(read("classes.json").equals(list)).toBe(true);
    expect(run("classes", ".", "--out", "list.json").stderr).toContain("extended: uni\\u000acorn\n");
    expect(read("classes.json").equals(list)).toBe(true);
    expect(JSON.parse(String(read("list.json"))).classes).toHaveLength(12);
  });

  it("does not write its list over a result, or over a file that is no class list", () => {
    const { at, run, read } = prepare("classes");
    expect(run("classes", ".")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("no list of them"),
    });
    expect(run("classes", ".", "--write")).toMatchObject(refused(INPUT));
    symlinkSync("classes.json", at("link.json"));
    for (const out of ["classes.json", "classes.png", "link.json"]) {
      expect(run("classes", ".", "--out", out), out).toMatchObject(refused(INPUT));
    }
    writeFileSync(at("notes.txt"), "precious");
    expect(run("classes", ".", "--out", "notes.txt")).toMatchObject({ code: 1, stdout: "" });
    expect(String(read("notes.txt"))).toBe("precious");
    expect(read("classes.json").equals(RESULT) && read("classes.png").equals(MASK)).toBe(true);
  });
});

describe("labelmap sample-server --list", () => {
  it("overwrites a list of sample jobs, and other files only with --force", () => {
    const { at, run, read } = prepare();
    const list = (count: number, ...more: string[]) =>
      run("sample-server", "--count", String(count), "--list", "jobs.txt", ...more, "--", "true");
    expect(list(1).code).toBe(0);
    expect(list(2).code).toBe(0);
    expect(String(read("jobs.txt"))).toBe("job-00001\njob-00002\n");
    appendFileSync(at("jobs.txt"), "my-own-job\n");
    expect(list(1)).toMatchObject(refused("jobs.txt exists; give another name, or add --force"));
    expect(String(read("jobs.txt"))).toContain("my-own-job");
    expect(list(1, "--force").code).toBe(0);
    expect(String(read("jobs.txt"))).toBe("job-00001\n");
  });
});
