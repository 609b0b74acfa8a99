const { readFile } = require("node:fs/promises");
const { decodeMask } = require("labelmap");

async function main() {
  const map = await decodeMask(await readFile("mask.png"), await readFile("result.json", "utf8"));
  console.log(map.labels.length, "labels by require");
}

main();
