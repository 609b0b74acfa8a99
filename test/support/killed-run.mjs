/**
 * A batch over the files of one drawn job, as a process of its own that may kill itself: its arguments are a folder with
 * `in/` and `out/`, the output's options as JSON, and, where it is to be killed, "before" or "after" and a text that the
 * write to the manifest has then.
 */
import { open } from "node:fs/promises";
import { fromFiles, runBatch } from "labelmap-cli/batch";

const [, , folder, json, when, text] = process.argv;
const file = await open("/dev/null");
const prototype = Object.getPrototypeOf(file);
await file.close();
const { write } = prototype;
// Outputs are written by the threads: what is written here are records.
prototype.write = async function (bytes, ...more) {
  const isFatal = when !== undefined && String(bytes).includes(text);
  if (isFatal && when === "before") process.kill(process.pid, "SIGKILL");
  const written = await write.call(this, bytes, ...more);
  if (isFatal) process.kill(process.pid, "SIGKILL");
  return written;
};
const source = fromFiles((job) => ({ mask: `${folder}/in/${job}.png`, result: `${folder}/in/${job}.json` }));
const { done, kept, failed } = await runBatch({
  tasks: [{ job: "job-0000" }],
  source,
  out: `${folder}/out`,
  output: JSON.parse(json),
  threads: 1,
});
console.log(JSON.stringify({ done, kept, failed }));
process.exit(0);
