import { decodeMask } from "labelmap";

const worker = new Worker(new URL("./decode-worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data: { map, error } }) => {
  console.log(error ? error.message : `${map.labels.length} labels in the worker`);
};
worker.onerror = ({ message }) => console.log(`the worker cannot be loaded: ${message}`);

async function main() {
  const [mask, result] = await Promise.all([fetch("mask.png"), fetch("result.json")]);
  const png = await mask.arrayBuffer();
  const json = await result.json();
  const map = await decodeMask(png, json);
  console.log(map.labels.length, "labels in the page");
  worker.postMessage({ id: 1, png, result: json }, [png]);
}

main();
