import { readFileSync } from "node:fs";
import { decodeMask } from "labelmap";

test("decodes a mask", async () => {
  const map = await decodeMask(readFileSync("mask.png"), readFileSync("result.json", "utf8"));
  console.log(map.labels.length, "labels in Jest");
  expect(map.labels).toHaveLength(43);
});
