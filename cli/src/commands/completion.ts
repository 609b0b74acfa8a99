/** `labelmap completion`: prints a script that completes commands and options in a shell. */

import { Argument, Command } from "commander";
import { PALETTES } from "labelmap/legend";
import type { CommandEntry } from "../command-entry.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { addRunFlags, WRITES_NOTHING } from "../run-flags.js";

/** The scripts ask the command itself, so they know its options, whatever its version is. */
const SCRIPTS = {
  bash: `# labelmap: completion for bash. Add to ~/.bashrc: eval "$(labelmap completion bash)"
_labelmap() {
  local IFS=$'\\n'
  COMPREPLY=($(labelmap completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -o bashdefault -F _labelmap labelmap
`,
  zsh: `#compdef labelmap
# labelmap: completion for zsh. Add to ~/.zshrc, after compinit: eval "$(labelmap completion zsh)"
_labelmap() {
  local -a found
  found=("\${(@f)$(labelmap completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then
    # A colon would end the value.
    found=("\${(@)\${(@)found//:/\\\\:}//$'\\t'/:}")
    _describe labelmap found || _files
  else
    _files
  fi
}
compdef _labelmap labelmap
`,
  fish: `# labelmap: completion for fish. Save as ~/.config/fish/completions/labelmap.fish
function __labelmap_complete
    set -l words (commandline -opc) (commandline -ct)
    labelmap completion fish -- $words[2..-1] 2>/dev/null
end
complete -c labelmap -a '(__labelmap_complete)'
`,
} as const;

type Shell = keyof typeof SCRIPTS;

export function define(command: Command, commands: readonly CommandEntry[]): void {
  command
    .description("Prints a script that completes the commands, options and values of labelmap in your shell.")
    .addArgument(new Argument("<shell>", "your shell").choices(Object.keys(SCRIPTS)))
    .addArgument(new Argument("[words...]", "after --: print the completions of the last word"))
    .action(async (shell: Shell, words: readonly string[]) => {
      if (words.length === 0) return print(SCRIPTS[shell].trimEnd());
      const found = await complete(words, commands);
      if (found.length > 0) await print(found.map((each) => each.join("\t")).join("\n"));
    });
  const printsScript = { no: "it prints a script" };
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: printsScript, quiet: printsScript });
  addExamples(command, [
    ["labelmap completion bash > labelmap.bash", "Save the script for bash, and load it in ~/.bashrc."],
  ]);
}

/** A value, and what it is. */
type Candidate = readonly [value: string, about: string];

/**
 * What may stand in place of the last word.
 *
 * @returns nothing if a file may stand there: then the shell completes file names.
 */
export async function complete(
  words: readonly string[],
  commands: readonly CommandEntry[],
): Promise<readonly Candidate[]> {
  const [name, ...rest] = words;
  const current = rest.at(-1) ?? name ?? "";
  const startsWith = ([value]: Candidate) => value.startsWith(current);
  if (rest.length === 0) {
    return commands.map(([each, summary]): Candidate => [each, summary]).filter(startsWith);
  }
  const entry = commands.find(([each]) => each === name);
  if (entry === undefined) return [];
  let command = new Command(name);
  (await entry[2]()).define(command, commands);
  const before = rest.slice(0, -1);
  for (const word of before) command = command.commands.find((each) => each.name() === word) ?? command;
  const last = before.at(-1) ?? "";
  const previous = command.options.find(({ long, short }) => [long, short].includes(last));
  if (previous !== undefined && (previous.required || previous.optional)) {
    const palettes = previous.long === "--legend" ? Object.keys(PALETTES) : [];
    return [...(previous.argChoices ?? []), ...palettes]
      .map((each): Candidate => [each, ""])
      .filter(startsWith);
  }
  if (current.startsWith("-")) {
    return command.options
      .filter(({ hidden }) => !hidden)
      .flatMap(({ long, description }) => (long ? [[long, firstLine(description)] as const] : []))
      .filter(startsWith);
  }
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const parts = command.commands.map((each): Candidate => [each.name(), each.summary()]);
  return [...parts, ...choices.map((each): Candidate => [each, ""])].filter(startsWith);
}

/** The description up to its first colon, bracket or semicolon, which is enough for a list. */
function firstLine(description: string): string {
  return description.split(/[:;(\n]/)[0]!.trim();
}
