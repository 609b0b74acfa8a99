/**
 * The expected output of each job of bench/training.mjs, made from the labels pixel by pixel, in the slow and obvious way
 * and without our own code.
 */
import { BOTH, LABELS, RLE, RUNS, SEMANTIC, SIZE, SMALL_LABELS, SMALL_SEMANTIC } from "./training-jobs.mjs";

const VOID_ID = 255;
/** A value of the legend as the vendor writes it: `car # 1`. */
const INSTANCE = / # \d+$/;

/** The mask's class names, in the order of their ids. */
export const classNames = ({ legend }) =>
  [...new Set(Object.values(legend).map((value) => value.replace(INSTANCE, "")))].sort();

/** For each job, the bytes that a contender must write: see training-contender.mjs. */
export function expectedOutputs({ width, height, legend }, labels) {
  const values = Object.values(legend);
  const names = classNames({ legend });
  const classIds = values.map((value) => names.indexOf(value.replace(INSTANCE, "")));
  let instances = 0;
  const numbers = values.map((value) => (INSTANCE.test(value) ? ++instances : 0));
  const semantic = Uint8Array.from(labels, (label) => (label < 0 ? VOID_ID : classIds[label]));
  const instance = Uint16Array.from(labels, (label) => (label < 0 ? 0 : numbers[label]));
  const shrink = (map) => bytesOf(shrinkMap(map, width, height));
  return {
    [LABELS]: bytesOf(labels),
    [SEMANTIC]: bytesOf(semantic),
    [BOTH]: Buffer.concat([bytesOf(semantic), bytesOf(instance)]),
    [SMALL_LABELS]: shrink(labels),
    [SMALL_SEMANTIC]: shrink(semantic),
    [RUNS]: bytesOf(labels),
    [RLE]: Buffer.from(JSON.stringify(encodeLabels(labels, width, height))),
  };
}

/** Nearest neighbour: the pixel under the centre. */
function shrinkMap(map, width, height) {
  const small = new map.constructor(SIZE.width * SIZE.height);
  for (let y = 0; y < SIZE.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / SIZE.height);
    for (let x = 0; x < SIZE.width; x++) {
      const column = Math.floor(((x + 0.5) * width) / SIZE.width);
      small[y * SIZE.width + x] = map[row * width + column];
    }
  }
  return small;
}

/** `[label, counts]` for each label that occurs: lengths of runs of other and own pixels in turn, down the columns. */
function encodeLabels(labels, width, height) {
  const codes = new Map();
  let place = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++, place++) {
      const label = labels[y * width + x];
      if (label < 0) continue;
      if (!codes.has(label)) codes.set(label, { counts: [], end: -1 });
      const code = codes.get(label);
      if (code.end === place) code.counts[code.counts.length - 1]++;
      else code.counts.push(place - Math.max(code.end, 0), 1);
      code.end = place + 1;
    }
  }
  return [...codes]
    .sort(([a], [b]) => a - b)
    .map(([label, { counts, end }]) => [label, writeCounts(end < place ? [...counts, place - end] : counts)]);
}

/** pycocotools' string: five bits per character; from the fourth count on, the difference from the count two before. */
function writeCounts(counts) {
  let text = "";
  counts.forEach((count, index) => {
    let rest = index > 2 ? count - counts[index - 2] : count;
    for (let isMore = true; isMore; ) {
      const bits = rest & 31;
      rest >>= 5;
      isMore = bits & 16 ? rest !== -1 : rest !== 0;
      text += String.fromCharCode(48 + bits + (isMore ? 32 : 0));
    }
  });
  return text;
}

const bytesOf = (map) => Buffer.from(map.buffer, map.byteOffset, map.byteLength);
