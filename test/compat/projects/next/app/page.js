"use client";

import { decodeMask } from "labelmap";
import { useEffect, useState } from "react";

export default function Page() {
  const [message, setMessage] = useState("decoding");
  useEffect(() => {
    decodeInPage().then(setMessage, ({ message }) => setMessage(message));
    const worker = new Worker(new URL("./decode-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { map, error } }) =>
      console.log(error ? error.message : `${map.labels.length} labels in the worker`);
    askWorker(worker);
    for (const route of ["node", "edge"]) askRoute(route);
    return () => worker.terminate();
  }, []);
  return <p>{message}</p>;
}

async function decodeInPage() {
  const [mask, result] = await Promise.all([fetch("/mask.png"), fetch("/result.json")]);
  const map = await decodeMask(await mask.arrayBuffer(), await result.json());
  console.log(map.labels.length, "labels in the page");
  return `${map.labels.length} labels`;
}

async function askWorker(worker) {
  const [mask, result] = await Promise.all([fetch("/mask.png"), fetch("/result.json")]);
  const png = await mask.arrayBuffer();
  worker.postMessage({ id: 1, png, result: await result.json() }, [png]);
}

async function askRoute(route) {
  const response = await fetch(`/${route}`);
  const { labels, message } = await response.json();
  console.log(message ?? `${labels} labels in the ${route} route`);
}
