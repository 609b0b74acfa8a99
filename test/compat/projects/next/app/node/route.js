import { decodeMask } from "labelmap";

export async function GET(request) {
  const [mask, result] = await Promise.all(
    ["/mask.png", "/result.json"].map((path) => fetch(new URL(path, request.url))),
  );
  try {
    const map = await decodeMask(await mask.arrayBuffer(), await result.json());
    return Response.json({ labels: map.labels.length });
  } catch ({ code, message }) {
    return Response.json({ code, message }, { status: 422 });
  }
}
