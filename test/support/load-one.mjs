/** Loads one mask with a worker of the built package, and prints how many labels it has. */
import { readFileSync } from "node:fs";
import { loadMasks } from "labelmap/loader";

const file = (ending) => new URL(`../fixtures/masks/tiny-64-rgb-16-bit.${ending}`, import.meta.url);
const result = JSON.parse(readFileSync(file("json"), "utf8"));
for await (const { map } of loadMasks([{ name: "tiny", png: file("png"), result }], { workers: 1 })) {
  console.log(map.data.length);
}
