/** bench/results-training.json to the text of docs/benchmarks.md. */

import { OWN, REUSED } from "./contenders.mjs";
import { round } from "./measure.mjs";
import { describeMachine, table, trainingMasksOf } from "./summary.mjs";
import { FROM_LABELS, FROM_PNG, goalsOf, isReached, keyOf, PYTHON, RLE } from "./training-jobs.mjs";

/** The goals on all masks, and the times of each contender. */
export function describeTraining({ machine, date, rounds, versions, leftOut, masks }) {
  const shown = trainingMasksOf(masks);
  return [
    describeRun(machine, date, rounds),
    goalTable(shown),
    "Milliseconds. For Python, the brackets say how many times as long as ours it takes (own / reused). If the output is no " +
      "array of pixels, they have one figure: compared with ours from the same input.",
    table(["", ...shown.map(({ title }) => title)], contenderRows(shown)),
    describeFasterPython(shown),
    [
      `Versions: ${[...new Set(Object.values(versions))].join("; ")}.`,
      ...Object.entries(leftOut).map(([contender, reason]) => `${contender}: ${reason}.`),
    ].join(" "),
  ];
}

function describeRun(machine, date, rounds) {
  return (
    `${describeMachine(machine)}; ${date}, medians of ${rounds} rounds in which all take turns. If a cell has two figures, the ` +
    "first is for our maps in fresh arrays (**own**), and the second is for `into` (**reused**)."
  );
}

function goalTable(masks) {
  const rows = goalsOf(masks[0].ms).map(({ claim, atMost, atLeast }, place) => [
    claim,
    atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`,
    ...masks.map(({ ms }) => {
      const goal = goalsOf(ms)[place];
      const [own, reused] = [goal.own, goal.reused].map((ratio) => {
        if (Number.isNaN(ratio)) return "not measured";
        return isReached(goal, ratio) ? `${ratio}` : `${ratio} (missed)`;
      });
      return own === reused ? own : `${own} / ${reused}`;
    }),
  ]);
  return table(["cost ÷ cost", "our goal", ...masks.map(({ title }) => title)], rows);
}

function contenderRows(masks) {
  return Object.keys(masks[0].ms).map((key) => [
    key,
    ...masks.map(({ ms }) => {
      const peers = peersOf(key);
      const ratios = peers.map((peer) => round(ms[key] / ms[peer])).join(" / ");
      return peers.length === 0 ? ms[key] : `${ms[key]} (${ratios} ×)`;
    }),
  ]);
}

/** Our contenders with the same input as this Python contender; none if it is one of ours. */
function peersOf(key) {
  for (const [job, names] of Object.entries(PYTHON)) {
    const name = Object.keys(names).find((candidate) => keyOf(job, candidate) === key);
    if (name === undefined) continue;
    const peers = job !== RLE ? [OWN, REUSED] : name.endsWith("at hand") ? [FROM_LABELS] : [FROM_PNG];
    return peers.map((peer) => keyOf(job, peer));
  }
  return [];
}

function describeFasterPython(masks) {
  const keys = Object.keys(masks[0].ms).filter((key) => peersOf(key).length > 0);
  if (keys.length === 0) return "Python was not measured.";
  const lines = keys.flatMap((key) =>
    peersOf(key).flatMap((peer) => {
      const where = masks.filter(({ ms }) => ms[key] < ms[peer]).map(({ title }) => title);
      if (where.length === 0) return [];
      const on = where.length === masks.length ? "all of these masks" : where.join("; ");
      return [`- \`${key}\` is faster than \`${peer}\` on ${on}.`];
    }),
  );
  if (lines.length === 0) return "Python is faster than `labelmap` in none of these.";
  return `**Where Python is faster:**\n\n${lines.join("\n")}`;
}
