/**
 * A worker in its own process, which a test can kill. The first argument has its options as JSON; Redis and the API key
 * are in the environment. After it has written a job's record, it appends the job to a file.
 */
import { appendFileSync } from "node:fs";
import { PlaymentClient } from "labelmap/playment";
import { runWorker } from "labelmap-cli/cluster";

const { baseUrl, log, latency = 0, ...options } = JSON.parse(process.argv[2]);
const client = new PlaymentClient({
  apiKey: process.env.PLAYMENT_API_KEY,
  baseUrl,
  fetch: async (...request) => {
    await new Promise((resolve) => setTimeout(resolve, latency));
    return fetch(...request);
  },
});
const onRecord = ({ job }) => appendFileSync(log, `${job}\n`);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const summary = await runWorker({
  ...options,
  redis: process.env.REDIS_URL,
  client,
  onRecord,
  signal: stop.signal,
});
process.stdout.write(`${JSON.stringify(summary)}\n`);
// Not before: a connection that the worker leaves open keeps its process alive.
process.once("beforeExit", () => process.exit(0));
