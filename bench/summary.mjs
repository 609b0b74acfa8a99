/** Results to what tables and charts show: the mean of the real masks, the machine, Markdown. */
import { LOOPS, STEADY } from "./contenders.mjs";
import { geometricMean, round } from "./measure.mjs";

/**
 * The real masks as one: of each contender that could do all, the geometric mean of each figure. The ratio of two such
 * means is the mean of the ratios.
 * @returns {{ title: string, steady: object, allocating: object, leftOut: object } | undefined} nothing if no real mask
 *   was measured
 */
export function realMean(decode) {
  const masks = decode.filter(({ isReal }) => isReal);
  if (masks.length === 0) return undefined;
  const meanOf = (loop) => {
    const names = Object.keys(masks[0][loop]).filter((name) => masks.every((mask) => mask[loop][name]));
    return Object.fromEntries(names.map((name) => [name, meanTimes(masks.map((mask) => mask[loop][name]))]));
  };
  return {
    title: realTitle(masks),
    ...Object.fromEntries(LOOPS.map((loop) => [loop, meanOf(loop)])),
    leftOut: Object.assign({}, ...masks.map(({ leftOut }) => leftOut)),
  };
}

const realTitle = (masks) =>
  `${masks.length} real masks ${Math.min(...masks.map(({ width }) => width))} wide, geometric mean`;

/** No CPU time in the system is 0 ms, of which there is no geometric mean. */
function meanTimes(list) {
  return Object.fromEntries(
    Object.keys(list[0]).map((key) => {
      const values = list.map((times) => times[key]);
      const mean = values.every((value) => value > 0)
        ? geometricMean(values)
        : values.reduce((sum, value) => sum + value) / values.length;
      return [key, round(mean)];
    }),
  );
}

/** The masks of a table: the mean of the real ones, then the drawn ones. The results have each mask. */
export const masksOf = (decode) =>
  [realMean(decode), ...decode.filter(({ isReal, mask }) => !isReal && mask !== "tiny")].filter(Boolean);

/** For the results of bench/training.mjs, which have one figure for each contender: real masks first, as one. */
export function trainingMasksOf(masks) {
  const real = masks.filter(({ isReal }) => isReal);
  const drawn = masks.filter(({ isReal }) => !isReal);
  if (real.length === 0) return drawn;
  const names = Object.keys(real[0].ms).filter((name) => real.every(({ ms }) => ms[name] !== undefined));
  const ms = Object.fromEntries(
    names.map((name) => [name, round(geometricMean(real.map((mask) => mask.ms[name])))]),
  );
  return [{ title: realTitle(real), ms }, ...drawn];
}

/** The machine in one line. */
export const describeMachine = ({ cpu, cores, node, platform }) =>
  `${cpu}, ${cores} cores, Node ${node.replace(/^v/, "")}, ${platform}`;

/** When, and how busy the machine was: its load averages over one minute. */
export const describeRun = ({ date, load, rounds }) =>
  `${date}; load average ${load.before} before and ${load.after} after; ${rounds} rounds in which all take turns`;

/** A Markdown table. All columns except the first are aligned right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(["---", ...head.slice(1).map(() => "--:")]), ...rows.map(line)].join("\n");
}

/** Name and version of a package. Other contenders have both in their version. */
export const describeVersion = ([name, version]) => (/^\d/.test(version) ? `${name} ${version}` : version);

/** The names of contenders of a loop that any of the masks has, in order. */
export const namesIn = (masks, loop = STEADY) => [
  ...new Set(masks.flatMap((mask) => Object.keys(mask[loop]))),
];
