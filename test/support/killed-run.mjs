/**
 * Runs a batch over the files of one drawn job, in a process that can kill itself. Its arguments are a folder with
 * `in/` and `out/`, and the output's options as JSON. Two more arguments make it kill itself "before" or "after" the
 * write to the manifest that contains a text.
 */
import { open } from "node:fs/promises";
import { fromFiles, runBatch } from "labelmap-cli/batch";

const [, , folder, json, when, text] = process.argv;
const file = await open("/dev/null");
const prototype = Object.getPrototypeOf(file);
await file.close();
const { write } = prototype;
// Worker threads write the outputs, so this thread writes only records.
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
