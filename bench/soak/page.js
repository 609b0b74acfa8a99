/** The page of the soak. `soak(count, seed)` is called by bench/loader-soak.mjs, which reads `progress`. */
import { loadMasks } from "/dist/browser/loader.js";
import { runSessions } from "./sessions.js";

const items = await (await fetch("/masks/items.json")).json();
const masks = items.map(({ path, ...item }) => ({ ...item, png: new URL(path, location.href) }));
let state = 1;
/** Numerical Recipes' linear congruential generator, of which the upper bits are random enough here. */
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
let killed = 0;
const worker = () => {
  const started = new Worker(new URL("./killed-worker.js", import.meta.url), { type: "module" });
  started.addEventListener("error", () => killed++);
  return started;
};

globalThis.soak = (count, seed) => {
  state = seed;
  const look = async (done) => {
    globalThis.progress = { ...done, killed };
    await globalThis.report?.(globalThis.progress);
  };
  return runSessions({ loadMasks, masks, count, random, worker, look }).then((done) => ({ ...done, killed }));
};
globalThis.isReady = true;
