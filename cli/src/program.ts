/// <reference types="node" />
/**
 * The table of commands, and what they share: reading arguments, reporting errors, and the exit code.
 *
 * The code of a command is loaded only if its name is among the arguments. So `labelmap --help` and each command start
 * without loading what the other commands need. The library is not loaded before a command needs it.
 */

import { isAbsolute } from "node:path";
import { getSystemErrorMap } from "node:util";
import { Command, CommanderError, type Option } from "commander";
import { closeAll } from "./close-later.js";
import type { CommandEntry } from "./command-entry.js";
import { addExamples } from "./help.js";
import { inFlags } from "./in-flags.js";
import { flush } from "./output.js";
import { printable } from "./printable.js";
import { UsageError } from "./usage-error.js";
import { version } from "./version.js";

/** All commands, in the order of `labelmap --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  [
    "inspect",
    "print what is in a mask or a data set: labels, classes, pixels, boxes",
    () => import("./commands/inspect.js"),
  ],
  ["doctor", "find what is wrong with a data set", () => import("./commands/doctor.js")],
  ["view", "look at masks in the browser", () => import("./commands/view.js")],
  ["overlay", "draw a mask's labels over its image", () => import("./commands/overlay.js")],
  ["convert", "convert a data set to another format", () => import("./commands/convert.js")],
  ["compare", "compare a prediction with the truth", () => import("./commands/compare.js")],
  ["decode", "decode mask files into a directory", () => import("./commands/decode.js")],
  [
    "fetch",
    "download the vendor's jobs and decode them into a directory",
    () => import("./commands/fetch.js"),
  ],
  ["classes", "create or extend a class list, and report on masks", () => import("./commands/classes.js")],
  ["verify", "check that outputs match their manifest", () => import("./commands/verify.js")],
  ["enqueue", "add jobs to the queue of a cluster", () => import("./commands/enqueue.js")],
  ["worker", "process the jobs of a queue", () => import("./commands/worker.js")],
  ["queue", "show the state of a queue, and retry dead jobs", () => import("./commands/queue.js")],
  ["collect", "collect the workers' records into a manifest", () => import("./commands/collect.js")],
  [
    "completion",
    "print a script that completes commands in your shell",
    () => import("./commands/completion.js"),
  ],
  ["sample-server", "serve sample jobs the way the vendor does", () => import("./commands/sample-server.js")],
];

/** The exit codes of the process. */
const ExitCode = { ok: 0, failure: 1, usage: 2 } as const;

/**
 * Runs the command once, and returns when everything it printed has been handed to the system.
 *
 * @param args the arguments, without the program's name.
 * @returns the exit code: 0 success, 1 failure, 2 invalid arguments.
 */
export async function run(args: readonly string[]): Promise<number> {
  // Without listeners these events would end the process with a stack trace. Commander does not wait for its own output.
  let outputError: Error | undefined;
  process.stdout.on("error", (error) => {
    outputError ??= error;
  });
  process.stderr.on("error", () => {});
  let code = await perform(args);
  await closeAll();
  await flush(process.stdout);
  if (code === ExitCode.ok && outputError !== undefined) code = await report(outputError, args);
  await flush(process.stderr);
  return code;
}

async function perform(args: readonly string[]): Promise<number> {
  try {
    checkHelp(args);
    await (await makeProgram(args)).parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? ExitCode.ok);
  } catch (error) {
    return report(error, args);
  }
}

/** For an unknown name, commander would print the help of all commands without saying what was wrong. */
function checkHelp([first, name]: readonly string[]): void {
  if (first !== "help" || name === undefined || name.startsWith("-")) return;
  if (!COMMANDS.some(([known]) => known === name)) {
    throw new UsageError(`there is no command ${name}; \`labelmap --help\` lists the commands`);
  }
}

/**
 * A command that says first which option is unknown, and then which one is missing. So `convert --too voc` is not told that
 * `--to` is missing, but that `--too` is unknown.
 */
class CheckedCommand extends Command {
  #unknown: readonly string[] = [];

  override createCommand(name?: string): CheckedCommand {
    return new CheckedCommand(name);
  }

  override parseOptions(args: string[]): ReturnType<Command["parseOptions"]> {
    const parsed = super.parseOptions(args);
    this.#unknown = parsed.unknown;
    return parsed;
  }

  /** Commander's own hook, which its types leave out. */
  missingMandatoryOptionValue(option: Option): void {
    const [first] = this.#unknown;
    const own = Object.getPrototypeOf(CheckedCommand.prototype) as {
      missingMandatoryOptionValue(option: Option): void;
      unknownOption(flag: string): void;
    };
    if (first?.startsWith("-")) own.unknownOption.call(this, first);
    else own.missingMandatoryOptionValue.call(this, option);
  }
}

async function makeProgram(args: readonly string[]): Promise<Command> {
  const program = new CheckedCommand("labelmap")
    .description("Turns colour-coded segmentation masks into label maps for machine learning.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(printable(text.replace(/^error:/, "labelmap:"), "\n")),
    })
    .showHelpAfterError("Add --help to see the arguments and options.");
  for (const [name, summary, load] of COMMANDS) {
    const command = program.command(name).summary(summary);
    if (args.includes(name)) (await load()).define(command, COMMANDS);
  }
  addExamples(program, [
    ["labelmap inspect street.png", "Print what is in a mask. Its result is street.json in the same folder."],
    ["labelmap decode masks --out labels", "Turn a folder of masks into label maps."],
    ["labelmap fetch --help", "See the arguments and options of a command, with examples."],
  ]);
  program.addHelpText(
    "after",
    "To run it without installing it, write `npx labelmap-cli` instead of `labelmap`.",
  );
  return program;
}

/** Reports an error on stderr. @returns the exit code */
async function report(error: unknown, args: readonly string[]): Promise<number> {
  // Commander has already printed it. Printing the requested help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UsageError) {
    say(error.message);
    for (const line of error.lines) process.stderr.write(`  ${printable(line)}\n`);
    return ExitCode.usage;
  }
  if (isAbort(error)) {
    say("stopped early; run the same command again to continue");
    return ExitCode.failure;
  }
  // The reader has closed the pipe, as in `labelmap inspect mask.png | head -1`.
  if (isSystemError(error) && error.code === "EPIPE") return ExitCode.ok;
  const { LabelMapError } = await import("labelmap");
  if (error instanceof LabelMapError && error.code !== "INTERNAL") {
    say(`${error.code}: ${inFlags(error.message, error.code)}`);
    // If the library refuses an option, it came from a flag.
    return error.code === "OPTION_INVALID" ? ExitCode.usage : ExitCode.failure;
  }
  if (isSystemError(error)) say(describeSystemError(error, args));
  else say(`this is a bug, please report it: ${error instanceof Error ? error.stack : error}`, "\n");
  return ExitCode.failure;
}

/** @param kept see `printable`. By default a message is one line, so that quoted text cannot start a new one. */
function say(message: string, kept = ""): void {
  process.stderr.write(`labelmap: ${printable(message, kept)}\n`);
}

/** Whether the work was interrupted by Ctrl-C. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Whether this is an error of the operating system, such as ENOENT. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/**
 * Node's own messages name system calls (`EISDIR: illegal operation on a directory, read`), which help nobody here. A file
 * that is missing, or is a folder, has the code that it has in a batch. The message names the flag that the path was given
 * with.
 */
function describeSystemError(error: NodeJS.ErrnoException, args: readonly string[]): string {
  const { code, errno, path, message } = error;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  if (known === undefined) return `${code}: ${message}`;
  if (path === undefined) return `${code}: ${known}`;
  const flag = args[args.indexOf(path) - 1];
  const name = flag?.startsWith("--") ? `${path} (${flag})` : path;
  if (code === "ENOENT") {
    const start = isAbsolute(path) ? "" : `, which starts at ${process.cwd()}`;
    return `SOURCE_MISSING: ${name} does not exist; check the path${start}`;
  }
  if (code === "EISDIR") return `SOURCE_MISSING: ${name} is a folder; give a file`;
  if (code === "EACCES")
    return `${code}: ${name}: permission denied; change the permissions of the file or its folder`;
  return `${code}: ${name}: ${known}`;
}
