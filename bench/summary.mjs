/** Results to what tables, charts and README show: names of contenders, ratios, and the mean of the real masks. */
import { geometricMean, round } from "./measure.mjs";

export const OWN = "labelmap, own array";
export const REUSED = "labelmap, reused array";
export const ZLIB = "node:zlib, inflate alone";
export const ZLIB_FASTEST = "node:zlib, inflate alone, in one chunk";
export const SHARP = "sharp + Map scan";

/** Our times as multiples of the time in which zlib inflates the same IDATs, and sharp's as multiples of ours. */
export function ratiosOf(ms) {
  return {
    "own × zlib": round(ms[OWN] / ms[ZLIB]),
    "reused × zlib": round(ms[REUSED] / ms[ZLIB]),
    "own × zlib in one chunk": round(ms[OWN] / ms[ZLIB_FASTEST]),
    "reused × zlib in one chunk": round(ms[REUSED] / ms[ZLIB_FASTEST]),
    "sharp × own": round(ms[SHARP] / ms[OWN]),
    "sharp × reused": round(ms[SHARP] / ms[REUSED]),
  };
}

/**
 * The real masks as one: the geometric mean of each contender that could do all. The ratio of two such means is the mean
 * of the ratios.
 * @returns {{ title: string, ms: Record<string, number> } | undefined} nothing if no real mask was measured
 */
export function realMean(decode) {
  const masks = decode.filter(({ isReal }) => isReal);
  if (masks.length === 0) return undefined;
  const contenders = Object.keys(masks[0].ms).filter((name) =>
    masks.every(({ ms }) => ms[name] !== undefined),
  );
  return {
    title: `${masks.length} real masks ${Math.min(...masks.map(({ width }) => width))} wide, geometric mean`,
    ms: Object.fromEntries(
      contenders.map((name) => [name, round(geometricMean(masks.map(({ ms }) => ms[name])))]),
    ),
  };
}

/** The machine in one line. */
export const describeMachine = ({ cpu, cores, node, platform }) =>
  `${cpu}, ${cores} cores, Node ${node.replace(/^v/, "")}, ${platform}`;

/** A Markdown table. All columns except the first are aligned right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(["---", ...head.slice(1).map(() => "--:")]), ...rows.map(line)].join("\n");
}

/** Name and version of a package. Other contenders have both in their version. */
export const describeVersion = ([name, version]) => (/^\d/.test(version) ? `${name} ${version}` : version);

/** Shows the real masks as one, by their mean. The results have each mask. */
export const masksOf = (decode) =>
  [...decode.filter(({ isReal }) => !isReal), realMean(decode)].filter(Boolean);
