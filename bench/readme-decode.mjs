/** What `npm run bench:readme` makes of bench/results.json: the README's sentence, goals and tables of docs/benchmarks.md. */
import { ALLOCATING, LIBDEFLATE, OWN, REUSED, SHARP, STEADY } from "./contenders.mjs";
import { reachedGoals, verdict } from "./goals.mjs";
import { round } from "./measure.mjs";
import {
  describeMachine,
  describeRun,
  describeVersion,
  masksOf,
  namesIn,
  realMean,
  table,
} from "./summary.mjs";
import { triedForMissed } from "./tried.mjs";

const STREET = "street-4k-adaptive";

/** One sentence, and where to read more. All its figures are CPU time in the program, which page faults do not count for. */
export function describeInShort({ decode }) {
  const real = realMean(decode);
  const { steady } = real ?? decode.find(({ mask }) => mask === STREET);
  const [ours, sharp, alone] = [REUSED, SHARP, LIBDEFLATE].map((name) => steady[name]?.user);
  const inflating = alone ? ` libdeflate needs ${round(alone)} ms only to decompress the file.` : "";
  return [
    `${real ? "A real" : "A drawn"} 4K mask takes ${ours} ms of CPU time, into a reused \`Int32Array\`. The image library sharp ` +
      `and a loop over its pixels need ${sharp} ms, ${round(sharp / ours)} times as much.${inflating} ` +
      "[Benchmarks](docs/benchmarks.md) has all figures, also with fresh memory, and the goals that we miss.",
  ];
}

export function describeDecode(results) {
  const { machine, versions, leftOut, decode, checks, profile } = results;
  const masks = masksOf(decode);
  const street = decode.find(({ mask }) => mask === STREET);
  const real = decode.filter(({ isReal }) => isReal);
  const missing = Object.entries(leftOut).map(([name, reason]) => `${name}: ${reason}`);
  return [
    `${describeMachine(machine)}; ${describeRun(results)}.`,
    "## Our goals",
    "The medians of the wall time decide. Beside them are the ratios of least times and of CPU time in the program, which other " +
      "programs on the machine disturb less. Where several of our ways could reach a goal, the best one counts.",
    goalTable(results),
    ...triedFor(results),
    "## Real masks",
    ...(real.length === 0
      ? ["No real masks were measured."]
      : [
          `${realMean(decode).title}; milliseconds for one mask. Each figure is the mean of what the masks have.`,
          detailTable(realMean(decode)),
          "Each of them, median of the wall time / CPU time in the program:",
          compactTable(real),
        ]),
    "## Drawn masks",
    `${street.title}, milliseconds for one mask:`,
    detailTable(street),
    "All masks, median of the wall time / CPU time in the program:",
    compactTable(masks),
    describeFaster(masks),
    ...(profile ? describeCosts(decode, checks, profile) : []),
    `Versions: ${[...new Set(Object.entries(versions).map(describeVersion))].join("; ")}.${missing.length > 0 ? ` ${missing.join("; ")}.` : ""}`,
  ];
}

function goalTable(results) {
  return table(
    ["", "our goal", "reached", "by least times", "by CPU time", "", "with"],
    reachedGoals(results).map(({ title, limit, median, least, cpu, way, met }) => [
      title,
      limit,
      median ?? "",
      least ?? "",
      cpu ?? "",
      verdict({ met }),
      way,
    ]),
  );
}

function triedFor(results) {
  const missed = triedForMissed(reachedGoals(results));
  if (missed.length === 0) return [];
  return [
    "What was tried for the goals that were missed. The figures are ratios to the code as it was, so below 1 is faster. " +
      "Unless it says so, the change was not kept.",
    ...missed.map(
      ({ title, tried }) => `**${title}**\n\n${tried.map((attempt) => `- ${attempt}.`).join("\n")}`,
    ),
  ];
}

/** Both loops of a mask, with the spread. */
function detailTable(mask) {
  return table(
    ["", "wall: min", "median", "max", "CPU: program", "CPU: system"],
    [STEADY, ALLOCATING].flatMap((loop) => [
      [`**${loop}**`, "", "", "", "", ""],
      ...Object.entries(mask[loop]).map(([name, { min, median, max, user, system }]) => [
        name,
        ...[min, median, max, user, system],
      ]),
    ]),
  );
}

/** Masks in columns; a contender that was left out shows the reason. */
function compactTable(masks) {
  return table(
    ["", ...masks.map(({ title }) => title)],
    [STEADY, ALLOCATING].flatMap((loop) => [
      [`**${loop}**`, ...masks.map(() => "")],
      ...namesIn(masks, loop).map((name) => [
        name,
        ...masks.map(({ [loop]: times, leftOut = {} }) =>
          times[name] ? `${times[name].median} / ${times[name].user}` : (leftOut[name] ?? "not by all"),
        ),
      ]),
    ]),
  );
}

/** Says for each decoder on which masks it needs less CPU time than we do with the same kind of memory. */
function describeFaster(masks) {
  const pairs = [
    [STEADY, REUSED],
    [ALLOCATING, OWN],
  ];
  const lines = pairs.flatMap(([loop, mine]) =>
    namesIn(masks, loop)
      .filter((name) => name.includes("scan") || name.includes("NumPy"))
      .flatMap((name) => {
        const where = masks.filter(({ [loop]: times }) => times[name]?.user < times[mine].user);
        if (where.length === 0) return [];
        return [`- \`${name}\` before \`${mine}\` on ${where.map(({ title }) => title).join("; ")}.`];
      }),
  );
  if (lines.length === 0)
    return "No decoder with a scan needs less CPU time than `labelmap` on any of these masks, in either loop.";
  return `**Where another decoder with its scan needs less CPU time:**\n\n${lines.join("\n")}`;
}

function describeCosts(decode, checks, profile) {
  const drawn = profile.filter(({ mask }) => decode.some(({ title, isReal }) => title === mask && !isReal));
  return [
    "## Where the time goes",
    "The shares of a decode into a reused array, sampled by V8's profiler. Inlined code counts for the function that it was " +
      "inlined into. Below them: the time with and without `verify: false`, and the speed, compared with filling an array with " +
      "the same number of labels:",
    table(["", ...drawn.map(({ mask }) => mask)], costRows(drawn, checks)),
  ];
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

export function describeBrowser({ machine: { browser, ...machine }, date, rounds, decode, alpha }) {
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
