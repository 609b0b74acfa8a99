/** bench/results-dataset.json to the text of docs/benchmarks.md. */
import { table } from "./summary.mjs";

export function describeDatasets({ soak, kills, throughput }) {
  const { first_quarter: first, last_quarter: last } = soak.peak_megabytes;
  const { job, attachment, storage } = soak.most_requests;
  const rows = Object.entries(throughput.sizes).map(([size, { labelmap, python, times_python: times }]) => [
    size,
    labelmap.masks_per_second.toFixed(0),
    python.masks_per_second.toFixed(1),
    `${times.toFixed(1)} ×${times < 10 ? " (missed)" : ""}`,
    `${(labelmap.cores_busy * 100).toFixed(0)} %${labelmap.cores_busy < 0.9 ? " (missed)" : ""}`,
  ]);
  return [
    `${soak.machine}; ${soak.date}. ${soak.jobs.toLocaleString("en")} drawn jobs from a vendor on the same machine, ${soak.faulty} of them with ` +
      `faults of many kinds, in ${soak.seconds} s: ${soak.done} done, each bit as it was drawn, and ${soak.failed} in the manifest with the expected ` +
      `error; at most ${job}, ${attachment} and ${storage} requests a job to its three addresses; the key at no other host. The most memory in the first ` +
      `quarter was ${first} MB, in the last ${last} MB:`,
    "![The memory of the fetching process over time](dataset-memory.svg)",
    `Killed by \`kill -9\` ${kills.kills} times while it did ${kills.jobs.toLocaleString("en")} jobs, and resumed: the end was the same as undisturbed, at every ` +
      `kill each file was whole, no job was asked for or done again after its record; at most ${kills.outputs_without_record_at_most} outputs had no record yet.`,
    `${throughput.masks} masks on disk (720p to 4K) to class ids on disk, beside Python with Pillow, NumPy and a process for each core; whole commands with ` +
      "their start, medians of 3 runs by turns. Ours syncs each file to the disk and hashes it, Python does not:",
    table(
      [
        "size written",
        "labelmap, masks/s",
        "Python, masks/s",
        "faster (our goal: 10 ×)",
        "cores kept busy (our goal: 90 %)",
      ],
      rows,
    ),
  ];
}
