/**
 * `npm run bench:readme`: puts the committed results into the README, between two marks, so that its figures are always
 * those of bench/results.json and bench/results-browser.json.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { round } from "./measure.mjs";
import { describeMachine, OWN, REUSED, ratiosOf, realMean, ZLIB, ZLIB_FASTEST } from "./summary.mjs";

const BEGIN = "<!-- made by `npm run bench:readme` from bench/results*.json -->";
const END = "<!-- end of what is made -->";
const README = new URL("../README.md", import.meta.url);
const ours = [OWN, REUSED];

const read = (name) => {
  const file = new URL(name, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
};

const parts = [...describeNode(read("results.json")), ...describeBrowser(read("results-browser.json"))];
const readme = readFileSync(README, "utf8");
const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
if (begin < 0 || end < begin) throw new Error("README.md lacks the two marks");
writeFileSync(
  README,
  `${readme.slice(0, begin + BEGIN.length)}\n\n${parts.join("\n\n")}\n\n${readme.slice(end)}`,
);

function describeNode({ machine, date, rounds, versions, decode, checks, profile }) {
  const masks = [...decode, realMean(decode)].filter(Boolean);
  return [
    `${describeMachine(machine)}; ${date}, medians of ${rounds} rounds in which all take turns. \`own\` is a fresh array, ` +
      "`reused` is `into`; checksums are on.",
    table(
      [
        "mask",
        "own ms",
        "reused ms",
        "zlib ms",
        "own × zlib",
        "reused × zlib",
        "sharp × own",
        "sharp × reused",
      ],
      masks.map(({ title, ms }) => {
        const ratios = ratiosOf(ms);
        return [
          title,
          ms[OWN],
          ms[REUSED],
          ms[ZLIB],
          ratios["own × zlib"],
          ratios["reused × zlib"],
          ratios["sharp × own"],
          ratios["sharp × reused"],
        ];
      }),
    ),
    "`own × zlib` is our time divided by that of `node:zlib` inflating the same IDAT and nothing else, and `sharp × own` " +
      "the time of sharp and a scan with a `Map` divided by ours. All contenders, in times of `own` (below 1 they are " +
      "faster than that):",
    table(["contender", ...decode.map(({ title }) => title)], contenderRows(decode)),
    describeSlower(decode),
    "What it does in the time of `reused` (sampled; inlined code counts where it was put), and its pace beside filling " +
      "an array of as many labels:",
    table(
      ["mask", ...partsOf(profile), "without checksums", "pixels per second", "fill"],
      profile.map(({ mask, parts: found }) => {
        const check = checks.find((row) => row.mask === mask);
        return [
          mask,
          ...partsOf(profile).map((part) => percent(found.find(({ name }) => name === part)?.share ?? 0)),
          `${check["ms, verify: false"]} of ${check.ms} ms`,
          `${check["MP/s"]} M`,
          `${check["fill MP/s"]} M`,
        ];
      }),
    ),
    `Versions: ${Object.entries(versions).map(describeVersion).join("; ")}.`,
  ];
}

/** Each contender's time in times of our own; what was left out says why. */
function contenderRows(decode) {
  const contenders = new Set(
    decode.flatMap(({ ms, leftOut }) => [...Object.keys(ms), ...Object.keys(leftOut)]),
  );
  return [...contenders]
    .filter((name) => name !== OWN)
    .map((name) => [name, ...decode.map(({ ms, leftOut }) => leftOut[name] ?? round(ms[name] / ms[OWN]))]);
}

/** Says by mask which contenders are faster than we are: what only inflates, and what decodes. */
function describeSlower(decode) {
  const lines = decode.flatMap(({ title, ms }) =>
    ours.flatMap((mine) => {
      const faster = Object.keys(ms).filter((name) => !ours.includes(name) && ms[name] < ms[mine]);
      if (faster.length === 0) return [];
      return [
        `- ${title}: slower than ${faster.join(" and ")} with ${mine === OWN ? "an own" : "a reused"} array`,
      ];
    }),
  );
  const inflates =
    `(${ZLIB.split(",")[0]} only inflates: it finds no labels. \`${ZLIB_FASTEST}\` is told the size of ` +
    "what comes out beforehand.)";
  if (lines.length === 0) return `No contender is faster on any of these masks. ${inflates}`;
  return `Where \`labelmap\` is slower than something ${inflates}:\n\n${lines.join("\n")}`;
}

function describeBrowser(results) {
  if (results === undefined) return [];
  const { machine, date, rounds, decode, alpha } = results;
  const { browser, ...rest } = machine;
  return [
    `In headless ${browser} (${rest.cpu}, ${rest.platform}; ${date}, medians of ${rounds} rounds), milliseconds:`,
    table(
      ["", ...decode.flatMap(({ title }) => [title, "× own", "× reused"]), "wrong pixels where alpha varies"],
      Object.keys(alpha.wrong).map((name) => [
        name,
        ...decode.flatMap(({ ms }) => [ms[name], round(ms[name] / ms[OWN]), round(ms[name] / ms[REUSED])]),
        percent(alpha.wrong[name] / alpha.pixels),
      ]),
    ),
  ];
}

function partsOf(profile) {
  return [...new Set(profile.flatMap((mask) => mask.parts.map(({ name }) => name)))];
}

function percent(share) {
  return `${share > 0 && share < 0.001 ? "<0.1" : Number((share * 100).toFixed(1))} %`;
}

/** Of a package its name and version; what is no package says both in its version. */
function describeVersion([name, version]) {
  return /^\d/.test(version) ? `${name} ${version}` : version;
}

function table([first, ...columns], rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line([first, ...columns]), line(["---", ...columns.map(() => "--:")]), ...rows.map(line)].join(
    "\n",
  );
}
