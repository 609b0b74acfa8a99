/**
 * Decodes a mask while its file arrives. Only the labels are kept, and a piece of the file.
 *
 *   pieces of the file ──▶ chunks ──contents of the IDATs──▶ fused engine ──▶ labels
 *
 * The outcome is that of the whole file, errors included. Of a whole file, the container is checked before the pixels. So
 * an error of the pixels, or of the legend, waits until the container has turned out to be sound.
 */
import { kindOf } from "../checks/describe.js";
import { joinBytes } from "../checks/join-bytes.js";
import { tagOf } from "../checks/tag-of.js";
import type { Decoded, DecodeRequest } from "./engines/engine.js";
import { fusedSteps, type PieceSource, takesFused } from "./engines/fused.js";
import { withMemory } from "./engines/with-memory.js";
import type { SignalInput, StreamInput, Wait } from "./input-types.js";
import { ColorType, filteredBytes, type PngContainer, type PngLimits, SIGNATURE } from "./png/container.js";
import { failed } from "./png-input.js";
import {
  CHUNK_OVERHEAD,
  checkSignature,
  cutChunk,
  DEFLATE_MAX_EXPANSION,
  readChunk,
  readContainer,
  readUint32,
  tooLong,
  wrongCrc,
} from "./read-png.js";
import { crc32 } from "./wasm/crc32.js";
import type { ModuleExports } from "./wasm/module.js";
import { giveBackInstance, takeInstance } from "./wasm/pool.js";

/**
 * Starts a decode once the header is there, and the palette.
 *
 * @param container will have the rest once `run` returns.
 * @param run the engine. It yields if it has to wait for more of the file.
 */
export type StartDecode<T> = (
  container: PngContainer,
  run: (request: Omit<DecodeRequest, "bytes">) => Generator<void, Decoded>,
) => Generator<void, T>;

/** The limits, and the options that ask for more than one pass through the pixels, or for another engine. */
export interface StreamOptions extends PngLimits {
  readonly engine?: string | undefined;
  readonly encoding?: unknown;
  readonly snap?: { readonly to?: string } | undefined;
}

/** A call that decodes a mask. */
export interface DecodeCall<T> {
  /** Loads the module. It is given, since decode.ts itself must import the module: see there. */
  readonly load: () => Promise<void>;
  readonly options: StreamOptions & { readonly signal?: SignalInput | undefined };
  /** Decodes a whole file. The legend is what the caller gave; a file's bytes if it was one of the other inputs. */
  decode(bytes: Uint8Array, legend: unknown): T;
  /** Decodes a file that arrives. */
  start?(legend: unknown): StartDecode<T>;
}

/** This many bytes are enough to recognise a file that is not a PNG. */
const KIND_BYTES = 64;

/**
 * Decodes a file while it arrives. Whatever happens, its stream is closed at the end.
 *
 * @param wait waits for a promise, but not beyond an abort.
 * @param whole decodes the whole file. Some options need that, and so do two kinds of headers: of rows that are too long
 *   for the fused engine, and of 16-bit samples with a tRNS, whose decode may have to start again.
 */
export async function decodeStream<T>(
  stream: StreamInput,
  wait: Wait,
  options: StreamOptions,
  start: StartDecode<T>,
  whole: (bytes: Uint8Array) => T,
): Promise<T> {
  const module = await takeInstance();
  const decode = new ArrivingDecode(options, start, module);
  try {
    await readPieces(stream, wait, (piece) => decode.take(piece));
    decode.takeEnd();
    return decode.needsWhole ? whole(decode.bytes()) : decode.end();
  } finally {
    decode.close();
    giveBackInstance(module);
  }
}

/**
 * Reads a stream to its end. Whatever happens, it is closed afterwards.
 *
 * @param wait waits for a promise, but not beyond an abort.
 * @throws {DecodeError} INPUT_FAILED: it fails, or has something else than bytes; what `take` throws
 */
export async function readPieces(
  stream: StreamInput,
  wait: Wait,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  if (stream.locked) failed(new TypeError("the stream has a reader already"));
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await wait(reader.read().catch(failed));
      if (done) return;
      if (tagOf(value) !== "Uint8Array") {
        failed(new TypeError(`a piece of the stream is ${kindOf(value)}, not a Uint8Array`));
      }
      take(value as Uint8Array);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

class ArrivingDecode<T> {
  /** Whether the whole file is needed. Then nothing is decoded here. */
  needsWhole: boolean;
  readonly #limits: PngLimits;
  readonly #start: StartDecode<T>;
  readonly #module: ModuleExports;
  readonly #container: ReturnType<typeof readContainer>;
  /** All pieces until the first IDAT, or for good if the whole file is needed. */
  #pieces: Uint8Array[] | null = [];
  /** The bytes that have arrived and are not read yet, and their place in the file. */
  readonly #unread = new ByteQueue();
  #offset = 0;
  /** The next chunk; `null` after IEND. */
  #chunk: number | null = 0;
  /** The IDAT that is being read. */
  #idat: { readonly start: number; left: number; crc: number } | null = null;
  readonly #pixels: ArrivedPixels;
  #decode: Generator<void, T> | null = null;
  #outcome: { readonly value: T } | { readonly error: unknown } | null = null;

  constructor(options: StreamOptions, start: StartDecode<T>, module: ModuleExports) {
    this.needsWhole =
      options.engine === "upng" || options.encoding !== undefined || options.snap?.to === "neighbours";
    this.#limits = options;
    this.#start = start;
    this.#module = module;
    this.#container = readContainer(options);
    this.#pixels = new ArrivedPixels(module.INPUT_BYTES.value);
  }

  /** Takes the next piece. @throws {PngError} the container is damaged. */
  take(piece: Uint8Array): void {
    const { maxBytes } = this.#limits;
    this.#unread.add(piece);
    if (this.#offset + this.#unread.length > maxBytes) throw tooLong(maxBytes);
    this.#pieces?.push(piece);
    if (this.needsWhole) {
      this.#skip(this.#unread.length);
      return;
    }
    while (this.#readOn(false) && !this.needsWhole);
    this.#goOn();
  }

  /**
   * To be called once all pieces are taken. Only then the header of a very short file is read, so that `needsWhole` may
   * change.
   *
   * @throws {PngError} the container is damaged.
   */
  takeEnd(): void {
    while (!this.needsWhole && this.#readOn(true));
  }

  /** The outcome, unless `needsWhole`. To be called after `takeEnd`. @throws {PngError} */
  end(): T {
    this.#container.finish(this.#offset);
    this.#pixels.isOpen = false;
    this.#goOn();
    const outcome = this.#outcome!;
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /** The file, if `needsWhole`. */
  bytes(): Uint8Array {
    return joinBytes(this.#pieces!);
  }

  /** To be called in the end, whatever has happened. */
  close(): void {
    try {
      // What was written for half a mask is undone there.
      if (this.#outcome === null) this.#decode?.throw(new Error("the file did not arrive"));
    } catch {
      // The caller knows a better error.
    }
  }

  /** Reads the next part of the container. Returns false if more bytes are needed for it, or if none is left. */
  #readOn(isComplete: boolean): boolean {
    const unread = this.#unread;
    if (this.#idat !== null) return this.#readPixels(this.#idat, isComplete);
    if (this.#chunk === null) {
      this.#skip(unread.length);
      return false;
    }
    if (this.#chunk === 0) {
      if (unread.length < KIND_BYTES && !isComplete) return false;
      checkSignature(unread.peek(Math.min(KIND_BYTES, unread.length)));
      this.#skip(SIGNATURE.length);
      this.#chunk = SIGNATURE.length;
      return true;
    }
    const frame = unread.peek(Math.min(CHUNK_OVERHEAD, unread.length));
    if (frame.length < CHUNK_OVERHEAD && !isComplete) return false;
    const length = readUint32(frame, 0);
    const isPixels =
      frame.length === CHUNK_OVERHEAD &&
      String.fromCharCode(...frame.subarray(4, 8)) === "IDAT" &&
      length <= MAX_LENGTH &&
      this.#takesPixels();
    if (isPixels) {
      if (this.#pieces !== null && this.#decide()) return false;
      const start = this.#chunk;
      this.#idat = { start, left: length, crc: crc32(frame.subarray(4, 8)) };
      // Of an IDAT the container needs the length alone.
      const content = { length } as Uint8Array;
      this.#chunk = this.#container.take({ type: "IDAT", content, offset: start + 8, isSound: true });
      this.#skip(8);
      return true;
    }
    const size = Math.min(length + CHUNK_OVERHEAD, isComplete ? unread.length : Number.POSITIVE_INFINITY);
    // What is wrong with a chunk's frame is said without its content.
    const isWrong = length > MAX_LENGTH || !/^[a-z]{4}$/i.test(String.fromCharCode(...frame.subarray(4, 8)));
    if (unread.length < size && !isWrong) return false;
    const bytes = unread.peek(isWrong ? frame.length : size);
    const { verify } = this.#limits;
    const chunk = readChunk(bytes, this.#chunk, verify, this.#container.report, this.#offset);
    this.#chunk = this.#container.take(chunk);
    this.#skip(size);
    return true;
  }

  /** Whether an IDAT may come next. */
  #takesPixels(): boolean {
    const { header, palette, idats } = this.#container.container;
    if (header === null) return false;
    // What ends the last IDAT is the next chunk.
    const last = idats.at(-1);
    const isNext = last === undefined || last.offset + last.length + 4 === this.#chunk;
    return isNext && (header.colorType !== ColorType.palette || palette !== null);
  }

  /** Whether the whole file is needed. If not, no piece of it is kept from now on. */
  #decide(): boolean {
    const { header, transparency } = this.#container.container;
    this.needsWhole = !takesFused(header) || (header.bitDepth === 16 && transparency !== null);
    if (this.needsWhole) this.#skip(this.#unread.length);
    else this.#pieces = null;
    return this.needsWhole;
  }

  #readPixels(idat: { readonly start: number; left: number; crc: number }, isComplete: boolean): boolean {
    const unread = this.#unread;
    const { verify } = this.#limits;
    // As in the whole file, an empty IDAT is a piece too.
    if (this.#offset === idat.start + 8 && idat.left === 0) this.#pixels.add(new Uint8Array(0));
    while (idat.left > 0 && unread.length > 0) {
      const piece = unread.first().subarray(0, idat.left);
      if (verify) idat.crc = crc32(piece, idat.crc);
      this.#pixels.add(piece);
      idat.left -= piece.length;
      this.#skip(piece.length);
    }
    const end = this.#offset + idat.left;
    if (unread.length >= 4 && idat.left === 0) {
      const stored = readUint32(unread.peek(4), 0);
      if (verify && stored !== idat.crc) throw wrongCrc(end, "IDAT", idat.crc, stored);
      this.#skip(4);
      this.#idat = null;
      return true;
    }
    if (!isComplete) return false;
    const length = end - idat.start - 8;
    throw cutChunk(idat.start, "IDAT", length, idat.left + 4 - unread.length);
  }

  #skip(count: number): void {
    this.#unread.drop(count);
    this.#offset += count;
  }

  /** Goes on with the decode as far as possible. Its error is kept for the end. */
  #goOn(): void {
    if (this.#outcome !== null || this.#pixels.count === 0) return;
    const { container } = this.#container;
    const { width, height } = container.header;
    // A header that lies about the size must not cost memory.
    if (this.#pixels.count * DEFLATE_MAX_EXPANSION < filteredBytes(container.header)) return;
    try {
      this.#decode ??= this.#start(container, (request) => fusedSteps(request, this.#module, this.#pixels));
      const { done, value } = withMemory(width, height, () => this.#decode!.next());
      if (done) this.#outcome = { value };
    } catch (error) {
      this.#outcome = { error };
    }
    if (this.#outcome !== null) this.#pixels.discard();
  }
}

/** The largest length of a chunk. */
const MAX_LENGTH = 0x7fffffff;

/** Bytes that come in pieces, and are taken from the front. */
class ByteQueue {
  length = 0;
  #pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** The first piece. */
  first(): Uint8Array {
    return this.#pieces[0]!;
  }

  /** The first `count` bytes, which must be there. */
  peek(count: number): Uint8Array {
    if (count > 0 && this.first().length < count) this.#pieces = [joinBytes(this.#pieces)];
    return count === 0 ? new Uint8Array(0) : this.first().subarray(0, count);
  }

  drop(count: number): void {
    this.length -= count;
    let left = count;
    let dropped = 0;
    while (left > 0 && this.#pieces[dropped]!.length <= left) left -= this.#pieces[dropped++]!.length;
    this.#pieces.splice(0, dropped);
    if (left > 0) this.#pieces[0] = this.first().subarray(left);
  }
}

/** The contents of the IDATs that have arrived and that the engine has not taken. */
class ArrivedPixels implements PieceSource {
  readonly #pieces: Uint8Array[] = [];
  readonly #blockBytes: number;
  #left = 0;
  /** Bytes that have arrived in all. */
  count = 0;
  isOpen = true;
  #isWanted = true;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  add(piece: Uint8Array): void {
    this.count += piece.length;
    if (!this.#isWanted) return;
    this.#pieces.push(piece);
    this.#left += piece.length;
  }

  discard(): void {
    this.#isWanted = false;
    this.#pieces.length = 0;
    this.#left = 0;
  }

  isReady(): boolean {
    return !this.isOpen || this.#left > this.#blockBytes;
  }

  take(room: number): Uint8Array | undefined {
    const piece = this.#pieces[0];
    if (piece === undefined) return;
    if (piece.length > room) this.#pieces[0] = piece.subarray(room);
    else this.#pieces.shift();
    this.#left -= Math.min(piece.length, room);
    return piece.subarray(0, room);
  }

  isEnd(): boolean {
    return this.#pieces.length === 0;
  }
}
