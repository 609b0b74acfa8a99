#!/usr/bin/env node
/// <reference types="node" />
/**
 * The `labelmap` command.
 *
 * How a command is added: a file `src/cli/commands/NAME.ts` with `export function define(command: Command): void`, which
 * gives it its description, arguments, options, examples (`addExamples`) and action; and a line in the table of program.ts.
 *
 * What an action may rely on, and owes:
 * - A file is loaded only when its command is named in the call. What is heavy and not always needed is imported in it.
 * - Results go to stdout through `print` or `writeOutput`, which must be awaited; all else goes to stderr.
 * - A failure is thrown: a `LabelMapError` or an error of Node's file system becomes a line on stderr and exit code 1, a
 *   `UsageError` exit code 2; whatever else is thrown is a bug, and shown with its stack. A command that has printed what
 *   is wrong sets `process.exitCode = 1` and returns.
 * - Names that come from data go through `printable` before they reach a terminal; `formatTable` does so by itself.
 */
import { run } from "./program.js";

// Not by letting the event loop run dry: Node 20 may then wait forever for V8's background tasks.
process.exit(await run(process.argv.slice(2)));
