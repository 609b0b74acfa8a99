#!/usr/bin/env node
/// <reference types="node" />
/**
 * The `labelmap` command.
 *
 * To add a command, write a file `cli/src/commands/NAME.ts` with `export function define(command: Command): void`. It adds
 * the description, arguments, options, examples (`addExamples`) and action. Then add a line to the table in program.ts.
 *
 * The rules for an action:
 * - A command's file is loaded only if the arguments name the command. If a heavy module is not always needed, import it
 *   inside the action.
 * - Print results to stdout with `print` or `writeOutput`, and await them. Everything else goes to stderr.
 * - Throw failures. A `LabelMapError` or an error of Node's file system becomes a line on stderr and exit code 1. A
 *   `UsageError` becomes exit code 2. Any other error is a bug and is shown with its stack. If the action has already
 *   printed what is wrong, it sets `process.exitCode = 1` and returns.
 * - Pass names that come from data through `printable` before they reach a terminal. `formatTable` does this itself.
 */
import { run } from "./program.js";

// Exit explicitly: with an empty event loop, Node 20 may wait forever for V8's background tasks.
process.exit(await run(process.argv.slice(2)));
