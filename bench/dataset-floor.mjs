/**
 * What a run over a data set takes at the least, whatever the command does: its decoder alone, the hash alone, and the
 * writing alone, in milliseconds of CPU time a mask. The rest is reading, names, syncs, records, messages and the start.
 *
 *   node bench/dataset-floor.mjs MASKS.json   the paths of masks (.png, with .json beside), and of the class list
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClassList, decodeMaskSync, init } from "labelmap";
import { median, round } from "./measure.mjs";

const ROUNDS = 15;
/** Until then, the engine has optimised the code. */
const WARM_UP_ROUNDS = 8;
const PAGE_BYTES = 4096;
/** As the command writes to the cache: docs/benchmarks.md. */
const PART_BYTES = 2 ** 19;
const HEADER_BYTES = 128;

const { masks, classes: classFile, sizes } = JSON.parse(readFileSync(process.argv[2], "utf8"));
await init();
const classes = ClassList.fromJSON(JSON.parse(readFileSync(classFile, "utf8")));
const read = masks.map((path) => {
  const png = new Uint8Array(readFileSync(path));
  const header = new DataView(png.buffer);
  const legend = JSON.parse(readFileSync(path.replace(/png$/, "json"), "utf8"));
  return { png, legend, pixels: header.getUint32(16) * header.getUint32(20) };
});
// The memory of a WebAssembly module begins at a page's start, as files without the system's cache require.
const largest = HEADER_BYTES + Math.max(...read.map(({ pixels }) => pixels));
const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(largest / 2 ** 16) });
const folder = mkdtempSync(join(tmpdir(), "labelmap-floor-"));
let files = 0;

const found = {};
for (const [name, side] of Object.entries(sizes)) {
  const resize = side === null ? {} : { resize: { width: side, height: side, sampling: "pillow" } };
  const bytesOf = ({ pixels }) =>
    new Uint8Array(buffer, 0, HEADER_BYTES + (side === null ? pixels : side * side));
  const decode = (mask) => {
    const into = bytesOf(mask).subarray(HEADER_BYTES);
    decodeMaskSync(mask.png, mask.legend, {
      ...resize,
      target: { map: "semantic", dtype: "uint8", classes, into },
    });
  };
  const direct = measure((mask) => write(bytesOf(mask), true));
  found[name] = {
    bytes: Math.round(read.reduce((sum, mask) => sum + bytesOf(mask).length, 0) / read.length),
    decode: measure(decode).cpu,
    hash: measure((mask) => createHash("sha256").update(bytesOf(mask)).digest("hex")).cpu,
    write_to_cache: measure((mask) => write(bytesOf(mask), false)).cpu,
    write_past_cache: direct.cpu,
    write_past_cache_elapsed: direct.elapsed,
  };
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify(found));

/** Writes a file, synced, in calls of the size that is quickest. */
function write(bytes, isDirect) {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const path = join(folder, String(files++));
  const file = openSync(path, flags | (isDirect ? constants.O_DIRECT : 0));
  const part = isDirect ? bytes.length : PART_BYTES;
  const length = bytes.length - (isDirect ? bytes.length % PAGE_BYTES : 0);
  for (let start = 0; start < length; start += part)
    writeSync(file, bytes, start, Math.min(part, length - start), start);
  fdatasyncSync(file);
  closeSync(file);
}

/** Medians of the rounds, in milliseconds a mask: the CPU time of this process, and the time that passed. */
function measure(work) {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const mask of read) work(mask);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    const start = performance.now();
    for (const mask of read) work(mask);
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1000 / read.length, elapsed: (performance.now() - start) / read.length };
  });
  return {
    cpu: round(median(rounds.map(({ cpu }) => cpu))),
    elapsed: round(median(rounds.map(({ elapsed }) => elapsed))),
  };
}
