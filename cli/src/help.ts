/** The end of each command's help: calls that work, with what they are for. */
import type { Command } from "commander";

/** @param examples each call, and what it does. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [call: string, purpose: string])[],
): void {
  const lines = examples.map(([call, purpose]) => `  # ${purpose}\n  ${call}\n`);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
