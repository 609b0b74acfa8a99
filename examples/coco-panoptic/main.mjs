/**
 * Turns a folder of masks (`name.png`, each with its result in `name.json`) into a COCO panoptic data set: PNGs and
 * panoptic.json.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { ClassList, decodeMask } from "labelmap";
import { cocoPanopticDataset, encodeCocoPanoptic, thingClasses } from "labelmap/formats";

const [masks = "test/fixtures/masks", out = "out/coco-panoptic"] = process.argv.slice(2);

const files = (await readdir(masks)).filter((file) => file.endsWith(".png")).sort();
if (files.length === 0) {
  console.error(`${masks} has no masks: it needs name.png files, each with its result in name.json.`);
  process.exit(1);
}
const names = files.map((file) => parse(file).name);
const readResult = async (name) => JSON.parse(await readFile(join(masks, `${name}.json`), "utf8"));
const results = await Promise.all(names.map(readResult));
const classes = ClassList.fromResults(results, { firstId: 1 });
/** The classes that have separate objects; all others are stuff. */
const things = thingClasses(results);

await mkdir(out, { recursive: true });
const images = [];
const annotations = [];
for (const [index, file] of files.entries()) {
  const map = await decodeMask(await readFile(join(masks, file)), results[index]);
  const { png, annotation } = encodeCocoPanoptic(map, classes, { imageId: index, fileName: file, things });
  await writeFile(join(out, file), png);
  // `images` describes the photos that the masks belong to. COCO's photos are JPEGs.
  images.push({ id: index, file_name: `${names[index]}.jpg`, width: map.width, height: map.height });
  annotations.push(annotation);
}
const dataset = cocoPanopticDataset({ images, annotations, classes, things });
await writeFile(join(out, "panoptic.json"), JSON.stringify(dataset));

const segments = annotations.flatMap(({ segments_info }) => segments_info);
console.log(`${out}: ${files.length} PNGs; panoptic.json says what their ${segments.length} segments are`);
