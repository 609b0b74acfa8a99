/** The built command in processes of its own: exit codes, streams, secrets, and that it says what the library says. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeMask, version } from "labelmap";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { CLI, makeFolder, runCli, runShell } from "../support/run-cli.js";

const folder = makeFolder();
const street = join(FIXTURES, "street-1080p-rgb-upng");
const fixtures = loadCorpus().filter((mask) => mask.folder === FIXTURES);

describe("labelmap", () => {
  it("has the version of its package", () => {
    expect(version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
    expect(runCli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    [["no-such-command"]],
    [["inspect"]],
    [["inspect", `${street}.png`, "--no-such-option"]],
    [["decode", `${street}.png`]],
    [["decode", `${street}.png`, "--out", "x", "--format", "tiff"]],
    [["decode", `${street}.png`, "--out", "x", "--resize", "0x3"]],
    [["decode", "-", "--out", "-"]],
    [["fetch", "--project", "p", "--out", "x"]],
    [["fetch", "--project", "p", "--out", "x", "job"]],
    [["enqueue", "--project", "p", "--out", "x", "--map", "semantic", "job"]],
    [["queue", "status", "--redis", "redis://user:secret-word@127.0.0.1:1"]],
    [
      ["decode", `${street}.png`, "--out", "x", "--format", "voc", "--dtype", "uint8"],
      "--dtype applies only to npy",
    ],
    [
      ["decode", `${street}.png`, "--out", "x", "--format", "coco-panoptic", "--map", "semantic"],
      "--map applies",
    ],
    [["decode", `${street}.png`, "--out", "x", "--legend", "-"], "--legend - works only with --out -"],
    [
      ["fetch", "--project", "p", "--out", "x", "--base-url", "notaurl", "job"],
      "--base-url must have",
      "key",
    ],
    [
      ["fetch", "--project", "p", "--out", "x", "--base-url", "https://u:secret-word@h", "job"],
      "PLAYMENT_BASE_URL",
      "key",
    ],
    [
      ["fetch", "--project", "p", "--out", "x", "--format", "voc", "--divisor", "3", "job"],
      "--divisor applies",
      "key",
    ],
    [["queue", "status", "--redis", "127.0.0.1:7391"], "--redis must be"],
    [["sample-server", "--port", "99999"], "from 1 to 65535"],
    [["sample-server", "true"], "put -- before"],
    [["enqueue", "--project", "p", "--out", "s3://a/b", "job"], "3 to 63 letters"],
    [["classes", ".", "--first-id", "foo"], "an integer from 0"],
    [["overlay", join(FIXTURES, "../legends/three-colours.png"), "-o", "x.gif"], "x.gif ends in .gif"],
    [["help", "nonsense"], "there is no command nonsense"],
  ])("exits with 2 if the arguments are invalid: %j", (args, words = "", apiKey = "") => {
    const { code, stdout, stderr } = runCli(args, { cwd: folder, env: { PLAYMENT_API_KEY: apiKey } });
    expect(stderr).toContain(words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^labelmap: /);
    expect(stderr).not.toContain("secret-word");
    expect(readdirSync(folder)).not.toContain("x");
  });

  it.each([
    [["inspect", "no-such-file.png"], "no-such-file.png"],
    [
      ["verify", "no-such-folder"],
      "MANIFEST_INVALID: no-such-folder does not exist; give an output directory",
    ],
    [["classes", "no-such-folder"], "no-such-folder"],
    [["queue", "status", "--redis", "redis://127.0.0.1:1"], "QUEUE_FAILED"],
    [["collect", "no-such-folder"], "MANIFEST_INVALID"],
    [
      ["fetch", "--project", "p", "--out", "x", "--key-file", ".", "job"],
      "SOURCE_MISSING: . (--key-file) is a folder; give a file",
    ],
  ])("exits with 1 and prints the reason on one line: %j", (args, words) => {
    const { code, stdout, stderr } = runCli(args, { cwd: folder });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^labelmap: [^\n]*\n$/);
    expect(stderr).toContain(words);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!existsSync("/proc/self"))("does not hang if no directory can be created", () => {
    const { code, stderr } = runCli(["decode", `${street}.png`, "--out", "/proc/x"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("STORAGE_FAILED: /proc/x")]);
  });

  it("names the key file but not its content if the content is not a key", () => {
    writeFileSync(join(folder, "key.txt"), "secret-word\nand more");
    const args = ["fetch", "--project", "p", "--out", "x", "--key-file", "key.txt", "job"];
    const { code, stderr } = runCli(args, { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining("key.txt contains a space or a line break")]);
    expect(stderr).not.toContain("secret-word");
  });

  it("does not mention web pages if a host cannot be reached", () => {
    const env = { PLAYMENT_API_KEY: "key", PLAYMENT_BASE_URL: "https://127.0.0.1:1" };
    const args = ["fetch", "--project", "p", "--out", "unreachable", "job"];
    const { code, stderr } = runCli(args, { cwd: folder, env });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/check the network$/m)]);
  });
});

describe("labelmap overlay", () => {
  it("uses the result beside the mask, as inspect and decode do", () => {
    const [given, found] = ["given.png", "found.png"].map((name) => join(folder, name));
    expect(runCli(["overlay", `${street}.png`, `${street}.json`, "-o", given!]).code).toBe(0);
    expect(runCli(["overlay", `${street}.png`, "-o", found!]).code).toBe(0);
    expect(readFileSync(found!)).toEqual(readFileSync(given!));
  });
});

describe("labelmap sample-server", () => {
  it("prints calls that work", async () => {
    const child = spawn(process.execPath, [CLI, "sample-server", "--count", "2"], { killSignal: "SIGKILL" });
    let printed = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      printed += text;
      if (printed.includes("Ctrl-C")) break;
    }
    child.kill("SIGKILL");
    expect(printed).toContain("--jobs jobs.txt   # restart the server with --list jobs.txt");
  });
});

describe("labelmap inspect", () => {
  it("reports the same as decodeMask for each fixture", async () => {
    for (const { name, png, result } of fixtures) {
      const { code, stdout } = runCli(["inspect", join(FIXTURES, `${name}.png`), "--json"]);
      const { labels, unlabelled, issues } = await decodeMask(png, result);
      expect(code).toBe(0);
      expect(JSON.parse(stdout), name).toMatchObject(
        JSON.parse(JSON.stringify({ labels, unlabelled, issues })),
      );
    }
  });

  it("lists the first hundred problems, and says how many more there are of each kind", async () => {
    const { png } = fixtures[0]!;
    const badKeys = Array.from({ length: 130 }, (_, index) => [`#${String(index).padStart(7, "0")}`, "bad"]);
    writeFileSync(join(folder, "defects.png"), png);
    writeFileSync(
      join(folder, "defects.json"),
      JSON.stringify({ legend: { ...Object.fromEntries(badKeys), "#ff0000": "car", "#f00": "car" } }),
    );
    const { code, stdout } = runCli(["inspect", join(folder, "defects.png")]);
    const problems = stdout.slice(stdout.indexOf("Problems:")).trimEnd().split("\n").slice(1);
    expect([code, problems.length]).toEqual([0, 101]);
    expect(problems[99]).toContain('legend["#0000099"]');
    expect(problems[100]).toContain("30 × legend-key-invalid, 1 × legend-color-duplicate");
    const { issues } = JSON.parse(runCli(["inspect", join(folder, "defects.png"), "--json"]).stdout);
    expect(issues).toHaveLength(101);
    expect(issues[100].omitted).toEqual({ "legend-key-invalid": 30, "legend-color-duplicate": 1 });
  });

  it("shows swatches if colours are forced, and none with NO_COLOR or in a pipe", () => {
    const show = (env: Record<string, string>) => runCli(["inspect", `${street}.png`], { env }).stdout;
    expect(show({ FORCE_COLOR: "3" })).toContain("\x1b[48;2;73;196;66m");
    // 77 is (95, 215, 95) of the 256 colours of xterm, the nearest to (73, 196, 66).
    expect(show({ FORCE_COLOR: "2" })).toContain("\x1b[48;5;77m");
    expect(show({ FORCE_COLOR: "1" })).not.toContain("\x1b");
    expect(show({})).not.toContain("\x1b");
    expect(show({ NO_COLOR: "1" })).not.toContain("\x1b");
  });

  it("prints no control character of a legend", async () => {
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: "#010203" } })
      .png()
      .toBuffer();
    writeFileSync(join(folder, "evil.png"), png);
    writeFileSync(
      join(folder, "evil.json"),
      JSON.stringify({ legend: { "#010203": "\x1b[2Jcar\x9b1m\u202e" } }),
    );
    const { stdout } = runCli(["inspect", join(folder, "evil.png")]);
    expect(stdout).toContain("\\u001b[2Jcar");
    for (const unsafe of ["\x1b", "\x9b", "\u202e"]) expect(stdout).not.toContain(unsafe);
  });

  it("ends quietly when the reader closes the pipe", () => {
    const { code, stdout, stderr } = runShell(`labelmap inspect "${street}.png" | head -1`);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
  });
});

describe("labelmap decode", () => {
  it("says on one line what to do if a mask has no result, with any file name", () => {
    const mask = "a\nlabelmap: forged.png";
    writeFileSync(join(folder, mask), readFileSync(`${street}.png`));
    writeFileSync(join(folder, "lonely.png"), readFileSync(`${street}.png`));
    const { code, stderr } = runCli(["decode", mask, "lonely.png", "--out", "o"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "  lonely: SOURCE_MISSING: lonely.json does not exist; name the result with --legend\n",
    );
    expect(stderr).toContain("  a\\u000alabelmap: forged: ");
  });

  it("writes all labels to a pipe", () => {
    const line = `labelmap decode - --legend "${street}.json" --out - < "${street}.png"`;
    const { code, bytes, stderr } = runShell(line);
    expect([code, stderr]).toEqual([0, ""]);
    const start = 10 + bytes.readUInt16LE(8);
    const wanted = fixtures.find(({ name }) => name === "street-1080p-rgb-upng")!.expected.sha256;
    expect(createHash("sha256").update(bytes.subarray(start)).digest("hex")).toBe(wanted);
  });

  it("exits with 1 if one mask is bad, and decodes the others", () => {
    const [masks, out] = [join(folder, "evil.png"), join(folder, "out")];
    writeFileSync(join(folder, "bad.png"), readFileSync(`${street}.png`).subarray(0, 5000));
    writeFileSync(join(folder, "bad.json"), readFileSync(`${street}.json`));
    const { code, stdout, stderr } = runCli(["decode", masks, join(folder, "bad.png"), "--out", out]);
    expect(code).toBe(1);
    expect(stdout).toBe(`${out}: 1 done, 1 failed\n`);
    expect(stderr).toContain("bad: PNG_TRUNCATED");
    expect(readdirSync(join(out, "npy"))).toEqual(["evil.npy"]);
    expect(runCli(["verify", out]).code).toBe(0);
    writeFileSync(join(out, "npy/evil.npy"), "other");
    expect(runCli(["verify", out])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("npy/evil.npy (evil): "),
    });
  });
});
