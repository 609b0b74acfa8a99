import { readFile } from "node:fs/promises";
import { ClassList, decodeMask, type LabelMap } from "labelmap";

const result: { legend: Record<string, string> } = JSON.parse(await readFile("result.json", "utf8"));
const map: LabelMap = await decodeMask(await readFile("mask.png"), result);
const ids = map.semantic(ClassList.fromResults([result]), { dtype: "uint8" });
console.log(ids.length === map.width * map.height && map.labels.length, "labels, checked");
