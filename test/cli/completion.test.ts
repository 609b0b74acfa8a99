/** What the shells complete: by the command itself, and in each shell that is installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLI, makeFolder, runCli } from "../support/run-cli.js";

const values = (...words: string[]) =>
  runCli(["completion", "bash", "--", ...words])
    .stdout.split("\n")
    .map((line) => line.split("\t")[0]!)
    .filter((value) => value !== "");

describe("labelmap completion", () => {
  it("knows every command, and its line in the help", () => {
    const help = runCli(["--help"]).stdout;
    const lines = runCli(["completion", "bash", "--", ""]).stdout.trim().split("\n");
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const [name, summary] = line.split("\t");
      expect(help.replace(/\s+/g, " ")).toContain(summary!.replace(/\s+/g, " "));
      expect(help).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    }
  });

  it.each([
    [["con"], ["convert"]],
    [["convert", "--spl"], ["--split"]],
    [["convert", "in", "--spl"], ["--split"]],
    [["convert", "in", "--to", "coco-p"], ["coco-panoptic"]],
    [["decode", "in", "-f", "np"], ["npy"]],
    [
      ["inspect", "m.png", "--legend", "camv"],
      ["camvid", "camvid-11"],
    ],
    [
      ["queue", ""],
      ["status", "dead", "retry"],
    ],
    [["queue", "status", "--re"], ["--redis"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    // A file may stand there, and the shell completes files.
    [["convert", ""], []],
    [["convert", "in", "--out", ""], []],
    [["nothing", ""], []],
  ] as const)("completes %j", (words, expected) => expect(values(...words)).toEqual(expected));

  it("offers every option that the help has, and no other", () => {
    for (const command of ["convert", "inspect", "fetch"]) {
      const help = runCli([command, "--help"]).stdout;
      const inHelp = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map((match) => match[1]!);
      expect(inHelp.length).toBeGreaterThan(5);
      expect(values(command, "--").sort()).toEqual(inHelp.filter((flag) => flag !== "--help").sort());
    }
  });

  it("refuses another shell", () => {
    const { code, stderr } = runCli(["completion", "tcsh"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("Allowed choices are bash, zsh, fish.")]);
  });

  /** Runs a script in a shell that finds the built command as `labelmap`. */
  const inShell = (shell: string, script: string) => {
    const folder = makeFolder();
    writeFileSync(join(folder, "labelmap"), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
    chmodSync(join(folder, "labelmap"), 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder };
    const { stdout, stderr } = spawnSync(shell, ["-c", script], { cwd: folder, env, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  };
  const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

  it.skipIf(!has("bash"))("works in bash", () => {
    const script = `eval "$(labelmap completion bash)"
try() { COMP_WORDS=("$@"); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _labelmap; printf '%s\\n' "\${COMPREPLY[@]}"; }
try labelmap con; try labelmap convert in --to v; try labelmap convert --spl`;
    expect(inShell("bash", script)).toEqual(["convert", "voc", "--split"]);
  });

  it.skipIf(!has("zsh"))("works in zsh", () => {
    const script = `autoload -Uz compinit; compinit -u -d "$HOME/dump"
eval "$(labelmap completion zsh)"
_describe() { shift; print -l -- "\${(@P)1}" }
_files() { print files }
try() { words=("$@"); CURRENT=$#; _labelmap }
try labelmap con; try labelmap convert in --to v; try labelmap convert --spl; try labelmap convert ""`;
    const lines = inShell("zsh", script).map((line) => line.split(":")[0]);
    expect(lines).toEqual(["convert", "voc", "--split", "files"]);
  });

  it.skipIf(!has("fish"))("works in fish", () => {
    const script = `labelmap completion fish | source
for line in "con" "convert in --to v" "convert --spl"
  complete -C "labelmap $line"
end`;
    expect(inShell("fish", script).map((line) => line.split("\t")[0])).toEqual(["convert", "voc", "--split"]);
  });
});
