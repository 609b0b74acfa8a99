/** A worker of the loader that dies of each item whose name begins with "poison", when it has decoded it. */
import { parentPort } from "node:worker_threads";
import "../../dist/loader/loader-worker.js";

const poisoned = new Set();
parentPort.on("message", ({ id, job }) => {
  if (job?.items.some(({ name }) => name.startsWith("poison"))) poisoned.add(id);
});

const post = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (message, transfer) => {
  if (poisoned.has(message.id)) process.exit(7);
  post(message, transfer);
};
