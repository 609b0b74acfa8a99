/** What the table of commands says about a command. */
import type { Command } from "commander";

/** The file of a command. */
export interface CommandFile {
  /**
   * Gives the command its description, arguments, options, examples and action.
   * @param commands all commands, for those that tell about the others
   */
  define(command: Command, commands: readonly CommandEntry[]): void;
}

/** A command: its name, its line in `labelmap --help`, and its file. */
export type CommandEntry = readonly [name: string, summary: string, load: () => Promise<CommandFile>];
