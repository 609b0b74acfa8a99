/**
 * Measures `labelmap/webgpu` in this browser: what is uploaded, the CPU time until the work is submitted, and the time on the
 * GPU where the adapter has timestamps, each the lowest of several rounds. Everything is compared with the CPU first. Shows rows for docs/webgpu.md.
 */
import { decodeMaskSync, init, parseResult } from "/dist/browser/labelmap.js";
import "/dist/browser/maps.js";
import { paint, uploadRuns } from "/dist/browser/webgpu.js";
import { makeScan } from "./scan-shader.js";

const ROUNDS = 9;
const WARM_UPS = 3;
/** Without a graphics card the scan takes seconds, since its barriers cost much there. */
const SCAN_ROUNDS = 2;
const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) throw showText("This browser has no WebGPU adapter.");
const hasTimestamps = adapter.features.has("timestamp-query");
const device = await adapter.requestDevice({
  requiredFeatures: hasTimestamps ? ["timestamp-query"] : [],
  requiredLimits: {
    maxBufferSize: adapter.limits.maxBufferSize,
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
  },
});
const timestamps = hasTimestamps && device.createQuerySet({ type: "timestamp", count: 2 });

/** What happened on the way to the device since it was reset. */
const seen = { bytes: 0, dispatches: 0, submitted: 0 };
/** The device, with an eye on it. */
const watched = watch(device, {
  queue: watch(device.queue, {
    writeBuffer(buffer, offset, content, ...rest) {
      seen.bytes += content.byteLength;
      device.queue.writeBuffer(buffer, offset, content, ...rest);
    },
    submit(buffers) {
      device.queue.submit(buffers);
      seen.submitted = performance.now();
    },
  }),
  createCommandEncoder() {
    const encoder = device.createCommandEncoder();
    return watch(encoder, {
      beginComputePass() {
        const timestampWrites = {
          querySet: timestamps,
          beginningOfPassWriteIndex: 0,
          endOfPassWriteIndex: 1,
        };
        const pass = encoder.beginComputePass(timestamps ? { timestampWrites } : {});
        return watch(pass, {
          dispatchWorkgroups(...size) {
            seen.dispatches++;
            pass.dispatchWorkgroups(...size);
          },
        });
      },
    });
  },
});

function watch(target, own) {
  return new Proxy(target, {
    get(_, name) {
      if (name in own) return own[name];
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The lowest of several times is the one that other programs disturbed least. */
const lowest = (times) => (times[0] === undefined ? undefined : Math.min(...times));
const ms = (number) => (number === undefined ? "no timestamps" : number.toPrecision(3));

async function read(buffer, size = buffer.size) {
  const copy = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const content = copy.getMappedRange().slice(0);
  copy.destroy();
  return content;
}

/** Milliseconds of the last pass on the GPU. */
async function passTime() {
  if (!timestamps) return undefined;
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = device.createBuffer({ size: 16, usage });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(timestamps, 0, 2, resolved, 0);
  device.queue.submit([encoder.finish()]);
  const [start, end] = new BigUint64Array(await read(resolved));
  return Number(end - start) / 1e6;
}

async function checkEqual(buffer, expected, name) {
  const found = new Int32Array(await read(buffer, expected.byteLength));
  if (found.some((label, pixel) => label !== expected[pixel])) throw showText(`${name}: wrong labels`);
}

async function measureMask(name) {
  const png = new Uint8Array(await (await fetch(`/masks/${name}.png`)).arrayBuffer());
  const result = parseResult(await (await fetch(`/masks/${name}.json`)).json());
  const decodeRuns = () => decodeMaskSync(png, result, { target: { map: "runs" } });
  const labels = new Int32Array(decodeMaskSync(png, result).data);
  const runs = decodeRuns();
  const scan = await makeScan(watched, runs);
  scan.paint();
  await checkEqual(scan.output, labels, "scan");

  const times = { runs: [], gpu: [], tensor: [], search: [], scan: [] };
  /** Calls `work` again and again, each time once the GPU has nothing to do. It returns when it began and ended. */
  const repeat = async (list, work) => {
    for (let round = 0; round < ROUNDS + WARM_UPS; round++) {
      await device.queue.onSubmittedWorkDone();
      const [start, end] = await work(round);
      list.push(end - start);
    }
  };
  await repeat(times.runs, () => {
    const start = performance.now();
    decodeRuns();
    return [start, performance.now()];
  });
  await repeat(times.gpu, async (round) => {
    Object.assign(seen, { bytes: 0, dispatches: 0 });
    const start = performance.now();
    const tensor = await paint(watched, decodeRuns());
    const { submitted } = seen;
    times.search.push(await passTime());
    if (round === 0) await checkEqual(tensor, labels, "search");
    tensor.destroy();
    return [start, submitted];
  });
  const { bytes, dispatches } = seen;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  await repeat(times.tensor, async () => {
    const start = performance.now();
    const map = decodeMaskSync(png, result, { target: { map: "label" } });
    const uploaded = device.createBuffer({ size: map.data.byteLength, usage });
    device.queue.writeBuffer(uploaded, 0, map.data);
    device.queue.submit([]);
    const end = performance.now();
    map.release();
    await device.queue.onSubmittedWorkDone();
    uploaded.destroy();
    return [start, end];
  });
  for (let round = 0; round < SCAN_ROUNDS; round++) {
    scan.paint();
    times.scan.push(await passTime());
  }
  for (const buffer of scan.buffers) buffer.destroy();
  // A repaint of runs that are on the GPU already.
  const kept = await uploadRuns(watched, runs);
  seen.bytes = 0;
  (await paint(watched, kept)).destroy();
  kept.destroy();
  const of = Object.fromEntries(
    Object.entries(times).map(([key, list]) => [key, lowest(list.slice(key === "scan" ? 0 : WARM_UPS))]),
  );
  const cells = [
    `${name}, ${runs.width}×${runs.height}`,
    runs.runEnds.length,
    ...[bytes, seen.bytes, labels.byteLength].map((count) => `${(count / 1000).toFixed(1)} kB`),
    dispatches,
    ...[of.runs, of.gpu, of.tensor, of.search, of.scan].map(ms),
  ];
  return `| ${cells.join(" | ")} |`;
}

const HEAD = [
  "mask",
  "runs",
  "uploaded",
  "uploaded for a repaint",
  "uploaded as labels",
  "dispatches",
  "decode to runs, ms",
  "decode, upload and submit, ms",
  "the same tensor by the CPU, ms",
  "GPU, search, ms",
  "GPU, scan, ms",
];

function showText(text) {
  document.querySelector("#rows").textContent = text;
  return new Error(text);
}

await init();
const names = await (await fetch("/masks/names.json")).json();
const { vendor, architecture, description } = adapter.info;
const rows = [];
for (const name of names) rows.push(await measureMask(name));
showText(
  [
    `${[vendor, architecture, description].filter(Boolean).join(" ")}, ${navigator.userAgent}`,
    "",
    `| ${HEAD.join(" | ")} |`,
    `|${" --- |".repeat(HEAD.length)}`,
    ...rows,
  ].join("\n"),
);
window.ended = true;
