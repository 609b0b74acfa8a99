/**
 * One JavaScript contender in a process of its own: `node bench/contender.mjs name loop mask.png colors.bin labels.bin`,
 * with the legend in mask.json. Files are as bench/native/lookup.py describes them, the standard input as bench/turns.mjs
 * does; it says `ready` or `cannot` instead of a version.
 *
 * Each contender has its own process. Otherwise the contender that ran before would influence how the compiler has
 * specialised the scan, whose garbage is collected, and how the allocator's memory is laid out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { constants, createInflate, inflateSync } from "node:zlib";
import { decodeMaskSync, init, parseResult } from "labelmap";
import { zeroCopyArray } from "labelmap/zero-copy";
import { FILL, OWN, RELEASED, REUSED, RUNS, STEADY, ZERO_COPY, ZLIB, ZLIB_DEFAULT } from "./contenders.mjs";
import { idatOf } from "./png.mjs";
import { serveTurns } from "./turns.mjs";

const [name, loop, pngPath, colorsPath, labelsPath] = process.argv.slice(2);
const png = readFileSync(pngPath);
const colors = [...new Int32Array(new Uint8Array(readFileSync(colorsPath)).buffer)];
/** Width and height of the IHDR chunk. */
const pixelCount = png.readUInt32BE(16) * png.readUInt32BE(20);
/** Done before timing: everything that is done once for many masks, or not by anyone who cares about time. */
const prepare = { [FILL]: fill, [ZLIB]: inflateInOneChunk, [ZLIB_DEFAULT]: inflateInChunks };
const run = await (prepare[name] ?? (name.startsWith("labelmap") ? decode : decodeWithPeer))();
try {
  const made = await run();
  const labels = name === RUNS ? made.toDense().data : made;
  if (labels instanceof Int32Array) writeFileSync(labelsPath, labels);
  console.log("ready");
} catch {
  console.log("cannot");
  process.exit();
}
await serveTurns(run);

async function decode() {
  await init();
  // Peers get the colours prepared. We get the checked result, which a user also makes only once.
  const result = readResult();
  if (name === OWN) return () => decodeMaskSync(png, result).data;
  if (name === RELEASED) {
    let map;
    return () => {
      map?.release();
      map = decodeMaskSync(png, result);
      return map.data;
    };
  }
  if (name === RUNS) return () => decodeMaskSync(png, result, { target: { map: "runs" } });
  const arrays = { [REUSED]: () => new Int32Array(pixelCount), [ZERO_COPY]: () => zeroCopyArray(pixelCount) };
  const into = await arrays[name]();
  return () => decodeMaskSync(png, result, { into }).data;
}

function readResult() {
  return parseResult({ legend: JSON.parse(readFileSync(pngPath.replace(/png$/, "json"), "utf8")), url: "" });
}

/** The peer's own pixels are new memory in each run, since none takes an array of the caller's. The labels need not be. */
async function decodeWithPeer() {
  const { peers } = await import("./peers.mjs");
  if (loop !== STEADY) return () => peers[name](png, colors, new Int32Array(pixelCount));
  const labels = new Int32Array(pixelCount);
  return () => peers[name](png, colors, labels);
}

function fill() {
  const labels = new Int32Array(pixelCount);
  let label = 0;
  return () => void labels.fill(++label);
}

function inflateInChunks() {
  const idat = idatOf(png);
  return () => inflateSync(idat);
}

/**
 * node:zlib has no call that inflates into an array of the caller's. Its streams do so inside: `_handle` is the binding
 * that they use.
 */
function inflateInOneChunk() {
  const idat = idatOf(png);
  const { length } = inflateSync(idat);
  if (loop !== STEADY) return () => inflateSync(idat, { chunkSize: length + 1 });
  const { _handle: handle, _writeState: state } = createInflate();
  const chunk = Buffer.alloc(length + 1);
  return () => {
    handle.reset();
    handle.writeSync(constants.Z_FINISH, idat, 0, idat.length, chunk, 0, chunk.length);
    if (state[0] !== 1 || state[1] !== 0) throw new Error("other bytes than before");
  };
}
