/**
 * Runs in a page: paints on the GPU, and compares each byte with what the CPU makes in another way, from pixels: the views
 * of a `LabelMap`, then `crop`, `resize` and `flip` of labelmap/geometry, then `toTensor` or `oneHot`.
 */

import { crop, flip, resize, SAMPLINGS } from "/dist/browser/geometry.js";
import { ClassList, decodeMask, LabelRuns } from "/dist/browser/labelmap.js";
import { labelMapFrom } from "/dist/browser/maps.js";
import { oneHot } from "/dist/browser/tensors.js";
import { paint, uploadRuns } from "/dist/browser/webgpu.js";
import { dice, drawRectangles, mulberry32 } from "/support/random.mjs";

export const adapter = await navigator.gpu.requestAdapter();
export const device = await adapter.requestDevice();

const ARRAYS = {
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  float32: Float32Array,
  float16: globalThis.Float16Array,
};
const TEXELS = { r8uint: Uint8Array, r16uint: Uint16Array, r32uint: Uint32Array };
const DTYPES = Object.keys(ARRAYS);

/** The device, but with limits that a small mask reaches. */
export function withLimits(limits) {
  const all = {
    ...Object.fromEntries(
      Object.keys(GPUSupportedLimits.prototype).map((name) => [name, device.limits[name]]),
    ),
    ...limits,
  };
  return new Proxy(device, {
    get(target, name) {
      if (name === "limits") return all;
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The bytes of a buffer. */
export async function readBuffer(from, buffer, byteLength = buffer.size) {
  const size = Math.ceil(byteLength / 4) * 4;
  const copy = from.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = from.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, size);
  from.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const bytes = new Uint8Array(copy.getMappedRange()).slice(0, byteLength);
  copy.destroy();
  return bytes;
}

/** The bytes of a texture's layers, without the padding of rows that a copy needs. */
export async function readTexture(from, texture) {
  const { width, height, depthOrArrayLayers: layers, format } = texture;
  const rowBytes = width * TEXELS[format].BYTES_PER_ELEMENT;
  const bytesPerRow = Math.ceil(rowBytes / 256) * 256;
  const size = bytesPerRow * height * layers;
  const copy = from.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = from.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer: copy, bytesPerRow, rowsPerImage: height }, [
    width,
    height,
    layers,
  ]);
  from.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const padded = new Uint8Array(copy.getMappedRange());
  const bytes = new Uint8Array(rowBytes * height * layers);
  for (let row = 0; row < height * layers; row++) {
    bytes.set(padded.subarray(row * bytesPerRow, row * bytesPerRow + rowBytes), row * rowBytes);
  }
  copy.destroy();
  return bytes;
}

/** The values of a `LabelMap`, or of the pixels of plain runs, as the CPU gives them. */
function valuesOf(map, { map: view = "label", classes, divisor, missing, dtype }) {
  const { width, height } = map;
  const type = dtype === "uint8" || dtype === "uint16" ? dtype : "int32";
  if (!("labels" in map)) return { width, height, data: map.data ?? map.toDense().data };
  if (view === "semantic") return { width, height, data: map.semantic(classes, { missing }) };
  if (view === "panoptic") return { width, height, data: map.panoptic(classes, { divisor, missing }) };
  if (view === "instance") return { width, height, data: map.instance() };
  // An unsigned map of labels has the type's largest value for unlabelled pixels, which is what becomes of -1.
  return { width, height, data: ARRAYS[type].from(map.data) };
}

/** What the CPU makes, as bytes. */
export function expectedBytes(maps, options) {
  const { dtype: given, texture, oneHot: channels } = options;
  const dtype = given ?? { r8uint: "uint8", r16uint: "uint16" }[texture] ?? (channels ? "float32" : "int32");
  const parts = maps.map((map) => {
    let values = valuesOf(map, { ...options, dtype: channels ? "int32" : dtype });
    if (options.crop) values = crop(values, options.crop);
    if (options.resize) values = resize(values, options.resize);
    if (options.flip === "horizontal" || options.flip === "both") values = flip(values, "horizontal");
    if (options.flip === "vertical" || options.flip === "both") values = flip(values, "vertical");
    const { data } = channels
      ? oneHot(values, { classes: channels.classes ?? options.classes, ignore: channels.ignore })
      : values;
    return new Uint8Array(ARRAYS[dtype].from(data).buffer);
  });
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}

/** What differs between two arrays of bytes; "" if nothing does. */
export function differenceOf(found, expected) {
  if (found.length < expected.length) return `${found.length} bytes instead of ${expected.length}`;
  for (let place = 0; place < expected.length; place++) {
    if (found[place] !== expected[place]) {
      return `byte ${place} of ${expected.length} is ${found[place]} instead of ${expected[place]}`;
    }
  }
  return "";
}

/** Paints on the GPU, and on the CPU if asked. Returns what differs from the expected bytes; "" if nothing does. */
export async function check(paintable, references, options, on = device) {
  const expected = expectedBytes(references, options);
  const output = await paint(on, paintable, options);
  const found = options.texture
    ? await readTexture(on, output)
    : await readBuffer(on, output, expected.length);
  output.destroy();
  const onCpu = await paint(null, paintable, options);
  const cpu = differenceOf(new Uint8Array(onCpu.buffer), expected);
  if (cpu) return `CPU: ${cpu}`;
  return differenceOf(found, expected);
}

const CLASS_COUNT = 9;
const classes = ClassList.fromNames(Array.from({ length: CLASS_COUNT }, (_, id) => `class ${id}`));

/** A random map with labels: classes with numbered objects, and unlabelled pixels. */
function randomLabelMap(random, width, height) {
  const { below } = dice(random);
  const ids = drawRectangles(random, width, height, () => below(CLASS_COUNT + 1) - 1);
  const instances = drawRectangles(random, width, height, () => below(4));
  return labelMapFrom(ids, { width, height, classes: classes, instances, missing: "void" });
}

/** Random runs without labels, band by band. */
function randomRuns(random, width, height, below) {
  const { chance, below: die } = dice(random);
  const [tops, starts, ends, values] = [[], [], [], []];
  for (let top = 0; top < height; top += 1 + die(4)) {
    tops.push(top);
    starts.push(ends.length);
    let last;
    for (let start = 0; start < width; ) {
      const end = Math.min(width, start + 1 + die(chance(0.5) ? 3 : width));
      let value = below();
      if (value === last) value = value === 0 ? 1 : value - 1;
      if (value === last) value++;
      ends.push(end);
      values.push(value);
      last = value;
      start = end;
    }
  }
  return new LabelRuns({
    ...{ width, height },
    bandTops: Uint32Array.from([...tops, height]),
    bandRuns: Uint32Array.from([...starts, ends.length]),
    runEnds: Uint32Array.from(ends),
    values: Int32Array.from(values),
  });
}

function randomOptions(random, width, height, isLabelled) {
  const { below, chance, pick } = dice(random);
  const options = {};
  if (chance(0.3)) options.texture = pick(Object.keys(TEXELS));
  else if (chance(0.8)) options.dtype = pick(DTYPES);
  if (isLabelled) options.map = pick(["label", "semantic", "instance", "panoptic"]);
  if (options.map === "semantic" || options.map === "panoptic") options.classes = classes;
  if (options.map === "panoptic") options.divisor = 64;
  // Panoptic ids of the void class, 255 × 64, need more than 11 bits.
  if (options.map === "panoptic" && (options.dtype === "float16" || options.dtype === "uint8"))
    options.dtype = "uint16";
  if (options.texture === "r8uint" && options.map === "panoptic") options.texture = "r16uint";
  if (options.map === "semantic" && !options.texture && chance(0.4)) options.oneHot = true;
  if (!isLabelled && options.dtype !== "float16" && !options.texture && chance(0.2)) {
    options.oneHot = { classes: CLASS_COUNT + 4, ignore: 5 };
  }
  if (chance(0.3)) {
    const [x, y] = [below(width), below(height)];
    options.crop = { x, y, width: 1 + below(width - x), height: 1 + below(height - y) };
  }
  if (chance(0.4)) {
    options.resize = { width: 1 + below(50), height: 1 + below(30), sampling: pick(SAMPLINGS) };
  }
  if (chance(0.5)) options.flip = pick(["horizontal", "vertical", "both"]);
  return options;
}

/** @returns the first cases that differ. */
export async function checkRandomRuns(firstSeed, count, on = device) {
  const wrong = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = mulberry32(seed);
    const { below, chance } = dice(random);
    const [width, height] = [1 + below(chance(0.3) ? 4 : 70), 1 + below(chance(0.3) ? 4 : 24)];
    const isLabelled = chance(0.5);
    const options = randomOptions(random, width, height, isLabelled);
    const n = chance(0.3) ? 1 + below(4) : 1;
    const isWild =
      !options.oneHot && !options.texture && (options.dtype ?? "int32") === "int32" && chance(0.5);
    const value = isWild ? () => below(2 ** 32) | 0 : () => below(CLASS_COUNT + 4);
    const maps = Array.from({ length: n }, () =>
      isLabelled ? randomLabelMap(random, width, height) : randomRuns(random, width, height, value),
    );
    const paintable = n === 1 && chance(0.7) ? maps[0] : maps;
    const difference = await check(paintable, maps, options, on).catch((error) => String(error.stack));
    if (difference)
      wrong.push(`seed ${seed}, ${width}×${height}, ${n} maps, ${JSON.stringify(options)}: ${difference}`);
    if (wrong.length === 5) break;
  }
  return wrong;
}

/** Every map and dtype of every mask of the corpus. */
export async function checkCorpus(names) {
  const wrong = [];
  for (const name of names) {
    const png = new Uint8Array(await (await fetch(`/masks/${name}.png`)).arrayBuffer());
    const result = await (await fetch(`/masks/${name}.json`)).json();
    const runs = await decodeMask(png, result, { target: { map: "runs" } });
    const dense = await decodeMask(png, result);
    const list = ClassList.fromResults([result]);
    const uploaded = await uploadRuns(device, runs);
    const { width, height } = runs;
    const all = [
      {},
      { dtype: "uint16" },
      { dtype: "float32" },
      { dtype: "float16" },
      { map: "instance", dtype: "uint8" },
      { map: "semantic", classes: list, dtype: "uint8" },
      { map: "semantic", classes: list, texture: "r8uint" },
      { map: "panoptic", classes: list },
      { texture: "r16uint", flip: "horizontal" },
      { map: "panoptic", classes: list, texture: "r32uint" },
      { map: "semantic", classes: list, dtype: "uint8", flip: "both" },
      ...(width * height < 500_000 ? [{ map: "semantic", classes: list, dtype: "uint8", oneHot: true }] : []),
      ...SAMPLINGS.map((sampling) => ({
        dtype: "int32",
        crop: { x: 1, y: 2, width: width - 3, height: height - 5 },
        resize: { width: 257, height: 129, sampling },
      })),
    ];
    // The masks of 4K take a second for each painting on a software adapter.
    for (const options of all.filter((_, place) => width * height < 3_000_000 || place % 3 === 0)) {
      const difference = await check(uploaded, [dense], options).catch((error) => String(error));
      if (difference) wrong.push(`${name} ${JSON.stringify(options)}: ${difference}`);
    }
    uploaded.destroy();
  }
  return wrong;
}

/** Sizes at the edges: one pixel, odd widths, wide rows, and more labels or columns than fit 16 bits. */
export async function checkSizes(sizes) {
  const wrong = [];
  for (const [width, height, most] of sizes) {
    const random = mulberry32(width * 7 + height);
    const { below } = dice(random);
    const runs = randomRuns(random, width, height, () => below(most));
    const options = most <= 256 ? [{ dtype: "uint8" }, { dtype: "uint16" }, {}] : [{}];
    for (const each of options) {
      const difference = await check(runs, [runs], each).catch((error) => String(error));
      if (difference) wrong.push(`${width}×${height} ${JSON.stringify(each)}: ${difference}`);
    }
  }
  return wrong;
}

/** What a call throws, as `code: message`, or "nothing". */
export const said = (call) =>
  call().then(
    () => "nothing",
    ({ code, message }) => `${code}: ${message}`,
  );

/** What is said of each mistake. */
export async function mistakes() {
  const map = labelMapFrom(Int32Array.of(0, 1, -1, 300), {
    width: 2,
    height: 2,
    classes: ClassList.fromNames(["a", "b"]),
    missing: "void",
  });
  const runs = randomRuns(mulberry32(1), 4, 4, () => 300);
  const other = await (await navigator.gpu.requestAdapter()).requestDevice();
  const lost = await (await navigator.gpu.requestAdapter()).requestDevice();
  lost.destroy();
  const destroyed = await uploadRuns(device, map);
  destroyed.destroy();
  const elsewhere = await uploadRuns(other, map);
  const buffer = (size, usage = GPUBufferUsage.STORAGE) => device.createBuffer({ size, usage });
  const usedUp = buffer(64);
  usedUp.destroy();
  const texture = (format, usage) => device.createTexture({ format, size: [2, 2], usage });
  const aborted = new AbortController();
  aborted.abort(new DOMException("enough", "AbortError"));
  const controller = new AbortController();
  const calls = {
    "no map": () => paint(device, null),
    "no device": () => paint({}, map),
    "an empty batch": () => paint(device, []),
    "a misspelt option": () => paint(device, map, { dtpye: "uint8" }),
    "another dtype": () => paint(device, map, { dtype: "int8" }),
    "another texture": () => paint(device, map, { texture: "rgba8uint" }),
    "a texture with a dtype": () => paint(device, map, { texture: "r8uint", dtype: "uint8" }),
    "another map": () => paint(device, map, { map: "semantics" }),
    "no classes": () => paint(device, map, { map: "semantic" }),
    "a divisor for class ids": () => paint(device, map, { map: "semantic", classes, divisor: 9 }),
    "classes for labels": () => paint(device, map, { classes }),
    "one-hot labels": () => paint(device, map, { oneHot: { classes: 2 } }),
    "one-hot without classes": () => paint(device, runs, { oneHot: true }),
    "an unknown id": () => paint(device, runs, { oneHot: { classes: 3 } }),
    "a class that is not in the list": () =>
      paint(device, map, { map: "semantic", classes: ClassList.fromNames(["a"]) }),
    "runs without labels": () => paint(device, runs, { map: "semantic", classes }),
    "a value that is too large": () => paint(device, runs, { dtype: "uint8" }),
    "a value that float16 rounds": () =>
      paint(device, { width: 1, height: 1, data: Int32Array.of(2049) }, { dtype: "float16" }),
    "-1 without a sign": () =>
      paint(device, { width: 1, height: 1, data: Int32Array.of(-1) }, { dtype: "uint8" }),
    "another flip": () => paint(device, map, { flip: "diagonal" }),
    "a crop outside": () => paint(device, map, { crop: { x: 1, y: 0, width: 2, height: 2 } }),
    "another sampling": () => paint(device, map, { resize: { width: 2, height: 2, sampling: "bilinear" } }),
    "different sizes": () => paint(device, [map, runs]),
    "a small buffer": () => paint(device, map, { into: buffer(12) }),
    "a buffer of another usage": () => paint(device, map, { into: buffer(64, GPUBufferUsage.COPY_DST) }),
    "a destroyed buffer": () => paint(device, map, { into: usedUp }),
    "a texture of another format": () =>
      paint(device, map, { texture: "r8uint", into: texture("r16uint", 16) }),
    "a texture of another size": () =>
      paint(device, runs, { texture: "r16uint", into: texture("r16uint", 16) }),
    "a lost device": () => paint(lost, map),
    "an upload to a lost device": () => uploadRuns(lost, map),
    "uploaded runs that were destroyed": () => paint(device, destroyed),
    "runs of another device": () => paint(device, elsewhere),
    "a texture that is too wide": () =>
      paint(device, map, { texture: "r8uint", resize: { width: 20_000, height: 1 } }),
    "a buffer that is too large": () =>
      paint(withLimits({ maxBufferSize: 1024 }), map, { resize: { width: 100, height: 100 } }),
    "an aborted signal": () => paint(device, map, { signal: aborted.signal }),
    "an abort in the middle": () => {
      const call = paint(device, map, { signal: controller.signal });
      controller.abort(new DOMException("enough", "AbortError"));
      return call;
    },
  };
  const found = {};
  for (const [name, call] of Object.entries(calls)) found[name] = await said(call);
  return found;
}

/** A device that is lost while it works: "code: message", and what a paint afterwards says. */
export async function loseDevice() {
  const own = await (await navigator.gpu.requestAdapter()).requestDevice();
  const runs = randomRuns(mulberry32(3), 40, 40, () => 3);
  const before = await said(() => paint(own, runs));
  const call = paint(own, runs);
  own.destroy();
  return [before, await said(() => call), await said(() => paint(own, runs))];
}

/** Paints into buffers and textures of the caller's, and leaves what is behind the output. */
export async function checkInto() {
  const random = mulberry32(9);
  const [first, second] = [randomLabelMap(random, 7, 3), randomLabelMap(random, 7, 3)];
  const buffer = device.createBuffer({
    size: 64,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, new Uint8Array(64).fill(77));
  const wrong = [];
  for (const map of [first, second]) {
    if ((await paint(device, map, { dtype: "uint8", into: buffer })) !== buffer) wrong.push("another buffer");
    const bytes = await readBuffer(device, buffer);
    wrong.push(differenceOf(bytes, expectedBytes([map], { dtype: "uint8" })));
    if (bytes.subarray(21).some((byte) => byte !== 77)) wrong.push("bytes behind the output changed");
  }
  const texture = await paint(device, first, { texture: "r8uint" });
  const again = await paint(device, second, { texture: "r8uint", into: texture });
  wrong.push(differenceOf(await readTexture(device, again), expectedBytes([second], { texture: "r8uint" })));
  const array = new Float32Array(21);
  if ((await paint(null, first, { dtype: "float32", into: array })) !== array) wrong.push("another array");
  wrong.push(differenceOf(new Uint8Array(array.buffer), expectedBytes([first], { dtype: "float32" })));
  return wrong.filter((difference) => difference !== "");
}

/** Textures of maps that have more runs than the device can bind at once. */
export async function checkSplitTextures(on) {
  const wrong = [];
  for (const texture of Object.keys(TEXELS)) {
    const random = mulberry32(11);
    const runs = randomRuns(random, 90, 200, () => dice(random).below(200));
    wrong.push(await check(runs, [runs], { texture, flip: "vertical" }, on).catch((error) => String(error)));
  }
  return wrong.filter((difference) => difference !== "");
}
