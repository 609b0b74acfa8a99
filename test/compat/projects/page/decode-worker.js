import { decodeMask } from "labelmap";

addEventListener("message", async ({ data: { id, png, result } }) => {
  try {
    const { width, height, data, labels, unlabelled } = await decodeMask(png, result);
    postMessage({ id, map: { width, height, data, labels, unlabelled } }, [data.buffer]);
  } catch (error) {
    postMessage({ id, error: { code: error.code, message: error.message } });
  }
});
