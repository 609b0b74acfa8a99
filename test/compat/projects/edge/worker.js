import { decodeMask, init } from "labelmap";
import wasm from "labelmap/labelmap.wasm"; // a WebAssembly.Module here

const ready = init({ wasm });

export default {
  async fetch(request) {
    await ready;
    const form = await request.formData();
    const map = await decodeMask(await form.get("mask").arrayBuffer(), await form.get("result").text());
    return Response.json({ labels: map.labels.length });
  },
};
