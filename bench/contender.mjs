/**
 * One JavaScript contender in a process of its own: `node bench/contender.mjs name mask.png colors.bin labels.bin`,
 * with the legend in mask.json. It uses the protocol of bench/native/lookup.py on its standard input and output, but says
 * `ready` or `cannot` instead of a version.
 *
 * Each contender has its own process. Otherwise the contender that ran before would influence how the compiler has
 * specialised the scan, whose garbage is collected, and how the allocator's memory is laid out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { decodeMaskSync, init, parseResult } from "labelmap";
import { peers } from "./peers.mjs";
import { idatOf } from "./png.mjs";
import { OWN, REUSED, ZLIB, ZLIB_FASTEST } from "./summary.mjs";
import { serveTurns } from "./turns.mjs";

const [name, pngPath, colorsPath, labelsPath] = process.argv.slice(2);
const png = readFileSync(pngPath);
const colors = [...new Int32Array(new Uint8Array(readFileSync(colorsPath)).buffer)];
const run = await prepare();
try {
  const labels = await run();
  if (labels instanceof Int32Array) writeFileSync(labelsPath, labels);
  console.log("ready");
} catch {
  console.log("cannot");
  process.exit();
}
await serveTurns(run);

/** Done before timing: everything that is done once for many masks, or not by anyone who cares about time. */
async function prepare() {
  if (peers[name]) return () => peers[name](png, colors);
  if (name === ZLIB || name === ZLIB_FASTEST) {
    const idat = idatOf(png);
    const options = name === ZLIB ? {} : { chunkSize: inflateSync(idat).length + 1 };
    return () => inflateSync(idat, options);
  }
  await init();
  // Peers get the colours prepared. We get the checked result, which a user also makes only once.
  const legend = JSON.parse(readFileSync(pngPath.replace(/png$/, "json"), "utf8"));
  const result = parseResult({ legend, url: "" });
  if (name === OWN) return () => decodeMaskSync(png, result).data;
  if (name !== REUSED) throw new Error(`unknown contender ${name}`);
  const { width, height } = decodeMaskSync(png, result);
  const into = new Int32Array(width * height);
  return () => decodeMaskSync(png, result, { into }).data;
}
