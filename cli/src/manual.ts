/**
 * The manual page, `labelmap(1)`, from the same definitions as `--help`. The build writes it to `dist/labelmap.1`, and npm
 * installs it with the command.
 *
 * It is in the macros of man(7), which groff and mandoc read.
 */
import { Command, Help } from "commander";
import type { CommandEntry } from "./command-entry.js";
import { version } from "./version.js";

/** @returns the page's source. It is the same on every machine and day. */
export async function manualPage(commands: readonly CommandEntry[]): Promise<string> {
  const parts: string[] = [];
  for (const [name, , load] of commands) {
    const command = new Command(name).helpOption("-h, --help", "print this help");
    (await load()).define(command, commands);
    parts.push(...section(command, `labelmap ${name}`));
  }
  return `${[
    `.TH LABELMAP 1 "" "labelmap ${version}"`,
    ".SH NAME",
    text("labelmap - turns colour-coded segmentation masks into label maps for machine learning"),
    ".SH SYNOPSIS",
    ".B labelmap",
    ".I command",
    "[arguments] [options]",
    ".SH COMMANDS",
    ...commands.flatMap(([name, summary]) => [".TP", `.B ${text(name)}`, text(summary)]),
    ...parts,
    ".SH EXIT STATUS",
    ...[
      ["0", "success"],
      ["1", "failure: a mask could not be decoded, a check found a difference, a server did not answer"],
      ["2", "invalid arguments"],
    ].flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning!)]),
  ].join("\n")}\n`;
}

function section(command: Command, title: string): string[] {
  const help = new Help();
  const usage = command.usage().replace(/^\[options\] ?/, "");
  const list = (items: readonly { term: string; about: string }[]) =>
    items.flatMap(({ term, about }) => [".TP", `.B ${text(term)}`, text(about)]);
  const options = help
    .visibleOptions(command)
    .map((option) => ({ term: help.optionTerm(option), about: help.optionDescription(option) }));
  const args = help
    .visibleArguments(command)
    .map((argument) => ({ term: help.argumentTerm(argument), about: help.argumentDescription(argument) }));
  return [
    `.SH ${text(title.toUpperCase())}`,
    `.B ${text(title)}`,
    text(`${usage} [options]`.trim()),
    ".PP",
    text(command.description()),
    ...list([...args, ...options]),
    ...examplesOf(command),
    ...command.commands.flatMap((part) => section(part, `${title} ${part.name()}`)),
  ];
}

/** What `addExamples` has added to the help. */
function examplesOf(command: Command): string[] {
  let help = "";
  command.configureOutput({
    writeOut: (part) => {
      help += part;
    },
  });
  command.outputHelp();
  const lines = help.trimEnd().split("\n");
  const examples = lines.slice(lines.indexOf("Examples:") + 1);
  if (!lines.includes("Examples:")) return [];
  return [".PP", "Examples:", ".PP", ".nf", ...examples.map((line) => text(line, "keep")), ".fi"];
}

/**
 * Text that roff prints as it is: a backslash and a dot at the start of a line would be commands, a plain hyphen may become
 * a dash that nobody can copy, and characters outside ASCII need escapes.
 *
 * @param spaces "keep" keeps those at the start of a line
 */
function text(plain: string, spaces?: "keep"): string {
  const escaped = plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("\n", " ")
    .replace(/[^ -~]/gu, (character) => `\\[u${hex(character)}]`);
  const line = spaces === "keep" ? escaped : escaped.trim();
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

function hex(character: string): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
}
