/** A worker of the loader that cannot send its answer for items with the name "unsendable". */
import { parentPort } from "node:worker_threads";
import "../../dist/loader/loader-worker.js";

// As in a page, where a rejection that nobody handles does not end a worker.
process.on("unhandledRejection", () => {});

const odd = new Set();
parentPort.on("message", ({ id, job }) => {
  if (job?.items.some(({ name }) => name === "unsendable")) odd.add(id);
});

const post = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (message, transfer) => {
  post(odd.has(message.id) ? { ...message, answer: () => {} } : message, transfer);
};
