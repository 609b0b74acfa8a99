/// <reference types="node" />
/**
 * The table of commands, and what they have in common: how arguments are read, errors are told, and the exit code.
 *
 * The code of a command is loaded only when its name is among the arguments, so that `labelmap --help` and each command
 * start without what the others need.
 */

import { getSystemErrorMap } from "node:util";
import { Command, CommanderError } from "commander";
import { LabelMapError, version } from "labelmap";
import { addExamples } from "./help.js";
import { inFlags } from "./in-flags.js";
import { flush } from "./output.js";
import { printable } from "./printable.js";
import { UsageError } from "./usage-error.js";

interface CommandFile {
  /** Gives the command its description, arguments, options, examples and action. */
  define(command: Command): void;
}

/** Each command: its name, what `labelmap --help` says of it, and its file. */
const COMMANDS: readonly (readonly [name: string, summary: string, load: () => Promise<CommandFile>])[] = [
  ["inspect", "print what is in a mask: labels, pixels, boxes", () => import("./commands/inspect.js")],
  ["view", "look at masks in the browser", () => import("./commands/view.js")],
  ["overlay", "draw a mask's labels over its image", () => import("./commands/overlay.js")],
  ["decode", "decode masks that are files into a directory", () => import("./commands/decode.js")],
  ["fetch", "download and decode the vendor's jobs into a directory", () => import("./commands/fetch.js")],
  ["classes", "make or extend a class list, and report on masks", () => import("./commands/classes.js")],
  ["verify", "read outputs back and compare them with their manifest", () => import("./commands/verify.js")],
  ["enqueue", "put jobs into the queue of a cluster", () => import("./commands/enqueue.js")],
  ["worker", "do the jobs of a queue", () => import("./commands/worker.js")],
  ["queue", "look into a queue, and retry what is dead", () => import("./commands/queue.js")],
  ["collect", "gather what workers did into a manifest", () => import("./commands/collect.js")],
  ["sample-server", "serve sample jobs as the vendor would", () => import("./commands/sample-server.js")],
];

/** What the process ends with. */
const ExitCode = { ok: 0, failure: 1, usage: 2 } as const;

/**
 * Runs one call of the command, and ends when all that it printed has been handed over.
 *
 * @param args without the program's name.
 * @returns the exit code: 0 ok, 1 failure, 2 a call that cannot be meant.
 */
export async function run(args: readonly string[]): Promise<number> {
  // Without listeners the events would end the process with a stack. Commander does not wait for what it prints.
  let outputError: Error | undefined;
  process.stdout.on("error", (error) => {
    outputError ??= error;
  });
  process.stderr.on("error", () => {});
  let code = await perform(args);
  await flush(process.stdout);
  if (code === ExitCode.ok && outputError !== undefined) code = tell(outputError);
  await flush(process.stderr);
  return code;
}

async function perform(args: readonly string[]): Promise<number> {
  try {
    checkHelp(args);
    await (await makeProgram(args)).parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? ExitCode.ok);
  } catch (error) {
    return tell(error);
  }
}

/** Commander answers the wrong name with the help of all commands, and does not say what was wrong. */
function checkHelp([first, name]: readonly string[]): void {
  if (first !== "help" || name === undefined || name.startsWith("-")) return;
  if (!COMMANDS.some(([known]) => known === name)) {
    throw new UsageError(`there is no command ${name}; \`labelmap --help\` lists them`);
  }
}

async function makeProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("labelmap")
    .description("Colour-coded segmentation masks to label maps for machine learning.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(printable(text.replace(/^error:/, "labelmap:"), "\n")),
    })
    .showHelpAfterError("Add --help to see what is allowed.");
  for (const [name, summary, load] of COMMANDS) {
    const command = program.command(name).summary(summary);
    if (args.includes(name)) (await load()).define(command);
  }
  addExamples(program, [
    ["labelmap inspect street.png", "What is in a mask; its result is street.json beside it."],
    ["labelmap decode masks --out labels", "A folder of masks to label maps."],
    ["labelmap fetch --help", "What a command takes, with examples."],
  ]);
  return program;
}

/** Says on stderr what went wrong. @returns the exit code */
function tell(error: unknown): number {
  // Commander has printed it already; help that was asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UsageError) {
    say(error.message);
    return ExitCode.usage;
  }
  if (isAbort(error)) {
    say("stopped before the end; make the same call again");
    return ExitCode.failure;
  }
  // The reader has had enough, as in `labelmap inspect mask.png | head -1`.
  if (isSystemError(error) && error.code === "EPIPE") return ExitCode.ok;
  if (error instanceof LabelMapError && error.code !== "INTERNAL") {
    say(`${error.code}: ${inFlags(error.message)}`);
    // Whatever option the library refuses, a flag gave it.
    return error.code === "OPTION_INVALID" ? ExitCode.usage : ExitCode.failure;
  }
  if (isSystemError(error)) say(`${error.code}: ${describeSystemError(error)}`);
  else say(`this is a bug, please report it: ${error instanceof Error ? error.stack : error}`, "\n");
  return ExitCode.failure;
}

/** @param kept as of `printable`: what a message quotes must not start a line. */
function say(message: string, kept = ""): void {
  process.stderr.write(`labelmap: ${printable(message, kept)}\n`);
}

/** Whether Ctrl-C ended what was under way. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Whether this is of the operating system, such as ENOENT. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/** Node's own messages hold calls of the system (`EISDIR: illegal operation on a directory, read`). */
function describeSystemError({ errno, path, message }: NodeJS.ErrnoException): string {
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return known === undefined ? message : path === undefined ? known : `${path}: ${known}`;
}
