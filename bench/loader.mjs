/**
 * `npm run bench:loader`: masks per second of `labelmap/loader`, beside plain loops on one thread, in turns. The best turn
 * of each counts, since other programs can only make a turn slower.
 *
 * The loops decode the same file again and again: into a fresh array for each mask, and into one array. The loader gets
 * as many items with the same bytes. The time to start workers is not counted: the clock starts after the first 20 maps of a turn.
 *
 * LOADER_WORKERS and LOADER_TURNS change the number of workers (2) and of turns (7).
 */
import { readFileSync } from "node:fs";
import { ClassList, decodeMaskSync, init } from "labelmap";
import { loadMasks } from "labelmap/loader";

const WORKERS = Number(process.env.LOADER_WORKERS ?? 2);
const TURNS = Number(process.env.LOADER_TURNS ?? 7);
const WARM_UP = 20;

const read = (name) => {
  const file = (ending) => readFileSync(new URL(`../test/fixtures/masks/${name}.${ending}`, import.meta.url));
  return { name, png: new Uint8Array(file("png")), result: JSON.parse(file("json").toString()) };
};
const street = read("street-4k-rgba-adaptive");
const classes = ClassList.fromResults([street.result]);
const size = { width: 512, height: 512 };
const semantic = { map: "semantic", classes, dtype: "uint8" };

await init();
await compare("3840×2160, int32 labels", 150, {}, { into: new Int32Array(3840 * 2160) });
const into = new Uint8Array(size.width * size.height);
const small = { target: semantic, resize: size };
await compare("512×512, uint8 class ids", 400, small, { target: { ...semantic, into }, resize: size });
await compareBatches("512×512, uint8 class ids, 16 in a batch", 400, 16);

async function compare(title, masks, options, reused) {
  await race(title, masks, {
    "a loop, a fresh array each": () => loop(masks, options),
    "a loop, one array": () => loop(masks, reused),
    "the loader, this thread": () => load(masks, { ...options, workers: 0 }),
    [`the loader, ${WORKERS} workers`]: () => load(masks, { ...options, workers: WORKERS }),
  });
}

async function compareBatches(title, masks, batch) {
  const array = new Uint8Array(batch * into.length);
  const parts = Array.from({ length: batch }, (_, place) =>
    array.subarray(place * into.length, (place + 1) * into.length),
  );
  await race(title, masks, {
    "a loop, one array": () => {
      const start = performance.now();
      for (let mask = 0; mask < masks; mask++) {
        decodeMaskSync(street.png, street.result, {
          target: { ...semantic, into: parts[mask % batch] },
          resize: size,
        });
      }
      return (masks * 1000) / (performance.now() - start);
    },
    [`the loader, ${WORKERS} workers`]: async () =>
      (await load(masks, { ...small, batch, workers: WORKERS })) * batch,
  });
}

/** Prints the best of each contender's turns, and how it compares with the second one, or the first. */
async function race(title, masks, contenders) {
  const best = new Map();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, run] of Object.entries(contenders)) {
      best.set(name, Math.max(best.get(name) ?? 0, await run()));
    }
  }
  const base = best.get("a loop, one array");
  console.log(`\n${title}: masks per second, best of ${TURNS} turns of ${masks} masks`);
  for (const [name, rate] of best) {
    console.log(`${name.padEnd(28)} ${rate.toFixed(0).padStart(6)}  ${(rate / base).toFixed(2)} × one array`);
  }
}

function loop(masks, options) {
  const start = performance.now();
  for (let mask = 0; mask < masks; mask++) decodeMaskSync(street.png, street.result, options);
  return (masks * 1000) / (performance.now() - start);
}

/** Maps, or batches, per second. */
async function load(masks, options) {
  const { result } = street;
  let start = 0;
  let taken = 0;
  for await (const { map } of loadMasks(items(masks + WARM_UP * (options.batch ?? 1)), {
    ...options,
    result,
  })) {
    if (map.data.length === 0) throw new Error("an empty map");
    if (++taken === WARM_UP) start = performance.now();
  }
  return ((taken - WARM_UP) * 1000) / (performance.now() - start);
}

function* items(count) {
  for (let index = 0; index < count; index++) yield { name: `mask ${index}`, png: street.png };
}
