import { readFile } from "node:fs/promises";
import { decodeMask, type LabelMap } from "labelmap";

const map: LabelMap = await decodeMask(await readFile("mask.png"), await readFile("result.json", "utf8"));
console.log(map.labels.length, "labels in TypeScript");
