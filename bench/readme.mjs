/**
 * `npm run bench:readme`: puts the committed results into docs/benchmarks.md, each block between two marks, so that its
 * figures are always those of bench/results*.json. The README has the chart and one sentence of its own.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { round } from "./measure.mjs";
import { describeDatasets } from "./readme-dataset.mjs";
import { describeTraining } from "./readme-training.mjs";
import {
  describeMachine,
  describeVersion,
  masksOf,
  OWN,
  REUSED,
  ratiosOf,
  table,
  ZLIB,
  ZLIB_FASTEST,
} from "./summary.mjs";

const BEGIN = "<!-- made by `npm run bench:readme` from bench/results*.json -->";
const BEGIN_DECISIVE =
  "<!-- made by `npm run bench:readme` from bench/results.json and bench/results-browser.json -->";
const BEGIN_TRAINING = "<!-- made by `npm run bench:readme` from bench/results-training.json -->";
const BEGIN_DATASET = "<!-- made by `npm run bench:readme` from bench/results-dataset.json -->";
const END = "<!-- end of what is made -->";

const inNode = read("results.json");
const inBrowser = read("results-browser.json");
if (inNode === undefined) throw new Error("there are no results: run `npm run bench` first");
put(describeAll(inNode), BEGIN);
put([...describeNode(inNode), ...(inBrowser ? describeBrowser(inBrowser) : [])], BEGIN_DECISIVE);
const training = read("results-training.json");
if (training !== undefined) put(describeTraining(training), BEGIN_TRAINING);
const datasets = read("results-dataset.json");
if (datasets !== undefined) put(describeDatasets(datasets), BEGIN_DATASET);

function put(made, mark) {
  const file = new URL("../docs/benchmarks.md", import.meta.url);
  const text = readFileSync(file, "utf8");
  const begin = text.indexOf(mark);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`docs/benchmarks.md lacks the mark ${mark} or its end`);
  writeFileSync(file, `${text.slice(0, begin + mark.length)}\n\n${made.join("\n\n")}\n\n${text.slice(end)}`);
}

function read(name) {
  const file = new URL(name, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function describeNode({ machine, date, rounds, decode }) {
  const masks = masksOf(decode);
  return [
    `${describeMachine(machine)}; ${date}, medians of ${rounds} rounds in which all take turns. Where two figures stand, the ` +
      "first is for a fresh array that belongs to the caller (**own**, the default), the second for `{ into: previous.data }` " +
      "(**reused**). Checksums are on. × zlib: below 1, the labels are there before zlib has inflated.",
    table(
      [
        "mask",
        "own / reused, ms",
        "× zlib's inflate",
        "× zlib's in one chunk",
        "faster than sharp + `Map` scan",
      ],
      masks.map(({ title, ms }) => {
        const ratios = ratiosOf(ms);
        const both = (of) => `${ratios[of("own")]} / ${ratios[of("reused")]}`;
        return [
          title,
          `${ms[OWN]} / ${ms[REUSED]}`,
          both((mine) => `${mine} × zlib`),
          both((mine) => `${mine} × zlib in one chunk`),
          `${both((mine) => `sharp × ${mine}`)} ×`,
        ];
      }),
    ),
    describeSlower(masks),
  ];
}

function describeAll({ machine, date, versions, decode, checks, profile }) {
  const masks = masksOf(decode);
  const drawn = profile.filter(({ mask }) => decode.some(({ title, isReal }) => title === mask && !isReal));
  return [
    `${describeMachine(machine)}; ${date}.`,
    "## Each contender",
    "Each figure is the contender's time divided by ours, first with an own array, then with a reused one. Below 1 the contender is faster:",
    table(["", ...masks.map(({ title }) => title)], contenderRows(masks)),
    "## Where the time goes",
    "The shares of a decode into a reused array, sampled by V8's profiler. Inlined code counts for the function that it was " +
      "inlined into. Below them: the time with and without `verify: false`, and the speed, compared with filling an array with " +
      "the same number of labels:",
    table(["", ...drawn.map(({ mask }) => mask)], costRows(drawn, checks)),
    `Versions: ${[...new Set(Object.entries(versions).map(describeVersion))].join("; ")}.`,
  ];
}

/** A table cell; a contender that was left out shows the reason. */
function contenderRows(masks) {
  const contenders = new Set(masks.flatMap(({ ms, leftOut = {} }) => Object.keys({ ...ms, ...leftOut })));
  return [...contenders]
    .filter((name) => name !== OWN && name !== REUSED)
    .map((name) => [
      name,
      ...masks.map(({ ms, leftOut = {} }) =>
        ms[name]
          ? `${round(ms[name] / ms[OWN])} / ${round(ms[name] / ms[REUSED])}`
          : (leftOut[name] ?? "not by all"),
      ),
    ]);
}

/** Says for each decoder on which masks it is faster than we are. The time of zlib is in the table. */
function describeSlower(masks) {
  const contenders = new Set(masks.flatMap(({ ms }) => Object.keys(ms)));
  const lines = [...contenders]
    .filter((name) => ![OWN, REUSED, ZLIB, ZLIB_FASTEST].includes(name))
    .flatMap((name) =>
      [OWN, REUSED].flatMap((mine) => {
        const where = masks.filter(({ ms }) => ms[name] < ms[mine]).map(({ title }) => title);
        if (where.length === 0) return [];
        const on = where.length === masks.length ? "all of these masks" : where.join("; ");
        return [`- \`${name}\` is faster than \`${mine}\` on ${on}.`];
      }),
    );
  if (lines.length === 0) return "No decoder with a scan is faster than `labelmap` on any of these masks.";
  return `**Where another decoder with its scan is the faster one:**\n\n${lines.join("\n")}`;
}

function costRows(profile, checks) {
  const parts = [...new Set(profile.flatMap((mask) => mask.parts.map(({ name }) => name)))];
  const checked = profile.map(({ mask }) => checks.find((row) => row.mask === mask));
  return [
    ...parts.map((part) => [
      part,
      ...profile.map((mask) => percent(mask.parts.find(({ name }) => name === part)?.share ?? 0)),
    ]),
    ["ms / with `verify: false`", ...checked.map((row) => `${row.ms} / ${row["ms, verify: false"]}`)],
    ["megapixels a second", ...checked.map((row) => row["MP/s"])],
    ["megapixels a second of `Int32Array.fill`", ...checked.map((row) => row["fill MP/s"])],
  ];
}

function describeBrowser({ machine: { browser, ...machine }, date, rounds, decode, alpha }) {
  return [
    `In headless ${browser} (${machine.cpu}, ${machine.platform}; ${date}, medians of ${rounds} rounds), milliseconds and ` +
      "how many times ours, own / reused; and on a mask whose alpha varies the share of pixels that get a wrong label:",
    table(
      ["", ...decode.map(({ title }) => title), "wrong where alpha varies"],
      Object.keys(alpha.wrong).map((name) => [
        name,
        ...decode.map(({ ms, wrong, pixels }) => {
          const mistakes = wrong[name] === 0 ? "" : `, ${percent(wrong[name] / pixels)} wrong`;
          const isOurs = name === OWN || name === REUSED;
          const ratios = isOurs ? "" : ` (${round(ms[name] / ms[OWN])} / ${round(ms[name] / ms[REUSED])} ×)`;
          return `${ms[name]}${ratios}${mistakes}`;
        }),
        percent(alpha.wrong[name] / alpha.pixels),
      ]),
    ),
  ];
}

function percent(share) {
  return `${share > 0 && share < 0.0005 ? "<0.1" : Number((share * 100).toFixed(1))} %`;
}
