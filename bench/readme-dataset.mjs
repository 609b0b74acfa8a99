/** bench/results-dataset.json to the text of docs/benchmarks.md. */
import { reachedDatasetGoals } from "./dataset-goals.mjs";
import { table } from "./summary.mjs";
import { triedForMissed } from "./tried.mjs";

export function describeDatasets({ soak, kills, throughput }) {
  const { first_quarter: first, last_quarter: last } = soak.peak_megabytes;
  const { job, attachment, storage } = soak.most_requests;
  const goals = reachedDatasetGoals(throughput);
  const rows = Object.entries(throughput.sizes).map(([size, { labelmap, python, times_python: times }]) => [
    size,
    labelmap.masks_per_second.toFixed(0),
    python.masks_per_second.toFixed(1),
    `${times.toFixed(1)} ×`,
    `${(labelmap.cores_busy * 100).toFixed(0)} %`,
  ]);
  return [
    `${soak.machine}; ${soak.date}. The benchmark fetches ${soak.jobs.toLocaleString("en")} drawn jobs from a vendor on the same machine, in ${soak.seconds} s. ` +
      `Of these, ${soak.faulty} have faults of many kinds. ${soak.done} jobs were done, and every output was exactly what had been drawn. ${soak.failed} jobs ` +
      `were in the manifest with the expected error. There were at most ${job}, ${attachment} and ${storage} requests for each job to the vendor's three ` +
      `addresses. The key went to no other host. Memory peaked at ${first} MB in the first quarter and at ${last} MB in the last:`,
    "![The memory of the fetching process over time](dataset-memory.svg)",
    `Another run did ${kills.jobs.toLocaleString("en")} jobs. It was killed with \`kill -9\` ${kills.kills} times and resumed each time. The result was the same as without ` +
      "the kills. At every kill, each file was whole. No job was requested or done again after its record was written. At most " +
      `${kills.outputs_without_record_at_most} outputs had no record yet.`,
    `The task: turn ${throughput.masks} masks on disk (720p to 4K) into class ids on disk. Python uses Pillow, NumPy and one process for each core. The times are ` +
      `for whole commands including their start, ${turnsOf(throughput)}. Ours syncs each file to the disk and hashes it; ` +
      "Python does not:",
    table(["size written", "labelmap, masks/s", "Python, masks/s", "faster", "cores kept busy"], rows),
    ...describeFloor(throughput),
    "The goals:",
    table(
      ["goal", "limit", "reached", ""],
      goals.map(({ title, limit, value, met }) => [title, limit, String(value), met ? "met" : "missed"]),
    ),
    ...triedForMissed(goals).map(
      ({ title, tried }) => `**${title}**\n\n${tried.map((attempt) => `- ${attempt}.`).join("\n")}`,
    ),
  ];
}

function turnsOf({ rounds = 3, load }) {
  const at = load === undefined ? "" : `, at a load of ${load.toFixed(1)} before the start`;
  return rounds === 1 ? `one run each${at}` : `medians of ${rounds} runs in turns${at}`;
}

/** What the parts take that no command can do without. Results from before they were measured lack them. */
function describeFloor({ floor, threads, sizes }) {
  if (floor === undefined) return [];
  const rows = Object.entries(floor).map(([size, { bytes, decode, hash, ...written }]) => {
    const { write_past_cache: past, write_past_cache_elapsed: elapsed, write_to_cache: to } = written;
    const most = (threads * 1000) / (decode + hash + Math.min(past, to));
    const { python, labelmap } = sizes[size];
    return [
      size,
      ...[decode, hash, past, to, labelmap.cpu_milliseconds_per_mask].map((time) => time.toFixed(2)),
      `${most.toFixed(0)} (${(most / python.masks_per_second).toFixed(1)} ×)`,
      (bytes / 1000 / elapsed).toFixed(0),
    ];
  });
  return [
    "What the parts take alone, on one core that does nothing else, in milliseconds of CPU time a mask. The decoder, the hash " +
      "and one way of writing are what a run cannot do without. If nothing else took time, all cores together " +
      "would do the masks a second of the last column but one:",
    table(
      [
        ...["size written", "decoder", "SHA-256", "writing past the cache", "to the cache"],
        ...["the whole command", "at most, masks/s (times Python)", "one thread writes, MB/s"],
      ],
      rows,
    ),
  ];
}
