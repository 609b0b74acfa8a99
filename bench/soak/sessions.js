/**
 * Loads masks in many short loops, in Node and in pages. Each loop has random options, and ends as its masks do, or by `break`,
 * an error or an abort. The hash of each map is compared, and arrays of maps before must be empty.
 */
import { hashOf } from "./hash.js";

/**
 * @param loadMasks of labelmap/loader
 * @param masks of masks.mjs
 * @param count how many maps to load in all
 * @param random 0 to 1
 * @param worker starts a worker
 * @param look is called after each loop, with what was loaded so far
 */
export async function runSessions({ loadMasks, masks, count, random, worker, look }) {
  const below = (end) => Math.floor(random() * end);
  const pick = (list) => list[below(list.length)];
  const done = { maps: 0, loops: 0, broken: 0, thrown: 0, aborted: 0, kept: 0, lost: 0, wrong: [] };
  while (done.maps < count && done.wrong.length === 0) {
    const abort = new AbortController();
    const ending = pick(["end", "end", "break", "throw", "abort", "abort later"]);
    const batch = pick([undefined, undefined, 2, 5]);
    const size = pick(masks);
    const fitting =
      batch === undefined
        ? masks
        : masks.filter(({ width, height }) => width === size.width && height === size.height);
    const most = Math.min(count - done.maps, 20 + below(300));
    const last = ending === "end" ? most : 1 + below(most);
    const options = {
      workers: 2,
      worker,
      prefetch: below(5),
      ordered: random() < 0.5,
      shuffle: below(1000),
      repeat: Number.POSITIVE_INFINITY,
      errors: "yield",
      signal: abort.signal,
      ...(batch && { batch }),
    };
    let taken = 0;
    let stale = null;
    const kept = [];
    done.loops++;
    try {
      for await (const entry of loadMasks(fitting, options)) {
        if (stale !== null && stale.length > 0) done.wrong.push("an array of an earlier map is not empty");
        if (entry.error !== undefined) {
          if (entry.error.code !== "WORKER_LOST") throw entry.error;
          done.lost++;
          continue;
        }
        const { map } = entry;
        const items = entry.items ?? [entry.item];
        const pixels = map.width * map.height;
        items.forEach(({ name, hash }, index) => {
          const part = map.data.subarray(index * pixels, (index + 1) * pixels);
          if (hashOf(part) !== hash) done.wrong.push(`${name} has other labels`);
        });
        stale = map.data;
        if (kept.length < 3 && random() < 0.02) {
          kept.push({ map: map.keep(), hash: hashOf(map.data) });
          stale = null;
        }
        taken += items.length;
        done.maps += items.length;
        if (taken < last) continue;
        if (ending === "end" || ending === "break") break;
        if (ending === "throw") throw new Error("the caller's own");
        if (ending === "abort") abort.abort();
        else setTimeout(() => abort.abort(), below(5));
      }
      if (ending === "break") done.broken++;
    } catch (error) {
      if (error.name === "AbortError") done.aborted++;
      else if (error.message === "the caller's own") done.thrown++;
      else throw error;
    }
    for (const { map, hash } of kept) {
      if (hashOf(map.data) !== hash) done.wrong.push("a map that was kept has changed");
      done.kept++;
      map.release();
    }
    await look(done);
  }
  return done;
}
