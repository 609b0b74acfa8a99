/**
 * The jobs on their way, and the memory that goes round: from a job to the caller, and from there to the next job. Each job
 * becomes a map, or a batch. With the one that the caller has, there are at most `workers + prefetch` of them.
 */

import { DEFAULT_LIMITS } from "../decode/limits.js";
import { decodeJob } from "./decode-job.js";
import { Gate } from "./gate.js";
import type { NumberedItem } from "./item-order.js";
import type { LoadError } from "./load-error.js";
import type { CheckedLoadOptions } from "./load-options.js";
import type { PhotoDecoder } from "./photos.js";
import { type JobAnswer, receiveAnswer, type SentSettings } from "./protocol.js";
import type { JobSettings } from "./settings.js";
import { Slot } from "./slot.js";
import { SpareMemory } from "./spare-memory.js";
import { isDense, LABELS } from "./targets.js";
import { WorkerPool } from "./worker-pool.js";

/** From the source to its worker, a job takes fewer turns of the queue of microtasks if nothing must be waited for. */
const MOST_TURNS = 50;

export class JobList {
  readonly spare: SpareMemory;
  readonly #settings: JobSettings;
  readonly #maxBytes: number;
  readonly #isOrdered: boolean;
  readonly #mostJobs: number;
  readonly #decodePhoto: PhotoDecoder | null;
  /** `null`: this thread decodes. */
  readonly #pool: WorkerPool | null;
  readonly #slots: Slot[] = [];
  /** Whether the caller has a map. */
  #isLent = false;
  /** In which the bytes of PNGs go to workers. */
  readonly #pngMemory: SpareMemory;
  /** Opens when a slot is ready, and when the list has ended. */
  readonly #news = new Gate();
  /** Opens when there is room for another slot. */
  readonly #room = new Gate();
  readonly #stopping = new AbortController();
  #fatal: LoadError | null = null;
  #isSourceEnded = false;
  /** Whether the source is asked for an item, and has not answered yet. */
  #isPulling = false;
  #filled: Promise<void> = Promise.resolve();
  #sourceError: { readonly thrown: unknown } | null = null;

  /** @param sent the settings for workers; `null`: there are none. */
  constructor(
    { decode, batch, workers, prefetch, isOrdered, startWorker, decodePhoto }: CheckedLoadOptions,
    sent: SentSettings | null,
  ) {
    const { targets, options } = decode;
    this.#settings = { ...decode, targets: targets ?? LABELS, isBatch: batch !== null };
    this.#maxBytes = options.maxBytes ?? DEFAULT_LIMITS.maxBytes;
    this.#isOrdered = isOrdered;
    this.#decodePhoto = decodePhoto;
    // Even without `prefetch` the caller has a map while the next one is decoded.
    this.#mostJobs = Math.max(1, workers) + Math.max(1, prefetch);
    const arrays = this.#settings.targets.filter(isDense).length;
    // Each job that has begun has memory, so only the others need some.
    const room = () => (this.#mostJobs - this.#slots.filter(({ hasMemory }) => hasMemory).length) * arrays;
    this.spare = new SpareMemory(this.#mostJobs * arrays, room);
    this.#pngMemory = new SpareMemory(this.#mostJobs * (batch ?? 1));
    this.#pool =
      sent === null
        ? null
        : new WorkerPool({
            size: workers,
            // So no job waits on this thread: with each job goes the memory of a map that has just been finished with.
            jobsPerWorker: Math.ceil(this.#mostJobs / workers),
            settings: sent,
            start: startWorker,
            onFatal: (error) => {
              this.#fatal = error;
              this.#news.open();
            },
          });
  }

  /** Starts a job for each group of items, whenever there is room. `next` throws what the source throws. */
  fill(groups: AsyncIterable<readonly NumberedItem[]>): void {
    this.#filled = this.#fill(groups);
  }

  async #fill(groups: AsyncIterable<readonly NumberedItem[]>): Promise<void> {
    const { signal } = this.#stopping;
    this.#isPulling = true;
    try {
      for await (const group of groups) {
        this.#isPulling = false;
        if (signal.aborted) return;
        void this.#start(new Slot(group, this.#settings));
        while (!this.#hasRoom && !signal.aborted) await this.#room.wait();
        if (signal.aborted) return;
        this.#isPulling = true;
      }
    } catch (thrown) {
      this.#sourceError = { thrown };
    } finally {
      this.#isSourceEnded = true;
      this.#news.open();
    }
  }

  get #hasRoom(): boolean {
    return this.#slots.length + Number(this.#isLent) < this.#mostJobs;
  }

  /** The caller has finished with what the last slot has become, and its memory is back. */
  endLoan(): void {
    this.#isLent = false;
    this.#room.open();
  }

  /**
   * Takes the next slot that is ready out of the list; `null` if none will come, or if the list was stopped. It counts as one
   * of the jobs until `endLoan`.
   *
   * @throws {LoadError} no job can be done.
   * @throws what the source of the items throws.
   */
  async next(): Promise<Slot | null> {
    await this.#passMemoryOn();
    for (;;) {
      if (this.#stopping.signal.aborted) return null;
      if (this.#fatal !== null) throw this.#fatal;
      const place = this.#isOrdered ? 0 : this.#slots.findIndex(({ isReady }) => isReady);
      if (this.#slots[place]?.isReady) {
        const [slot] = this.#slots.splice(place, 1);
        this.#isLent = true;
        return slot!;
      }
      if (this.#isSourceEnded && this.#slots.length === 0) {
        if (this.#sourceError !== null) throw this.#sourceError.thrown;
        return null;
      }
      // Node exits although workers are there, unless somebody waits for a map.
      this.#pool?.hold(true);
      await this.#news.wait();
      this.#pool?.hold(false);
    }
  }

  /**
   * Waits until a new job has taken the memory of the last map along, unless its bytes must be waited for. Then large arrays
   * are on this thread one at a time. Engines collect garbage each time that several have come.
   */
  async #passMemoryOn(): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS && this.#pool !== null && !this.spare.isEmpty; turn++) await null;
  }

  /**
   * Abandons all jobs, and closes the source. When the promise is fulfilled, no worker is left. A source that is asked for an
   * item may never answer, so nobody waits for it longer than for one turn of the event loop. It is closed when it answers.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const slot of this.#slots) slot.closePhotos();
    this.#slots.length = 0;
    this.spare.close();
    this.#pngMemory.close();
    this.#room.open();
    this.#news.open();
    const turn = new Promise((resolve) => setTimeout(resolve));
    await Promise.all([
      this.#pool?.close(),
      this.#isPulling ? Promise.race([this.#filled, turn]) : this.#filled,
    ]);
  }

  async #start(slot: Slot): Promise<void> {
    const { signal } = this.#stopping;
    this.#slots.push(slot);
    await slot.read(this.#maxBytes, signal, this.#pool === null);
    if (signal.aborted) return;
    const settle = (answer: Parameters<Slot["settle"]>[0]) => {
      slot.settle(answer);
      this.#news.open();
    };
    const withPhotos = async (answer: JobAnswer | null) => {
      if (this.#decodePhoto === null) return;
      await slot.decodePhotos(this.#decodePhoto, answer, signal);
    };
    if (this.#pool === null) {
      await withPhotos(null);
      settle(() => decodeJob(slot.toReadItems(), this.#settings, slot.takeMemory(this.spare)));
      return;
    }
    this.#pool.run({
      name: slot.name,
      make: () => slot.toJob(this.spare, this.#pngMemory),
      done: (take) => {
        const read = () => {
          const { answer, pngs } = take();
          this.#pngMemory.give(pngs);
          return receiveAnswer(answer);
        };
        // A photo is decoded ahead, and may need what the answer says.
        if (this.#decodePhoto === null) return settle(read);
        const answer = read();
        void withPhotos(answer).then(() => settle(() => answer));
      },
      failed: settle,
    });
  }
}
