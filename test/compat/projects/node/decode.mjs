import { readFile } from "node:fs/promises";
import { decodeMask } from "labelmap";

const map = await decodeMask(await readFile("mask.png"), await readFile("result.json", "utf8"));
console.log(map.labels.length, "labels by import");
