/** Starts the vendor on loopback in a separate process, which counts its requests, and the command in another. */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generatedJobs, startVendorServer } from "labelmap-cli/sample-server";

export const KEY = "key-of-the-benchmark";
export const COMMAND = fileURLToPath(new URL("../cli/dist/main.js", import.meta.url));

// The server's process. It reports how often each job was requested.
if (process.argv[2] === "serve") {
  const jobs = generatedJobs(JSON.parse(process.argv[3]));
  const server = await startVendorServer({ jobs, apiKey: KEY, keepRequests: 1, countByJob: true });
  process.on("message", () => {
    const requests = Object.fromEntries(
      jobs.jobs.map(({ projectId, jobId }) => [jobId, server.requestsOf(projectId, jobId)]),
    );
    process.send({ requests, violations: server.violations });
  });
  process.on("disconnect", () => process.exit(0));
  process.send({ baseUrl: server.baseUrl });
}

/** @param options of `generatedJobs` */
export async function startVendor(options) {
  const child = fork(fileURLToPath(import.meta.url), ["serve", JSON.stringify(options)]);
  const [{ baseUrl }] = await once(child, "message");
  return {
    baseUrl,
    async counts() {
      child.send("counts");
      return (await once(child, "message"))[0];
    },
    close: () => child.disconnect(),
  };
}

/** `labelmap fetch` of the jobs of a list. */
export function startFetch(baseUrl, list, out, ...flags) {
  const args = [COMMAND, "fetch", "--project", "sample-project", "--jobs", list, "--out", out, "--quiet"];
  return spawn(process.execPath, [...args, "--rate", "100000", "--downloads", "32", ...flags], {
    env: { ...process.env, PLAYMENT_BASE_URL: baseUrl, PLAYMENT_API_KEY: KEY },
    stdio: ["ignore", "ignore", "ignore"],
  });
}

/** The last record of each job; and how many `done` records each has. */
export function readRecords(out) {
  const last = new Map();
  const doneRecords = new Map();
  const text = readFileSync(`${out}/manifest.jsonl`, "utf8");
  for (const line of text.split("\n").slice(0, -1)) {
    const record = JSON.parse(line);
    last.set(record.job, record);
    if (record.status === "done") doneRecords.set(record.job, (doneRecords.get(record.job) ?? 0) + 1);
  }
  return { last, doneRecords };
}

/** Ends the program where a check fails. */
export function check(holds, what) {
  if (holds) return;
  console.error(`FAILED: ${what}`);
  process.exit(1);
}
