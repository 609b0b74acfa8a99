/**
 * One JavaScript contender in a process of its own: `node bench/contender.mjs name mask.png colors.bin labels.bin`,
 * with the legend in mask.json. It speaks on its standard input and output as bench/native/lookup.py does; in place of a
 * version it says `ready`, or `cannot`.
 *
 * Why a process each: what the compiler has seen the shared scan be called with, whose garbage is collected, and how the
 * allocator's memory lies would else depend on who ran before.
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

/** What is done once for many masks, or by nobody in a hurry, is done here. */
async function prepare() {
  if (peers[name]) return () => peers[name](png, colors);
  if (name === ZLIB || name === ZLIB_FASTEST) {
    const idat = idatOf(png);
    const options = name === ZLIB ? {} : { chunkSize: inflateSync(idat).length + 1 };
    return () => inflateSync(idat, options);
  }
  await init();
  // Peers get the colours ready; we get the result checked, which a user does once as well.
  const legend = JSON.parse(readFileSync(pngPath.replace(/png$/, "json"), "utf8"));
  const result = parseResult({ legend, url: "" });
  if (name === OWN) return () => decodeMaskSync(png, result).data;
  if (name !== REUSED) throw new Error(`there is no contender ${name}`);
  const { width, height } = decodeMaskSync(png, result);
  const into = new Int32Array(width * height);
  return () => decodeMaskSync(png, result, { into }).data;
}
