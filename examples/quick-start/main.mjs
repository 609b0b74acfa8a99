/**
 * `npm start`: the whole main job in two minutes, with no key and no network. A vendor on loopback serves a sample
 * job; the client fetches it as it would from the real one; the labels are printed, and written to out/.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { encodeNpy } from "labelmap/export";
import { PlaymentClient } from "labelmap/playment";
import { startVendorServer } from "labelmap/sample-server";
import { encodeOverlay } from "./overlay.mjs";
import { formatLabels } from "./table.mjs";

const SAMPLE = new URL("../../test/fixtures/masks/street-1080p-rgb-upng", import.meta.url);
const OUT = new URL("../../out/", import.meta.url);
const [projectId, jobId, apiKey] = ["sample-project", "street-1", "sample-key"];

const mask = await readFile(new URL(`${SAMPLE}.png`));
const result = JSON.parse(await readFile(new URL(`${SAMPLE}.json`), "utf8"));
const vendor = await startVendorServer({ jobs: [{ projectId, jobId, result, mask }], apiKey });

try {
  const client = new PlaymentClient({ apiKey, baseUrl: vendor.baseUrl });
  const start = performance.now();
  const map = await client.labelMap(projectId, jobId);
  const milliseconds = Math.round(performance.now() - start);

  console.log(
    `Job ${jobId}: ${map.width}×${map.height} pixels, ${map.labels.length} labels, in ${milliseconds} ms`,
  );
  const color = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
  console.log(`\n${formatLabels(map, { color })}\n`);
  for (const { message } of map.issues) console.log(`Note: ${message}`);

  await mkdir(OUT, { recursive: true });
  await writeFile(new URL("street.npy", OUT), encodeNpy(map));
  await writeFile(new URL("street-overlay.png", OUT), encodeOverlay(map));
  console.log(
    'out/street.npy          the label map: numpy.load("out/street.npy"), int32, shape (height, width)',
  );
  console.log("out/street-overlay.png  a picture of it");
} finally {
  await vendor.close();
}
