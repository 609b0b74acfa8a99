/**
 * `npm run bench:kinds`: the same masks of ids with 8 and with 16 bits, interlaced and not. It prints how long each takes
 * beside the plain 8-bit mask, in turns, so that all meet the same machine: the least and the median of the times.
 */
import { readFileSync } from "node:fs";
import { decodeMaskSync, init } from "labelmap";
import { encodePng } from "../test/support/encode-png.mjs";

const ROUNDS = 25;
const MASKS = ["street-4k-rgba-adaptive", "instances-1080p-rgba-adaptive"];

await init();
for (const name of MASKS) {
  const file = (ending) => readFileSync(new URL(`../test/fixtures/masks/${name}.${ending}`, import.meta.url));
  const map = decodeMaskSync(file("png"), JSON.parse(file("json").toString()));
  for (const [title, kinds] of Object.entries(kindsOf(map))) compare(`${name}, ${title}`, map, kinds);
}

/** Grey ids and RGB ids, each in all kinds of file. The first of each is the one that the others are compared with. */
function kindsOf({ width, height, data }) {
  const encode = (colourType, bitDepth, samples, interlace = false) =>
    encodePng({ width, height, colourType, bitDepth, samples, interlace, filter: "adaptive" });
  const ids = Uint8Array.from(data, (label) => label % 250);
  const wideIds = Uint16Array.from(ids, (id) => id * 257 + 300);
  const rgb = new Uint8Array(ids.length * 3);
  const wideRgb = new Uint16Array(ids.length * 3);
  ids.forEach((id, pixel) => {
    rgb.set([id, id >> 2], pixel * 3);
    wideRgb.set([id + 300, id >> 2], pixel * 3);
  });
  return {
    "grey ids": {
      "8 bits": ["grey", encode(0, 8, ids)],
      "8 bits, interlaced": ["grey", encode(0, 8, ids, true)],
      "16 bits": ["grey", encode(0, 16, wideIds)],
      "16 bits, interlaced": ["grey", encode(0, 16, wideIds, true)],
    },
    "class in R, object in G": {
      "8 bits": ["synthia", encode(2, 8, rgb)],
      "8 bits, interlaced": ["synthia", encode(2, 8, rgb, true)],
      "16 bits": ["synthia", encode(2, 16, wideRgb)],
    },
  };
}

function compare(title, { width, height }, kinds) {
  const into = new Int32Array(width * height);
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, [encoding, png]] of Object.entries(kinds)) {
      const start = performance.now();
      decodeMaskSync(png, null, { encoding, into });
      times[kind].push(performance.now() - start);
    }
  }
  console.log(title);
  const [base] = Object.values(times).map(least);
  for (const [kind, list] of Object.entries(times)) {
    const ratio = (least(list) / base).toFixed(2);
    console.log(
      `  ${kind.padEnd(20)} ${least(list).toFixed(2)} ms (median ${median(list).toFixed(2)}), ${ratio} ×`,
    );
  }
}

function least(list) {
  return Math.min(...list);
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
