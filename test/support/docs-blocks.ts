/**
 * Finds the code blocks of README.md, docs/*.md and the pages of labelmap-cli. The words after a block's three
 * backticks say where it runs:
 *
 * | words | |
 * | --- | --- |
 * | `js` | a program for Node |
 * | `js browser`, `html` | a page's module, built by Vite; a page from a static server |
 * | `js edge` | a worker for workerd |
 * | `js NAME.js` | a file that other blocks of the page load |
 * | `LANGUAGE of FOLDER/FILE` | a file of test/compat/projects/, which `npm run test:compat` runs |
 * | `python` | a program for Python with NumPy |
 * | `console` | a terminal session (test/docs/docs-commands.test.ts) |
 *
 * A comment `→ text` in a block says what the block prints at that point.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

export const RUNNERS = ["node", "browser", "edge", "file", "compat", "python", "console"] as const;
export type Runner = (typeof RUNNERS)[number];

/** The blocks that are not run, and why. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "": "text drawings, printed output or mathematics: nothing to run",
  sh: "docs-runners.ts runs the copies, which make a page's folder. test/cli/view.test.ts, test/cluster/queue-commands.test.ts and test/docs/docs-commands.test.ts make the calls, with another project, key and ports. The rest installs and builds, as .ci/run does.",
  json: "not run here: test/explorer/explorer.test.ts gives this list to the explorer",
  ts: "declarations from dist/, which scripts/api-summary.mjs copies and its test compares",
  toml: "settings of a tool that needs an account",
};

export interface Block {
  readonly page: string;
  /** The number of the block's first line, counted from 1. */
  readonly line: number;
  readonly words: string;
  readonly code: string;
  /** For `file` and `compat`: its name. */
  readonly name: string;
  readonly runner: Runner | undefined;
}

/** Pages on which each Node block continues the first one. */
const AFTER_FIRST = [
  "docs/training-data.md",
  "docs/concepts.md",
  "docs/decoding.md",
  "docs/encodings.md",
  "docs/legends.md",
];

export const PAGES: readonly string[] = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => `docs/${file}`),
  "cli/README.md",
  "cli/docs/explorer.md",
];

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map((match): Block => {
    const [, words = "", code = ""] = match;
    const line = text.slice(0, match.index).split("\n").length + 1;
    const runner = runnerOf(words);
    return { page, line, words, code, runner, name: nameIn(words, runner) };
  });
  if (!AFTER_FIRST.includes(page)) return blocks;
  const first = blocks.find(({ runner }) => runner === "node")!;
  const follow = (block: Block) =>
    block.runner === "node" && block !== first ? { ...block, code: `${first.code}\n${block.code}` } : block;
  return blocks.map(follow);
}

function runnerOf(words: string): Runner | undefined {
  if (words === "js") return "node";
  if (words === "js browser" || words === "html") return "browser";
  if (words === "js edge") return "edge";
  if (words === "python" || words === "console") return words;
  if (/^\w+ of \S+$/.test(words)) return "compat";
  return /^js [\w-]+\.m?js$/.test(words) ? "file" : undefined;
}

function nameIn(words: string, runner: Runner | undefined): string {
  return runner === "file" || runner === "compat" ? words.split(" ").at(-1)! : "";
}

/** The output that a block promises; `null` if it promises none. */
export function promisedOutput({ code }: Block): string[] | null {
  const lines = [...code.matchAll(/(?:\/\/|#) → (.*)$/gm)].map((match) => match[1]!.trim());
  return lines.length === 0 ? null : lines;
}
