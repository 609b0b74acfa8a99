/**
 * Turns a folder of masks (`name.png`, each with its result in `name.json`) into a folder of class ids for training
 * (`name.npy`).
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { ClassList, decodeMask } from "labelmap";
import { encodeNpy } from "labelmap/formats";

const [masks = "test/fixtures/masks", out = "out/npy-folder"] = process.argv.slice(2);

const files = (await readdir(masks)).filter((file) => file.endsWith(".png"));
if (files.length === 0) {
  console.error(`${masks} has no masks: it needs name.png files, each with its result in name.json.`);
  process.exit(1);
}
const names = files.map((file) => parse(file).name);
const readResult = async (name) => JSON.parse(await readFile(join(masks, `${name}.json`), "utf8"));
const results = await Promise.all(names.map(readResult));
const classes = ClassList.fromResults(results);

await mkdir(out, { recursive: true });
await writeFile(join(out, "classes.json"), JSON.stringify(classes, null, 2));
for (const [index, name] of names.entries()) {
  const map = await decodeMask(await readFile(join(masks, files[index])), results[index], {
    target: { map: "semantic", classes, dtype: "uint8" },
    resize: { width: 512, height: 512 },
  });
  await writeFile(join(out, `${name}.npy`), encodeNpy(map));
}
console.log(`${out}: ${names.length} .npy files, uint8, 512×512; classes.json says which class an id is`);
