import { decodeMask, init } from "labelmap";
import wasm from "labelmap/labelmap.wasm?module"; // a WebAssembly.Module: the edge compiles no bytes

export const runtime = "edge";

export async function GET(request) {
  const open = (path) => fetch(new URL(path, request.url));
  try {
    await init({ wasm });
    const map = await decodeMask(open("/mask.png"), open("/result.json"));
    return Response.json({ labels: map.labels.length });
  } catch ({ code, message }) {
    return Response.json({ code, message }, { status: 422 });
  }
}
