/** Runs in a page: calls that fail, with a device and without one, and predictions of numbers at the edges of their types. */
import { ClassList, LabelRuns } from "/dist/browser/labelmap.js";
import { labelMapFrom } from "/dist/browser/maps.js";
import { measure, paint, uploadRuns } from "/dist/browser/webgpu.js";
import { mulberry32 } from "/support/random.mjs";
import { bufferWith } from "./webgpu-measure-page.mjs";
import { device, readTexture, said } from "./webgpu-page.mjs";

const classes = ClassList.fromNames(["a", "b"]);
const size = { width: 2, height: 1 };
const ids = Int32Array.of(0, 1);

/** What is said of each mistake with a device, then without one. */
export async function mistakesOfBoth() {
  const labels = [{ name: "a", className: "a" }];
  const changed = labelMapFrom(Int32Array.of(0, 1), { ...size, classes });
  changed.data[1] = 7;
  const plain = { ...size, data: ids };
  const calls = {
    "instances as the reference": (on, as) =>
      measure(on, { ...plain, map: "instance" }, as(ids), { classes }),
    "labels without names as the reference": (on, as) =>
      measure(on, { ...plain, map: "label" }, as(ids), { classes }),
    "labels of 8 bits as the reference": (on, as) =>
      measure(on, { ...size, data: Uint8Array.of(0, 255), map: "label", labels }, as(ids), { classes }),
    "one-hot instances": (on) => paint(on, { ...plain, map: "instance" }, { oneHot: { classes } }),
    "a label that the map lacks": (on) => paint(on, changed),
    "into null": (on) => paint(on, plain, { into: null }),
    "a texture into null": (on) => paint(on, plain, { texture: "r8uint", into: null }),
    "previous null": (on, as) => measure(on, plain, as(ids), { classes, previous: null }),
    "previous without counts": (on, as) =>
      measure(on, plain, as(ids), { classes, previous: { unpredicted: [0, 0] } }),
    "previous of other classes": async (on, as) => {
      const others = ClassList.fromJSON({
        ...{ version: 1, voidId: 255, ignoreId: 255, void: [], ignore: [] },
        classes: [0, 2].map((id) => ({ id, name: `${id}` })),
      });
      const previous = await measure(null, plain, ids, { classes });
      return measure(on, { ...size, data: Int32Array.of(0, 2) }, as(Int32Array.of(0, 2)), {
        classes: others,
        previous,
      });
    },
    "a short prediction": (on, as) =>
      measure(on, plain, as(ids), { classes, resize: { width: 9, height: 1 } }),
    "2^32 pixels": (on, as) =>
      measure(on, plain, as(ids), { classes, resize: { width: 65_536, height: 65_536 } }),
    "an id of 64 bits": (on, as) =>
      measure(on, plain, as(BigInt64Array.of(0n, 2n ** 32n + 1n)), { classes, dtype: "int64" }),
    "an id of 32 bits": (on, as) =>
      measure(on, plain, as(BigInt64Array.of(0n, 2n ** 32n - 2n)), { classes, dtype: "int64" }),
    "several unknown ids": (on, as) => measure(on, plain, as(Int32Array.of(9, 3)), { classes }),
  };
  const found = {};
  for (const [name, call] of Object.entries(calls)) {
    found[name] = [
      await said(() => call(device, (array) => bufferWith(device, array))),
      await said(() => call(null, (array) => array)),
    ];
  }
  return found;
}

/** What is said of a buffer whose last pixels are not a whole word. */
export function measureOddBuffer() {
  const prediction = device.createBuffer({ size: 21, usage: GPUBufferUsage.STORAGE });
  const reference = { width: 7, height: 3, data: new Int32Array(21) };
  return said(() => measure(device, reference, prediction, { classes, dtype: "uint8" }));
}

/** The numbers that order is hard for, as bits of each type. */
const HARD = {
  // 0, -0, the smallest floats, their negatives, one half, both infinities, NaN with either sign.
  float32: [
    0, 0x80000000, 1, 2, 0x80000001, 0x80000002, 0x3f000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001,
  ],
  float16: [0, 0x8000, 1, 2, 0x8001, 0x8002, 0x3800, 0x7c00, 0xfc00, 0x7e00, 0xfe01],
};

/** Whether a number is larger; NaN is larger than all others. */
const isLarger = (a, b) => !Number.isNaN(b) && (Number.isNaN(a) || a > b);

/** The pairs and triples of hard numbers whose largest channel is not the expected one. */
export async function checkHardLogits() {
  const wrong = [];
  for (const [dtype, bits] of Object.entries(HARD)) {
    const isHalf = dtype === "float16";
    const random = mulberry32(4);
    const width = 600;
    const stored = (isHalf ? Uint16Array : Uint32Array).from(
      { length: 3 * width },
      () => bits[Math.floor(random() * bits.length)],
    );
    const numbers = new (isHalf ? Float16Array : Float32Array)(stored.buffer);
    const list = ClassList.fromNames(["a", "b", "c"]);
    const expected = Array.from({ length: width }, (_, pixel) => {
      let best = 0;
      for (const channel of [1, 2])
        if (isLarger(numbers[channel * width + pixel], numbers[best * width + pixel])) best = channel;
      return best;
    });
    const onCpu = isHalf ? stored : numbers;
    // The reference is right everywhere, so every pixel off the diagonal was mistaken.
    const reference = { width, height: 1, data: Int32Array.from(expected) };
    const options = { classes: list, dtype };
    const found = [
      await measure(device, reference, bufferWith(device, stored), options),
      await measure(null, reference, onCpu, options),
    ];
    found.forEach(({ pixelAccuracy }, place) => {
      if (pixelAccuracy !== 1) wrong.push(`${dtype} ${place ? "CPU" : "GPU"}: ${pixelAccuracy}`);
    });
  }
  return wrong;
}

/**
 * Makes each buffer of a call invalid in turn.
 *
 * @returns for each call the number of buffers, and what was not freed.
 */
export async function findLeaks() {
  const map = { width: 8, height: 2, data: new Int32Array(16) };
  const calls = {
    paint: (on) => paint(on, [map, map]),
    texture: (on) => paint(on, [map, map], { texture: "r8uint" }),
    uploadRuns: (on) => uploadRuns(on, map),
    measure: (on) => measure(on, map, bufferWith(device, map.data), { classes }),
  };
  const found = {};
  for (const [name, call] of Object.entries(calls)) {
    const leaks = [];
    for (let broken = 0; ; broken++) {
      const made = new Map();
      const keep = (resource) => {
        const { destroy } = resource;
        const label = `${resource.constructor.name} ${made.size} if buffer ${broken} is broken`;
        made.set(resource, label);
        resource.destroy = () => {
          made.delete(resource);
          destroy.call(resource);
        };
        return resource;
      };
      let count = 0;
      const own = {
        createBuffer: (options) =>
          keep(device.createBuffer(count++ === broken ? { ...options, usage: 0 } : options)),
        createTexture: (options) => keep(device.createTexture(options)),
      };
      const on = new Proxy(device, {
        get(target, key) {
          const value = own[key] ?? target[key];
          return typeof value === "function" && !(key in own) ? value.bind(target) : value;
        },
      });
      const message = await said(() => call(on));
      if (message === "nothing") break;
      leaks.push(...made.values());
      if (!message.startsWith("OPTION_INVALID: The GPU device refuses the call")) leaks.push(message);
    }
    found[name] = leaks;
  }
  return found;
}

/** Aborts calls once their work is submitted. @returns what was said, and the number of outputs that were not freed. */
export async function abortAfterSubmit() {
  const map = { width: 8, height: 2, data: new Int32Array(16) };
  const calls = [
    (on, signal) => paint(on, map, { signal }),
    (on, signal) => paint(on, map, { signal, texture: "r8uint" }),
    (on, signal) => uploadRuns(on, map, { signal }),
  ];
  const found = [];
  for (const call of calls) {
    const controller = new AbortController();
    const made = new Set();
    const keep = (resource) => {
      const { destroy } = resource;
      made.add(resource);
      resource.destroy = () => {
        made.delete(resource);
        destroy.call(resource);
      };
      return resource;
    };
    const own = {
      createBuffer: (options) => keep(device.createBuffer(options)),
      createTexture: (options) => keep(device.createTexture(options)),
      popErrorScope() {
        controller.abort(new DOMException("enough", "AbortError"));
        return device.popErrorScope();
      },
    };
    const on = new Proxy(device, {
      get(target, key) {
        const value = own[key] ?? target[key];
        return typeof value === "function" && !(key in own) ? value.bind(target) : value;
      },
    });
    found.push(await said(() => call(on, controller.signal)), made.size);
  }
  return found;
}

/** Paints a texture of the caller's that has mipmaps: the first level gets the values. */
export async function paintMipmapped() {
  const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC;
  const into = device.createTexture({ format: "r8uint", size: [4, 2], mipLevelCount: 2, usage });
  const runs = new LabelRuns({
    ...{ width: 4, height: 2, bandTops: Uint32Array.of(0, 2), bandRuns: Uint32Array.of(0, 2) },
    ...{ runEnds: Uint32Array.of(1, 4), values: Int32Array.of(7, 9) },
  });
  const message = await said(() => paint(device, runs, { texture: "r8uint", into }));
  return [message, ...(await readTexture(device, into))];
}

/** Takes away what a call works with while it waits for the device. @returns what is said of it. */
export async function destroyMeanwhile() {
  const map = { width: 8, height: 2, data: new Int32Array(16) };
  // A device of its own has no pipelines yet, so the first call has to wait for one.
  const fresh = async () => (await navigator.gpu.requestAdapter()).requestDevice();
  const calls = {
    paint: (on, runs) => paint(on, runs),
    texture: (on, runs) => paint(on, [runs, map], { texture: "r8uint" }),
    measure: (on, runs) => measure(on, runs, bufferWith(on, map.data), { classes }),
  };
  const found = {};
  for (const [name, call] of Object.entries(calls)) {
    const on = await fresh();
    const uploaded = await uploadRuns(on, map);
    const first = said(() => call(on, uploaded));
    // Whatever turn it is destroyed in, the call succeeds or says so.
    for (let turn = 0; turn < 4; turn++) await undefined;
    uploaded.destroy();
    const again = await uploadRuns(on, map);
    const second = said(() => call(on, again));
    again.destroy();
    found[name] = [await first, await second];
  }
  const runs = new LabelRuns({
    ...{ width: 4, height: 2, bandTops: Uint32Array.of(0, 2), bandRuns: Uint32Array.of(0, 2) },
    ...{ runEnds: Uint32Array.of(1, 4), values: Int32Array.of(7, 9) },
  });
  const on = await fresh();
  const transferred = said(() => paint(on, runs));
  for (let turn = 0; turn < 4; turn++) await undefined;
  structuredClone(runs, {
    transfer: [runs.bandTops, runs.bandRuns, runs.runEnds, runs.values].map(({ buffer }) => buffer),
  });
  found.transferred = [await transferred, await said(() => paint(on, runs))];
  return found;
}
