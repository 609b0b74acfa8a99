/** Each command's help has examples, which are run as they stand there, but for those that need a vendor or a cluster. */
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder, runCli, runShell } from "../support/run-cli.js";

const COMMANDS = readdirSync("cli/src/commands").map((file) => file.replace(/\.ts$/, ""));
/** The vendor's jobs, Redis, S3, servers that run until Ctrl-C, and a program that may not be there. */
const NEEDS_MORE = /my-project|labelmap (worker|queue|collect|view)\b|\bjq\b|sample-server(?!.* -- )/;

const helps = ["", ...COMMANDS].map((command) => ({
  command,
  ...runCli([...(command === "" ? [] : [command]), "--help"]),
}));
const examples = helps.flatMap(({ stdout }) =>
  [...stdout.matchAll(/^ {2}(labelmap .*)$/gm)].map((match) => match[1]!),
);
// What makes a data set comes before what looks at it.
const runnable = [...new Set(examples)]
  .filter((example) => !NEEDS_MORE.test(example))
  .sort((a, b) => Number(b.includes("fetch")) - Number(a.includes("fetch")));

it.each(helps.slice(1))("$command --help shows examples, on stdout", ({ command, code, stdout, stderr }) => {
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain(`  labelmap ${command}`);
});

describe("the examples in the help texts", () => {
  const folder = makeFolder();
  beforeAll(async () => {
    mkdirSync(join(folder, "masks"));
    for (const ending of ["png", "json"]) {
      const file = join(FIXTURES, `street-1080p-rgb-upng.${ending}`);
      for (const name of ["street", "masks/one", "truth/one"])
        cpSync(file, join(folder, `${name}.${ending}`));
    }
    for (const [to, out] of [
      ["cvat", "cvat-export"],
      ["voc", "voc"],
    ] as const) {
      runCli(["convert", "masks", "--to", to, "--out", out, "--quiet"], { cwd: folder });
    }
    mkdirSync(join(folder, "model"));
    cpSync(join(folder, "street.png"), join(folder, "model/one.png"));
    const photo = { width: 1920, height: 1080, channels: 3, background: "#808080" } as const;
    await sharp({ create: photo }).jpeg().toFile(join(folder, "street.jpg"));
  });

  it("are mostly runnable here", () => expect(runnable.length).toBeGreaterThan(15));

  it.each(runnable)("%s", (example) => {
    const { code, stderr } = runShell(example, { cwd: folder, mostMilliseconds: 60_000 });
    expect([code, stderr.includes("labelmap: ")]).toEqual([0, false]);
  });

  it.each(["status", "dead", "retry"])("exist for queue %s", (part) => {
    expect(runCli(["queue", part, "--help"]).stdout).toContain(`Examples:\n  # `);
  });
});
