/**
 * `npm run bench:readme`: puts the committed results into README.md and docs/benchmarks.md, each block between two marks,
 * so that its figures are always those of bench/results*.json.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describeDatasets } from "./readme-dataset.mjs";
import { describeBrowser, describeDecode, describeInShort } from "./readme-decode.mjs";
import { describeTraining } from "./readme-training.mjs";

const END = "<!-- end of what is made -->";
/** Each block: the page, the results, and what makes the text of them. */
const BLOCKS = [
  ["README.md", "results.json", describeInShort],
  ["docs/benchmarks.md", "results.json", describeDecode],
  ["docs/benchmarks.md", "results-browser.json", describeBrowser],
  ["docs/benchmarks.md", "results-training.json", describeTraining],
  ["docs/benchmarks.md", "results-dataset.json", describeDatasets],
];

const pathOf = (page) => new URL(`../${page}`, import.meta.url);

/**
 * @returns {{ page: string, text: string, made: string }[]} the pages of which the results are there: as they are, and as
 *   they should be
 */
export function makePages() {
  const pages = new Map();
  for (const [page, name, describe] of BLOCKS) {
    const results = new URL(name, import.meta.url);
    if (!existsSync(results)) continue;
    const { text, made } = pages.get(page) ?? readPage(page);
    const block = describe(JSON.parse(readFileSync(results, "utf8"))).join("\n\n");
    pages.set(page, { page, text, made: replaceBlock(made, page, name, block) });
  }
  return [...pages.values()];
}

function readPage(page) {
  const text = readFileSync(pathOf(page), "utf8");
  return { text, made: text };
}

function replaceBlock(text, page, name, block) {
  const mark = `<!-- made by \`npm run bench:readme\` from bench/${name} -->`;
  const begin = text.indexOf(mark);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${page} lacks the mark ${mark} or its end`);
  // The README may not be long: its block has no empty lines.
  const gap = page === "README.md" ? "\n" : "\n\n";
  return [text.slice(0, begin + mark.length), block, text.slice(end)].join(gap);
}

if (process.argv[1] === import.meta.filename) {
  for (const { page, made } of makePages()) writeFileSync(pathOf(page), made);
}
