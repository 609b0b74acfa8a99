/**
 * The code blocks of README.md, docs/*.md and the pages of labelmap-cli. The words after a block's three backticks say where it runs:
 *
 * | words | |
 * | --- | --- |
 * | `js` | a program for Node |
 * | `js browser`, `html` | a page's module, built by Vite; a page from a static server |
 * | `js edge` | a worker for workerd |
 * | `js NAME.js` | a file that other blocks of the page load |
 * | `python` | a program for Python with NumPy |
 * | `console` | a terminal session (docs-commands.test.ts) |
 *
 * A comment `→ text` in a block is what it prints there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

export const RUNNERS = ["node", "browser", "edge", "file", "python", "console"] as const;
export type Runner = (typeof RUNNERS)[number];

/** What is not run, and why. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "": "figures in words and lines, printed output or mathematics: nothing that could run",
  sh: "copies make a page's folder (docs-runners.ts); with another project and key, and other ports, cli-view, cli-queue and docs-commands.test.ts make the calls; the rest installs and builds, as .ci/run does",
  json: "not here: explorer.test.ts gives this list to the explorer",
  ts: "declarations out of dist/, which scripts/api-summary.mjs copies and its test compares",
  toml: "the settings of a tool that needs an account",
};

export interface Block {
  readonly page: string;
  /** Of the block's first line, as an editor counts. */
  readonly line: number;
  readonly words: string;
  readonly code: string;
  /** For `file`: its name. */
  readonly name: string;
  readonly runner: Runner | undefined;
}

/** Pages whose Node blocks stand each after the first one. */
const AFTER_FIRST = ["docs/training-data.md", "docs/concepts.md", "docs/decoding.md"];

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
    return { page, line, words, code, runner, name: runner === "file" ? words.split(" ")[1]! : "" };
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
  return /^js [\w-]+\.m?js$/.test(words) ? "file" : undefined;
}

/** What a block says that it prints; `null` where it does not say. */
export function promisedOutput({ code }: Block): string[] | null {
  const lines = [...code.matchAll(/(?:\/\/|#) → (.*)$/gm)].map((match) => match[1]!.trim());
  return lines.length === 0 ? null : lines;
}
