/** One job on its way: the items of a map or a batch, from their bytes to what became of them. */

import { planOf } from "./decode-item.js";
import { dropMasks } from "./drop-masks.js";
import type { NumberedItem } from "./item-order.js";
import { checkItem, type MaskItem } from "./items.js";
import { LoadError, type PlainError, toLoadError, toPlainError } from "./load-error.js";
import { closePhoto, type DecodedPhoto, decodePhoto, type PhotoDecoder } from "./photos.js";
import { type ItemUrl, isUrl, type Signal } from "./platform.js";
import type { Job, JobAnswer, JobItem } from "./protocol.js";
import { bytesNeeded, outputSize, type ReadItem } from "./read-item.js";
import { ownCopy, readFileBytes, readSource } from "./read-png-bytes.js";
import { type JobSettings, sendResult } from "./settings.js";
import type { SpareMemory } from "./spare-memory.js";
import type { ItemPlace, MapGeometry } from "./step-plan.js";
import { isDense } from "./targets.js";

/** Bytes, the URL of a file that a worker will read, or the error that reading threw. */
type ReadPng = { readonly bytes: Uint8Array } | { readonly file: ItemUrl } | FailedRead;
type FailedRead = { readonly error: unknown };

/** What became of a slot. */
export interface Outcome {
  readonly maps: JobAnswer["maps"];
  /** The items whose masks are in `maps`. */
  readonly loaded: readonly MaskItem[];
  /** Of each mask in `maps`. */
  readonly geometries: readonly MapGeometry[];
  /** Of each mask in `maps`, what the caller's function has made. */
  readonly photos: readonly unknown[];
  readonly failures: readonly { readonly item: MaskItem; readonly error: LoadError }[];
}

export class Slot {
  readonly items: readonly MaskItem[];
  /** What messages call the items. */
  readonly #names: readonly string[];
  readonly #places: readonly ItemPlace[];
  readonly #settings: JobSettings;
  #read: readonly ReadPng[] = [];
  /** By the places of their items, as they are decoded. */
  readonly #photos: DecodedPhoto[] = [];
  #answer: (() => JobAnswer) | LoadError | null = null;
  /** Whether it has memory for its maps, or will allocate some. */
  hasMemory = false;

  constructor(numbered: readonly NumberedItem[], settings: JobSettings) {
    this.items = numbered.map(({ item }) => item);
    this.#places = numbered.map(({ round, index }) => ({ round, index }));
    this.#names = numbered.map(({ item, index }) =>
      typeof item?.name === "string" ? item.name : `items[${index}]`,
    );
    this.#settings = settings;
  }

  get name(): string {
    const more = this.#names.length - 1;
    return more === 0 ? this.#names[0]! : `${this.#names[0]} and ${more} more`;
  }

  /** Reads the bytes. Never rejects. @param areFilesRead whether files of this machine are read too, and not left to a worker. */
  async read(maxBytes: number, signal: Signal, areFilesRead: boolean): Promise<void> {
    this.#read = await Promise.all(
      this.items.map(async (item, index): Promise<ReadPng> => {
        try {
          checkItem(item, this.#places[index]!.index);
          const png = await readSource(item.png, maxBytes, signal);
          if (!isUrl(png)) return { bytes: png };
          return areFilesRead ? { bytes: await readFileBytes(png, maxBytes) } : { file: png };
        } catch (error) {
          return { error };
        }
      }),
    );
  }

  /** The job for a worker. The bytes are copies, so that the caller's stay, and a second try is possible. */
  toJob(
    spare: SpareMemory,
    pngMemory: SpareMemory,
  ): { readonly job: Job; readonly transfer: readonly ArrayBuffer[] } {
    const items = this.items.map((item, index): JobItem => {
      const read = this.#read[index]!;
      // Of an item that has failed, the legend is not needed. It may be what is wrong.
      const result = "error" in read || item.result === undefined ? null : sendResult(item.result);
      return {
        name: this.#names[index]!,
        place: this.#places[index]!,
        png: sendPng(read, pngMemory),
        result,
      };
    });
    const bytes = items.flatMap(({ png }) => (ArrayBuffer.isView(png) ? [png.buffer] : []));
    const memory = this.takeMemory(spare);
    return { job: { items, spare: memory }, transfer: [...bytes, ...memory] };
  }

  /** The items for a decode on this thread. */
  toReadItems(): readonly ReadItem[] {
    return this.items.map((item, index) => {
      const read = this.#read[index]!;
      // Files were read too.
      const png = "bytes" in read ? read.bytes : { error: toPlainError((read as FailedRead).error) };
      return { name: this.#names[index]!, place: this.#places[index]!, png, result: item?.result };
    });
  }

  takeMemory(spare: SpareMemory): ArrayBuffer[] {
    this.hasMemory = true;
    const { targets } = this.#settings;
    const first = this.#read.find((read) => !("error" in read));
    const bytes = first !== undefined && "bytes" in first ? first.bytes : null;
    const size = outputSize(bytes, this.#settings);
    const memory = spare.take(bytesNeeded(size, this.items.length, targets), targets.filter(isDense).length);
    // Instead of what is too small, the job will have memory of its own.
    spare.trim();
    return memory;
  }

  /**
   * Decodes the photos. Never rejects.
   *
   * @param answer of a worker; `null`: this thread will decode the masks.
   */
  async decodePhotos(decode: PhotoDecoder, answer: JobAnswer | null, signal: Signal): Promise<void> {
    const geometries = answer === null ? this.#plannedGeometries() : this.#geometriesIn(answer);
    await Promise.all(
      this.items.map(async (item, index) => {
        const geometry = geometries[index];
        // A mask that has failed needs no photo.
        if (!geometry) return;
        const context = { name: this.#names[index]!, item, geometry, signal };
        this.#photos[index] = await decodePhoto(decode, context);
        if (signal.aborted) this.#closePhoto(index);
      }),
    );
  }

  /** Of each item; `null` if its mask will fail. */
  #plannedGeometries(): readonly (MapGeometry | null)[] {
    return this.#read.map((read, index) => {
      try {
        return "bytes" in read ? planOf(this.#places[index]!, read.bytes, this.#settings)!.geometry : null;
      } catch {
        return null; // The decode will say what is wrong.
      }
    });
  }

  #geometriesIn({ failures, geometries }: JobAnswer): readonly (MapGeometry | null)[] {
    const failed = new Set(failures.map(({ index }) => index));
    const rest = geometries[Symbol.iterator]();
    return this.items.map((_, index) => (failed.has(index) ? null : rest.next().value!));
  }

  /** Frees photos that nobody will get. Those that come after the loader has stopped are closed when they come. */
  closePhotos(): void {
    for (const index of this.#photos.keys()) this.#closePhoto(index);
  }

  #closePhoto(index: number): void {
    const decoded = this.#photos[index];
    if (decoded !== undefined && "photo" in decoded) closePhoto(decoded.photo);
  }

  get isReady(): boolean {
    return this.#answer !== null;
  }

  /** @param answer a function that decodes now, or returns what a worker has decoded; or the reason why there is none. */
  settle(answer: (() => JobAnswer) | LoadError): void {
    this.#answer = answer;
  }

  /** What became of it, once `isReady`. @param memory receives memory that was not used. */
  outcome(memory: SpareMemory): Outcome {
    const answer = this.#answer!;
    if (typeof answer !== "function") {
      return {
        maps: null,
        loaded: [],
        geometries: [],
        photos: [],
        failures: this.items.map((item) => ({ item, error: answer })),
      };
    }
    const { maps, geometries, failures, spare } = answer();
    const failed = new Map(failures.map(({ index, error }) => [index, this.#error(index, error)]));
    const decoded = [...this.items.keys()].filter((index) => !failed.has(index));
    const isKept = decoded.map((index) => {
      const photo = this.#photos[index];
      if (photo === undefined || "photo" in photo) return true;
      failed.set(index, toLoadError(this.#names[index]!, toPlainError(photo.error), photo.error));
      return false;
    });
    const unused = [...spare];
    const kept = maps === null ? null : dropMasks(maps, isKept, unused);
    memory.give(unused);
    // Their masks have failed.
    for (const index of failed.keys()) this.#closePhoto(index);
    const loaded = kept === null ? [] : decoded.filter((_, place) => isKept[place]);
    return {
      maps: kept,
      loaded: loaded.map((index) => this.items[index]!),
      geometries: geometries.filter((_, place) => isKept[place]),
      photos: loaded.map((index) => (this.#photos[index] as { photo: unknown } | undefined)?.photo),
      failures: [...failed]
        .sort(([a], [b]) => a - b)
        .map(([index, error]) => ({ item: this.items[index]!, error })),
    };
  }

  #error(index: number, plain: PlainError): LoadError {
    const read = this.#read[index]!;
    if (!("error" in read)) return toLoadError(this.#names[index]!, plain);
    return read.error instanceof LoadError ? read.error : toLoadError(this.#names[index]!, plain, read.error);
  }
}

function sendPng(read: ReadPng, memory: SpareMemory): JobItem["png"] {
  if ("error" in read) return { error: toPlainError(read.error) };
  return "file" in read ? read.file.href : ownCopy(read.bytes, memory);
}
