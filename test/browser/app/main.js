/** What a user's page would do; the test calls these functions from outside. */
import * as labelmap from "labelmap";
import { PlaymentClient } from "labelmap/playment";
import { decodeAll } from "./decode-all.js";

window.decodeInPage = (folders, mostPixels) => decodeAll(labelmap, folders, mostPixels);

window.decodeInWorker = (folders, mostPixels) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.found));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ folders, mostPixels });
  });

const toPlain = (error) => ({ name: error.name, code: error.code, message: error.message });

window.init = (wasm) =>
  labelmap.init(wasm ? { wasm: new URL(wasm, location.href) } : {}).then(() => "loaded", toPlain);

window.fetchJob = (options, projectId, jobId) =>
  new PlaymentClient(options)
    .labelMap(projectId, jobId)
    .then(({ width, height }) => ({ width, height }), toPlain);
