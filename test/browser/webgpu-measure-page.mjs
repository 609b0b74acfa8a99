/** Runs in a page: measures predictions on the GPU, and compares each number with those of labelmap/compare. */
import { Comparison } from "/dist/browser/compare.js";
import { flip, resize } from "/dist/browser/geometry.js";
import { ClassList } from "/dist/browser/labelmap.js";
import { labelMapFrom } from "/dist/browser/maps.js";
import { measure, uploadRuns } from "/dist/browser/webgpu.js";
import { dice, drawRectangles, mulberry32 } from "/support/random.mjs";
import { device, said, withLimits } from "./webgpu-page.mjs";

const ARRAYS = {
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float16: globalThis.Float16Array,
};

/** Class ids with a gap, so that ids and places in the list differ. */
const listOf = (count) =>
  ClassList.fromJSON({
    ...{ version: 1, voidId: 255, ignoreId: 255, void: [], ignore: [] },
    classes: Array.from({ length: count }, (_, place) => ({
      id: place < 2 ? place : place + 1,
      name: `class ${place}`,
    })),
  });

/** A buffer with the elements of an array. */
export function bufferWith(on, array, usage = GPUBufferUsage.STORAGE) {
  const size = Math.ceil(array.byteLength / 16) * 16;
  const buffer = on.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST, mappedAtCreation: true });
  new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(array.buffer));
  buffer.unmap();
  return buffer;
}

/** Logits whose largest channel is often shared, so that the first one counts. */
function randomLogits(random, type, channels, plane) {
  const { below } = dice(random);
  const logits = new type(channels * plane);
  for (let place = 0; place < logits.length; place++) logits[place] = below(5) - 3;
  return logits;
}

/** The first of the largest channels, by a search of its own. */
function argmax(logits, channels, plane) {
  return Int32Array.from({ length: plane }, (_, pixel) => {
    const values = Array.from({ length: channels }, (_, channel) => logits[channel * plane + pixel]);
    return values.indexOf(Math.max(...values));
  });
}

const NAMES = [
  "confusion",
  "unpredicted",
  "meanIoU",
  "meanAccuracy",
  "pixelAccuracy",
  "frequencyWeightedIoU",
];
const CLASS_NAMES = [
  "id",
  "name",
  "iou",
  "accuracy",
  "precision",
  "dice",
  "referencePixels",
  "predictedPixels",
];
const picked = (result) =>
  JSON.stringify([
    ...NAMES.map((name) => (result[name].length === undefined ? String(result[name]) : [...result[name]])),
    result.classes.map((each) => CLASS_NAMES.map((name) => String(each[name]))),
  ]);

/** @returns the first cases that differ. */
export async function checkMeasures(firstSeed, count, on = device, side = 60) {
  const wrong = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = mulberry32(seed);
    const { below, chance, pick } = dice(random);
    const [width, height] = [1 + below(side), 1 + below(side / 2)];
    const { maxStorageBufferBindingSize: most } = on.limits;
    // Their confusion matrix has to be bound as a whole.
    const classes = listOf(
      pick([1, 3, 8, 40].filter((count) => ((count + 1) * (count + 2) + 1) * 4 <= most)),
    );
    const ids = classes.classes.map(({ id }) => id);
    const dtype = pick(Object.keys(ARRAYS));
    const isLogits = dtype.startsWith("float");
    const channels = Math.max(...ids) + 1;
    const n = chance(0.3) ? 1 + below(3) : 1;
    const missing = isLogits ? "void" : pick(["void", "error"]);
    const options = { classes, dtype, missing };
    if (chance(0.3)) options.resize = { width: 1 + below(side), height: 1 + below(side / 2) };
    if (chance(0.3)) options.flip = "both";
    const size = options.resize ?? { width, height };
    const plane = size.width * size.height;
    const comparison = new Comparison(classes, { missing, things: [] });
    const maps = [];
    const predicted = new ARRAYS[dtype](n * (isLogits ? channels : 1) * plane);
    for (let place = 0; place < n; place++) {
      const truth = drawRectangles(random, width, height, () => pick([...ids, 255]));
      const isPlain = chance(0.5);
      maps.push(isPlain ? { width, height, data: truth } : labelMapFrom(truth, { width, height, classes }));
      let guess = drawRectangles(random, size.width, size.height, () =>
        pick([...ids, 255, ...(missing === "void" ? [2, 99] : [])]),
      );
      if (isLogits) {
        const logits = randomLogits(random, ARRAYS[dtype], channels, plane);
        predicted.set(logits, place * channels * plane);
        guess = argmax(logits, channels, plane);
      } else predicted.set(dtype === "int64" ? BigInt64Array.from(guess, BigInt) : guess, place * plane);
      let reference = { width, height, data: truth };
      if (options.resize) reference = resize(reference, options.resize);
      if (options.flip) reference = flip(flip(reference, "horizontal"), "vertical");
      comparison.add(reference, { ...size, data: guess });
    }
    const expected = picked(comparison.result());
    const reference = n === 1 ? await uploadRuns(on, maps[0]) : maps;
    const buffer = bufferWith(on, predicted, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    const fail = (error) => ({
      ...Object.fromEntries(NAMES.map((name) => [name, String(error.stack)])),
      classes: [],
    });
    const found = await measure(on, reference, buffer, options).then(picked, fail);
    const bits = dtype === "float16" ? new Uint16Array(predicted.buffer) : predicted;
    const onCpu = await measure(null, maps, bits, options).then(picked, fail);
    buffer.destroy();
    const where = `seed ${seed}, ${width}×${height}, ${n} maps, ${dtype}, ${missing}, ${JSON.stringify(options.resize)}`;
    // A copy starts at a multiple of 4 bytes, which the second channel does not.
    const isUneven =
      dtype === "float16" && plane % 2 === 1 && JSON.stringify(found).includes("no multiple of 4 bytes");
    if (found !== expected && !isUneven)
      wrong.push(`${where}: ${JSON.stringify(found)} instead of ${expected}`.slice(0, 1500));
    if (onCpu !== expected)
      wrong.push(`${where} on the CPU: ${JSON.stringify(onCpu)} instead of ${expected}`.slice(0, 1500));
    if (wrong.length >= 3) break;
  }
  return wrong;
}

/** A batch in two calls has the scores of one call with all of it. */
export async function checkPrevious() {
  const random = mulberry32(5);
  const classes = listOf(4);
  const draw = () => drawRectangles(random, 30, 20, () => dice(random).pick([0, 1, 3, 4, 255]));
  const pairs = Array.from({ length: 3 }, () => [draw(), draw()]);
  let previous;
  const comparison = new Comparison(classes, { things: [] });
  for (const [truth, guess] of pairs) {
    const [reference, prediction] = [truth, guess].map((data) => ({ width: 30, height: 20, data }));
    previous = await measure(device, reference, bufferWith(device, guess), {
      classes,
      ...(previous && { previous }),
    });
    comparison.add(reference, prediction);
  }
  return [picked(previous), picked(comparison.result())];
}

/** What is thrown for an id that the list lacks, as `code: message`. */
export async function unknownIds() {
  const classes = listOf(3);
  const reference = { width: 2, height: 1, data: Int32Array.of(0, 1) };
  const saidBy = (promise) => said(() => promise);
  return [
    await saidBy(measure(device, reference, bufferWith(device, Int32Array.of(0, 2)), { classes })),
    await saidBy(measure(device, reference, bufferWith(device, Int32Array.of(0, 77)), { classes })),
    await saidBy(
      measure(device, { ...reference, data: Int32Array.of(0, 9) }, bufferWith(device, Int32Array.of(0, 1)), {
        classes,
      }),
    ),
    await saidBy(measure(null, reference, Int32Array.of(0, -5), { classes })),
    await saidBy(measure(device, reference, bufferWith(device, Int32Array.of(0, -5)), { classes })),
    await saidBy(measure(device, reference, bufferWith(device, Int32Array.of(0, -1)), { classes })),
    // The first id behind the table, and one whose lower half is that of a class.
    await saidBy(measure(device, reference, bufferWith(device, Int32Array.of(0, 256)), { classes })),
    await saidBy(
      measure(device, reference, bufferWith(device, BigInt64Array.of(0n, 2n ** 32n + 1n)), {
        classes,
        dtype: "int64",
      }),
    ),
  ];
}

/** What is said of more classes than a device can count pairs of, and with a device that can: "code: message" or "nothing". */
export async function measureManyClasses() {
  const classes = listOf(3);
  const reference = { width: 2, height: 1, data: Int32Array.of(0, 1) };
  const prediction = bufferWith(device, Int32Array.of(0, 1));
  const on = (limits) => withLimits({ ...limits, maxBufferSize: limits.maxBufferSize ?? 84 });
  const many = ClassList.fromJSON({
    ...{ version: 1, voidId: 9999, ignoreId: 9999, void: [], ignore: [] },
    classes: Array.from({ length: 5792 }, (_, id) => ({ id, name: `class ${id}` })),
  });
  return [
    // Counts of 4 × 5 pairs, and one unknown id.
    await said(() => measure(on({ maxStorageBufferBindingSize: 84 }), reference, prediction, { classes })),
    await said(() => measure(on({ maxStorageBufferBindingSize: 80 }), reference, prediction, { classes })),
    await said(() => measure(on({ maxBufferSize: 80 }), reference, prediction, { classes })),
    await said(() => measure(device, reference, prediction, { classes: many })),
  ];
}
