/**
 * `--dry-run`, `--json` and `--quiet`. What they mean is written here, once for all commands:
 *
 * - `--dry-run` checks the arguments, reads what is needed for that, and prints what would be done. Nothing is written.
 * - `--json` prints the result on standard output as JSON, and nothing else goes there.
 * - `--quiet` prints no progress and no notices. Errors, failures and the result are still printed.
 *
 * Every command knows the three flags. If one can have no meaning for a command, the command says so and does nothing.
 */

import { type Command, Option } from "commander";
import { UsageError } from "./usage-error.js";

export interface RunFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Why a flag has no meaning for a command: `it writes nothing`. */
export interface NoMeaning {
  readonly no: string;
}

/** What the flags do in one command: words that are added to their help, or why they have no meaning. */
export interface Meanings {
  /** What is printed, if that is not clear; `""` if it is. */
  readonly dryRun: string | NoMeaning;
  /** What is printed as JSON: `the report`. */
  readonly json: string | NoMeaning;
  readonly quiet: "" | NoMeaning;
}

/** For commands that only read. */
export const WRITES_NOTHING: NoMeaning = { no: "it writes nothing" };

/** Adds the three flags to a command, after its own. */
export function addRunFlags(command: Command, { dryRun, json, quiet }: Meanings): void {
  const refusals = new Map<string, { readonly name: string; readonly why: string }>();
  const add = (flags: string, key: keyof RunFlags, meaning: string | NoMeaning, about: string) => {
    const option = new Option(flags, about);
    if (typeof meaning !== "string") {
      option.hideHelp();
      refusals.set(key, { name: option.long!, why: meaning.no });
    }
    command.addOption(option);
  };
  const more = (text: string | NoMeaning) => (text === "" || typeof text !== "string" ? "" : `; ${text}`);
  add("--dry-run", "dryRun", dryRun, `print what would be done, and write nothing${more(dryRun)}`);
  add("--json", "json", json, `print ${typeof json === "string" ? json : ""} as JSON`);
  add("-q, --quiet", "quiet", quiet, "show no progress and no notices");
  if (refusals.size === 0) return;
  command.hook("preAction", (_, called) => {
    for (const [key, { name, why }] of refusals) {
      if (called === command && called.opts()[key] !== undefined) refuseFlag(name, nameOf(command), why);
    }
  });
}

/** @throws {UsageError}: the flag has no meaning here */
export function refuseFlag(flag: string, command: string, why: string): never {
  throw new UsageError(`${flag} has no meaning for ${command}, because ${why}; leave it out`);
}

/** `queue status` of a part of a command. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}
