/**
 * `node bench/streaming.mjs`, after `npm run build`: a server on this machine sends a mask in pieces of 64 KiB, one every
 * 20 ms. Prints how long after the last byte its labels are there: decoded while it arrives, and decoded once it is there.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { decodeMask, init } from "labelmap";
import { encodePng } from "../test/support/encode-png.mjs";
import { mulberry32 } from "../test/support/random.mjs";

const ROUNDS = 9;
const PIECE_BYTES = 65_536;
const masks = new URL("../test/fixtures/masks/", import.meta.url);

await init();
let sentAt = 0;
let png = new Uint8Array(0);
const server = createServer(async (_, response) => {
  for (let place = 0; place < png.length; place += PIECE_BYTES) {
    await wait(20);
    sentAt = performance.now();
    response.write(png.subarray(place, place + PIECE_BYTES));
  }
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = new URL(`http://127.0.0.1:${server.address().port}/`);

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1].toFixed(1);
for (const [name, bytes, legend] of cases()) {
  png = bytes;
  // Compilers need some rounds.
  for (let round = 0; round < 10; round++) await decodeMask(new Blob([png]), legend);
  const ways = {
    "while it arrives": () => decodeMask(url, legend),
    "once it is there": async () => decodeMask(await (await fetch(url)).arrayBuffer(), legend),
  };
  for (const [way, decode] of Object.entries(ways)) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      await decode();
      times.push(performance.now() - sentAt);
    }
    console.log(`${name} (${png.length} bytes), ${way}: ${median(times)} ms after the last byte`);
  }
}
server.close();
server.closeAllConnections();

/** The sample of the README, and a mask of many pieces: noise, which hardly compresses. */
function* cases() {
  const sample = "street-1080p-rgb-upng";
  const legend = JSON.parse(readFileSync(new URL(`${sample}.json`, masks), "utf8"));
  yield [sample, readFileSync(new URL(`${sample}.png`, masks)), legend];
  const [width, height] = [1920, 1080];
  const random = mulberry32(1);
  const samples = Uint8Array.from({ length: width * height }, () => Math.floor(random() * 4) * 85);
  const png = encodePng({ width, height, colourType: 0, bitDepth: 8, samples, filter: 0 });
  yield ["noise of 1080p", png, { "#000000": "black", "#555555": "grey" }];
}
