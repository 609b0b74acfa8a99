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
    `${soak.machine}; ${soak.date}. The benchmark fetches ${soak.jobs.toLocaleString("en")} drawn jobs from a vendor on the same machine, in ${soak.seconds} s. ` +
      `Of these, ${soak.faulty} have faults of many kinds. ${soak.done} jobs were done, and every output was exactly what had been drawn. ${soak.failed} jobs ` +
      `were in the manifest with the expected error. There were at most ${job}, ${attachment} and ${storage} requests for each job to the vendor's three ` +
      `addresses. The key went to no other host. Memory peaked at ${first} MB in the first quarter and at ${last} MB in the last:`,
    "![The memory of the fetching process over time](dataset-memory.svg)",
    `Another run did ${kills.jobs.toLocaleString("en")} jobs. It was killed with \`kill -9\` ${kills.kills} times and resumed each time. The result was the same as without ` +
      "the kills. At every kill, each file was whole. No job was requested or done again after its record was written. At most " +
      `${kills.outputs_without_record_at_most} outputs had no record yet.`,
    `The task: turn ${throughput.masks} masks on disk (720p to 4K) into class ids on disk. Python uses Pillow, NumPy and one process for each core. The times are ` +
      "for whole commands including their start, medians of 3 runs in turns. Ours syncs each file to the disk and hashes it; " +
      "Python does not:",
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
