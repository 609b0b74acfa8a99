/**
 * Loads masks for a training loop. Items are read ahead, decoded by workers, and lent to the caller one after the other. What
 * the caller has finished with is the memory of the next map.
 *
 *   items ──▶ order: shard, shuffle, repeat ──▶ at most workers + prefetch jobs ──▶ one map, or one batch, on loan
 *                                                      ▲                                      │
 *                                                      └──────────── its memory ◀─────────────┘
 */

import { init } from "../decode/decode.js";
import type { MaskInfo } from "../decode/described.js";
import type { TargetMap } from "../decode/targets.js";
import { inGroups, inOrder } from "./item-order.js";
import { type ItemSource, iterate, type MaskItem } from "./items.js";
import { JobList } from "./job-list.js";
import { Loan, lendBatch, lendLabelMap, lendMap } from "./lent-map.js";
import { type CheckedLoadOptions, checkLoadOptions, type LoadOptions } from "./load-options.js";
import type { Loaded } from "./loaded.js";
import { closePhoto } from "./photos.js";
import type { SentSettings } from "./protocol.js";
import { sendSettings, withLegendCheck } from "./settings.js";
import type { Outcome } from "./slot.js";
import type { SpareMemory } from "./spare-memory.js";

/**
 * Loads masks, decoded as `decodeMask` decodes them, in Node, in pages and in workers.
 *
 * `map.data` is valid until you ask for the next map or leave the loop. Then its memory is used again, and the array is
 * empty: it never shows another mask. `map.keep()` makes the map yours. The memory may be that of a larger map, so use
 * `map.data`, not `map.data.buffer`.
 *
 * Items are taken from the source only when they are needed. At most `workers + prefetch` maps (or batches) exist or are being
 * made, the one that you have included; with `shuffle`, `shuffleBuffer` items wait. If you leave the loop, by `break`,
 * `return`, an error or `signal`, the workers end, and no process or page waits for them.
 *
 * @param items masks with a name, a PNG and perhaps a legend: an array, an iterable, or a function that returns one
 * @returns an async iterator. It yields `{ name, item, map, geometry }`. With `batch`, it yields `{ names, items, map,
 *   geometries }`, whose `map.data` is an array of shape `[n, H, W]`. With `decodePhoto`, each also has `photo` or `photos`.
 *   With `errors: "yield"`, it also yields `{ name, item, error }`
 * @throws {DecodeError} at once: OPTION_INVALID; with `workers: 0`, PART_MISSING and ENGINE_UNAVAILABLE
 * @throws {LoadError} in the loop: the code of what `decodeMaskSync` throws for the item; OPTION_INVALID: what only a worker
 *   can check, such as `encoding`, or a legend that cannot be sent to one; SOURCE_MISSING, SOURCE_UNREADABLE: its bytes
 *   cannot be read; STEP_FAILED, PHOTO_FAILED: a function of yours throws; SIZE_MISMATCH: it does not fit its batch;
 *   WORKER_LOST: two workers died of it; WORKER_UNAVAILABLE: no worker can be started
 */
export function loadMasks<const O extends LoadOptions, I extends MaskItem = MaskItem>(
  items: ItemSource<I>,
  options: O = {} as O,
): AsyncGenerator<Loaded<O, I>, void, undefined> {
  const checked = checkLoadOptions(options);
  const sent = checked.workers === 0 ? null : sendSettings(checked.decode, checked.batch !== null);
  if (typeof items !== "function") iterate(items);
  return load(items, checked, sent) as AsyncGenerator<Loaded<O, I>, void, undefined>;
}

async function* load(
  items: ItemSource,
  options: CheckedLoadOptions,
  sent: SentSettings | null,
): AsyncGenerator<object, void, undefined> {
  const { signal, order, batch } = options;
  signal?.throwIfAborted();
  if (options.workers === 0) await init();
  // A signal that is aborted by now calls no listener any more.
  signal?.throwIfAborted();
  const jobs = new JobList(options, sent);
  const stop = () => void jobs.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    jobs.fill(inGroups(inOrder(items, order), batch ?? 1));
    for (;;) {
      const slot = await jobs.next();
      if (signal?.aborted) slot?.closePhotos();
      signal?.throwIfAborted();
      if (slot === null) return;
      yield* handOut(slot.outcome(jobs.spare), options, jobs.spare);
      jobs.endLoan();
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    await jobs.stop();
  }
}

/** Yields what became of a slot, and takes the memory back. */
async function* handOut(
  outcome: Outcome,
  { decode, batch, signal, areErrorsYielded, workers, decodePhoto }: CheckedLoadOptions,
  spare: SpareMemory,
): AsyncGenerator<object, void, undefined> {
  const { maps, loaded, geometries, photos, failures } = outcome;
  let isHandedOut = false;
  try {
    for (const { item, error } of failures) {
      if (!areErrorsYielded) throw error;
      yield { name: item?.name, item, error };
      signal?.throwIfAborted();
    }
    isHandedOut = true;
  } finally {
    if (!isHandedOut) photos.forEach(closePhoto);
  }
  if (maps === null) return;
  const names = loaded.map(({ name }) => name);
  const loans: Loan[] = [];
  const lent = maps.map((map) => {
    const array = map.map === "runs" ? null : map.data;
    if (array !== null) spare.note(array.byteLength);
    const loan = new Loan(names.join(", "), array, (memory) => spare.give([memory]));
    loans.push(loan);
    // On this thread the decoder has called the check of the legend itself.
    const check = <M extends MaskInfo>(info: M, index = 0): M => {
      const { result = decode.result } = loaded[index]!;
      return workers === 0 ? info : withLegendCheck(info, result);
    };
    if ("infos" in map) return lendBatch({ ...map, infos: map.infos.map(check) }, loan);
    const checked = check(map);
    return decode.targets === null ? lendLabelMap(checked as TargetMap, loan) : lendMap(checked, loan);
  });
  const map = decode.isList ? lent : lent[0];
  try {
    yield batch === null
      ? {
          name: names[0],
          item: loaded[0],
          map,
          geometry: geometries[0],
          ...(decodePhoto && { photo: photos[0] }),
        }
      : { names, items: loaded, map, geometries, ...(decodePhoto && { photos }) };
  } finally {
    for (const loan of loans) loan.end();
  }
}
