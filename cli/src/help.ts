/** The end of each command's help: examples that work, each with its purpose. */
import type { Command } from "commander";

/** @param examples command lines, each with its purpose. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [call: string, purpose: string])[],
): void {
  const lines = examples.map(([call, purpose]) => `  # ${purpose}\n  ${call}\n`);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
