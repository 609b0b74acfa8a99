import { decodeMask } from "labelmap";

export async function GET(request) {
  const open = (path) => fetch(new URL(path, request.url));
  try {
    const map = await decodeMask(open("/mask.png"), open("/result.json"));
    return Response.json({ labels: map.labels.length });
  } catch ({ code, message }) {
    return Response.json({ code, message }, { status: 422 });
  }
}
