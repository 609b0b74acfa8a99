/** A Web Worker of the loader that dies at random. A page learns only of workers that die of an error. */
import "/dist/browser/loader-worker.js";

setInterval(() => {
  if (Math.random() < 0.1) throw new Error("killed at random");
}, 100);
