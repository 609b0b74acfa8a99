import * as labelmap from "labelmap";
import { decodeAll } from "./decode-all.js";

addEventListener("message", async ({ data: { folders, mostPixels } }) => {
  try {
    postMessage({ found: await decodeAll(labelmap, folders, mostPixels) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
