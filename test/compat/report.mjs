/**
 * What a full run writes: results.json, and the tables in README.md and docs/environments.md that are made of it, each
 * between two marks.
 */
import { readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);
export const RESULTS = new URL("results.json", import.meta.url);
const BEGIN = "<!-- made by `npm run test:compat` from test/compat/results.json -->";
const END = "<!-- end of what is made -->";

/**
 * @typedef {Omit<import("./run-entry.mjs").Outcome, "output">} Result
 * @typedef {{ labelmap: string, date: string, platform: string, results: Result[] }} Report
 */

/**
 * @param {readonly import("./run-entry.mjs").Outcome[]} outcomes
 * @param {Date} date
 */
export function writeReport(outcomes, date) {
  const { version } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
  const report = {
    labelmap: version,
    date: date.toISOString().slice(0, 10),
    platform: `${process.platform} ${process.arch}`,
    results: outcomes.map(({ output, ...result }) => result),
  };
  writeFileSync(RESULTS, `${JSON.stringify(report, null, 2)}\n`);
  for (const [page, describe] of Object.entries(PAGES)) {
    const file = new URL(page, ROOT);
    writeFileSync(file, withTable(readFileSync(file, "utf8"), describe(report)));
  }
}

/** The pages with a table, and what makes it. */
export const PAGES = { "README.md": describeGroups, "docs/environments.md": describeAll };

/** A page's text with another table. */
export function withTable(text, made) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`a page lacks the mark ${BEGIN} or its end`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${made.join("\n\n")}\n\n${text.slice(end)}`;
}

/** One row for each group. @param {Report} report */
export function describeGroups(report) {
  const { results } = report;
  const groups = [...new Set(results.map(({ group }) => group))];
  const anyFails = results.some(({ failure }) => failure !== undefined);
  const rows = groups.map((group) => {
    const own = results.filter((result) => result.group === group);
    const works = titlesOf(own.filter(({ failure }) => failure === undefined));
    return [
      group,
      works,
      ...(anyFails ? [titlesOf(own.filter(({ failure }) => failure !== undefined))] : []),
    ];
  });
  return [table([whenOf(report), "works", ...(anyFails ? ["fails"] : [])], rows)];
}

/** One row for each environment, and the sizes of the core. @param {Report} report */
export function describeAll(report) {
  const { results } = report;
  const sizes = results.filter(({ core }) => core !== undefined);
  return [
    table(
      [whenOf(report), "environment", "result"],
      results.map(({ group, title, failure }) => [
        group,
        title,
        failure === undefined ? "works" : `fails: ${plain(failure)}`,
      ]),
    ),
    'The size of `import { decodeMask } from "labelmap"` with the WebAssembly module in it, in bytes:',
    table(
      ["bundler", "files", "minified", "gzip"],
      sizes.map(({ title, core, oversize }) => [
        title,
        core.files,
        bytes(core.minified),
        `${bytes(core.gzip)}${oversize === undefined ? "" : ", above our limit"}`,
      ]),
    ),
  ];
}

function whenOf({ labelmap, date, platform }) {
  return `${labelmap}, ${date}, ${platform}`;
}

/** Titles that differ in one version only are one: `Vite 5.4.21, 6.4.6`. */
function titlesOf(results) {
  const merged = new Map();
  for (const { title } of results) {
    const [, name, version, rest] = /^(.*?)(\d[\d.]*)(.*)$/.exec(title) ?? [title, title, "", ""];
    // Several versions in one title stay as they are.
    const key = /\d/.test(rest) || version === "" ? title : `${name}\0${rest}`;
    merged.set(key, [...(merged.get(key) ?? []), { name, version, rest, title }]);
  }
  return [...merged.values()]
    .map((same) =>
      same.length === 1
        ? same[0].title
        : `${same[0].name}${same.map(({ version }) => version).join(", ")}${same[0].rest}`,
    )
    .join("; ");
}

/** A line of another program's output, as the cell of a table. */
function plain(text) {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}

function bytes(number) {
  return number.toLocaleString("en-GB");
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}
