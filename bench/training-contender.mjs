/**
 * One job, done in one of our ways, in a separate process: `node bench/training-contender.mjs job contender mask.png
 * colors.bin output.bin`, with the legend in mask.json. It writes the result to output.bin: the elements of one map after
 * the other, or RLE as JSON with `[label, counts]` for each label.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ClassList, decodeMaskSync, init, parseResult } from "labelmap";
import { resize } from "labelmap/geometry";
import { encodeAllRles } from "labelmap/objects";
import { OWN, REUSED } from "./contenders.mjs";
import {
  BOTH,
  FROM_LABELS,
  FROM_PNG,
  FROM_RUNS,
  LABELS,
  RLE,
  RUNS,
  SEMANTIC,
  SIZE,
  SMALL_LABELS,
  SMALL_SEMANTIC,
  THEN_RESIZE,
  THEN_RESIZE_REUSED,
  VIA_LABELS,
  VIA_REUSED_LABELS,
} from "./training-jobs.mjs";
import { serveTurns } from "./turns.mjs";

const ARRAYS = { int32: Int32Array, uint16: Uint16Array, uint8: Uint8Array };

const [job, contender, pngPath, , outputPath] = process.argv.slice(2);
const png = readFileSync(pngPath);
const legend = JSON.parse(readFileSync(pngPath.replace(/png$/, "json"), "utf8"));
const result = parseResult({ legend, url: "" });
const classes = ClassList.fromResults([result]);
await init();
const { width, height } = decodeMaskSync(png, result, { target: { map: "runs" } });
const label = { map: "label", dtype: "int32" };
const semantic = { map: "semantic", classes, dtype: "uint8" };
const instance = { map: "instance", dtype: "uint16" };
const runs = { map: "runs" };

const run = prepare();
writeFileSync(outputPath, bytesOf(run()));
console.log("ready");
await serveTurns(run);

/** Done before timing: everything that is done once for many masks, such as allocating arrays for reuse. */
function prepare() {
  const whole = { width, height };
  const ways = {
    [LABELS]: {
      [OWN]: () => decoder(label),
      [REUSED]: () => decoder(reusing(label, whole)),
    },
    [SEMANTIC]: {
      [OWN]: () => decoder(semantic),
      [REUSED]: () => decoder(reusing(semantic, whole)),
      [VIA_LABELS]: () => () => viewSemantic(decodeMaskSync(png, result)),
      [VIA_REUSED_LABELS]: () => {
        const { into } = reusing(label, whole);
        return () => viewSemantic(decodeMaskSync(png, result, { into }));
      },
    },
    [BOTH]: {
      [OWN]: () => decoder([semantic, instance]),
      [REUSED]: () => decoder([reusing(semantic, whole), reusing(instance, whole)]),
    },
    [SMALL_LABELS]: waysToResize(label),
    [SMALL_SEMANTIC]: waysToResize(semantic),
    [RUNS]: {
      [FROM_PNG]: () => decoder(runs),
    },
    [RLE]: {
      [FROM_PNG]: () => () => encodeAllRles(decoder(runs)()),
      [FROM_RUNS]: () => encoder(decoder(runs)()),
      [FROM_LABELS]: () => encoder(decoder(label)()),
    },
  };
  return ways[job][contender]();
}

function waysToResize(target) {
  const whole = { width, height };
  return {
    [OWN]: () => decoder(target, SIZE),
    [REUSED]: () => decoder(reusing(target, SIZE), SIZE),
    [THEN_RESIZE]: () => () => resize(decoder(target)(), SIZE),
    [THEN_RESIZE_REUSED]: () => {
      const decode = decoder(reusing(target, whole));
      return () => resize(decode(), SIZE);
    },
  };
}

/** A decode to one or several targets. */
function decoder(target, size) {
  const options = size === undefined ? { target } : { target, resize: size };
  return () => decodeMaskSync(png, result, options);
}

function encoder(map) {
  return () => encodeAllRles(map);
}

function viewSemantic(map) {
  return { data: map.semantic(classes, { dtype: "uint8" }) };
}

/** The target with an array for reuse. */
function reusing(target, size) {
  return { ...target, into: new ARRAYS[target.dtype](size.width * size.height) };
}

function bytesOf(made) {
  if (job === RLE) return JSON.stringify(made.map(({ value, rle }) => [value, rle.counts]));
  const maps = job === RUNS ? [made.toDense()] : [made].flat();
  return Buffer.concat(maps.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
}
