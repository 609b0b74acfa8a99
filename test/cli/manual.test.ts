/** The manual page says what the help says, and a formatter reads it without a complaint. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLI, runCli } from "../support/run-cli.js";

const PAGE = join(dirname(CLI), "labelmap.1");
const words = (text: string) => text.replace(/\s+/g, " ").trim();
/** The page's text on one line, without the escapes of roff. */
const plain = words(
  readFileSync(PAGE, "utf8")
    .replace(/\\\[u([\dA-F]+)\]/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll("\\-", "-")
    .replaceAll("\\&", "")
    .replaceAll("\\e", "\\"),
);

describe("the manual page", () => {
  const commands = runCli(["completion", "bash", "--", ""])
    .stdout.trim()
    .split("\n")
    .map((line) => line.split("\t")[0]!);

  it.each(commands)("has each option of %s with its description, and the examples", (command) => {
    const help = runCli([command, "--help"], { env: { COLUMNS: "10000" } }).stdout;
    const options = [...help.matchAll(/^ {2}((?:-\w, )?--\S+(?: [<[]\S+)?) {2,}(.+)$/gm)];
    expect(options.length).toBeGreaterThan(0);
    for (const [, term, about] of options) expect(plain).toContain(`${term} ${words(about!)}`);
    const examples = [...help.matchAll(/^ {2}# (.*)\n {2}(.*)$/gm)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, purpose, call] of examples) expect(plain).toContain(`# ${words(purpose!)} ${words(call!)}`);
  });

  const formats = [
    ["mandoc", ["-Tlint", "-Wwarning", PAGE]],
    ["groff", ["-man", "-Tutf8", "-ww", "-z", PAGE]],
  ] as const;
  it.each(formats.filter(([tool]) => spawnSync(tool, ["--version"]).error === undefined))(
    "is well-formed for %s",
    (tool, args) => {
      const { stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
      // An empty date is meant, so that the page is the same every day.
      const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !/date/.test(line));
      expect(complaints).toEqual([]);
    },
  );
});
