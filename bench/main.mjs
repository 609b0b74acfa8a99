/**
 * `npm run bench`: our decoder beside what a user would otherwise pick, in one run, as ratios of medians.
 * Every contender's labels are compared with the fixture's expected SHA-256 before it is timed; one that is wrong or
 * cannot read a file is said to be so and not timed. Writes bench/results.json.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { decodeMaskSync, init, labelPixels, parseLegend } from "labelmap";
import sharp from "sharp";
import { loadCorpus } from "../test/support/corpus.mjs";
import { medians } from "./measure.mjs";
import { peers, scanWithMap } from "./peers.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const sha256 = (labels) =>
  createHash("sha256")
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .digest("hex");
const colorsOf = (result) => parseLegend(result.legend).entries.map((entry) => entry.rgb);

/** One table row: our milliseconds and megapixels per second, and each peer's time as a multiple of ours. */
async function benchMask({ name, png, result, expected }) {
  const colors = colorsOf(result);
  const candidates = { labelmap: () => decodeMaskSync(png, result).data };
  for (const [peer, decode] of Object.entries(peers)) candidates[peer] = () => decode(png, colors);

  const contenders = {};
  const left_out = {};
  for (const [contender, run] of Object.entries(candidates)) {
    try {
      if (sha256(await run()) === expected.sha256) contenders[contender] = run;
      else left_out[contender] = "wrong";
    } catch {
      left_out[contender] = "cannot";
    }
  }
  if (contenders.labelmap === undefined) throw new Error(`${name}: our own labels are wrong`);

  const milliseconds = await medians(contenders, ROUNDS);
  const times = Object.fromEntries(
    Object.keys(peers).map((peer) => [
      peer,
      left_out[peer] ?? round(milliseconds[peer] / milliseconds.labelmap),
    ]),
  );
  const megapixels = (expected.width * expected.height) / 1e6;
  return {
    mask: name,
    ms: round(milliseconds.labelmap),
    "MP/s": Math.round(megapixels / (milliseconds.labelmap / 1000)),
    ...times,
  };
}

/** The scan alone: RGBA pixels that are in memory already, to labels; the Map loop's time as a multiple of ours. */
async function benchScan({ name, png, result, expected }) {
  const { data } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = expected;
  const colors = colorsOf(result);
  const reused = new Int32Array(width * height);
  const milliseconds = await medians(
    {
      own: () => labelPixels({ data, width, height }, result),
      reused: () => labelPixels({ data, width, height }, result, { into: reused }),
      map: () => scanWithMap(data, 4, colors),
    },
    ROUNDS,
  );
  return {
    mask: name,
    "own ms": round(milliseconds.own),
    "reused ms": round(milliseconds.reused),
    "Map loop / own": round(milliseconds.map / milliseconds.own),
    "Map loop / reused": round(milliseconds.map / milliseconds.reused),
  };
}

const round = (value) => Number(value.toPrecision(3));
const machine = `${cpus()[0]?.model}, Node ${process.version}, ${process.platform} ${process.arch}`;

await init();
const corpus = loadCorpus();
const decode = [];
for (const mask of corpus) decode.push(await benchMask(mask));
const scan = [];
for (const mask of corpus.filter(({ expected }) => expected.width >= 1920)) scan.push(await benchScan(mask));

console.log(`${machine}; medians of ${ROUNDS} rounds, all contenders in turn`);
console.log(
  "\nPNG bytes to labels. Peers: how many times as long as labelmap takes; wrong = its labels are not right.",
);
console.table(decode);
console.log("\nThe scan alone: RGBA pixels in memory to labels.");
console.table(scan);
writeFileSync(
  new URL("results.json", import.meta.url),
  `${JSON.stringify({ machine, rounds: ROUNDS, decode, scan }, null, 2)}\n`,
);
