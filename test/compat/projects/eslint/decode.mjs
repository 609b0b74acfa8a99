import { readFile } from "node:fs/promises";
import { decodeMask } from "labelmap";
import { encodeNpy } from "labelmap/formats";

const map = await decodeMask(await readFile("mask.png"), await readFile("result.json", "utf8"));
console.log(map.labels.length, "labels,", encodeNpy(map).length > 0 ? "no complaint" : "an empty file");
