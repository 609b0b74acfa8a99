/// <reference types="node" />
/**
 * How yauzl reads a zip file. It asks for the list of files in pieces of a few bytes, two for each file. Here they come from a
 * window of the file that is in memory, so a list of 70,000 files takes a tenth of the time.
 */

import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import yauzl from "yauzl";

const WINDOW_BYTES = 2 ** 16;

type Callback = (error: Error | null, bytesRead?: number) => void;

export class ZipReader extends yauzl.RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  /** Where the window lies in the file, and how many of its bytes are known. */
  #start = 0;
  #length = 0;
  /** Requests come one after the other, since there is one window. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(handle: FileHandle) {
    super();
    this.#handle = handle;
  }

  override read(target: Buffer, offset: number, length: number, position: number, callback: Callback): void {
    this.#last = this.#last
      .then(() => this.#copy(target, offset, length, position))
      .then(
        (bytesRead) => callback(null, bytesRead),
        (error: Error) => callback(error),
      );
  }

  async #copy(target: Buffer, offset: number, length: number, position: number): Promise<number> {
    if (length > WINDOW_BYTES) return (await this.#handle.read(target, offset, length, position)).bytesRead;
    if (position < this.#start || position + length > this.#start + this.#length) {
      const { bytesRead } = await this.#handle.read(this.#window, 0, WINDOW_BYTES, position);
      [this.#start, this.#length] = [position, bytesRead];
    }
    const from = position - this.#start;
    return this.#window.copy(target, offset, from, Math.min(from + length, this.#length));
  }

  /** No `createReadStream`: it would close the file when yauzl is done with the stream. */
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let position = start; position < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, end - position));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, position);
      // The file has become shorter. yauzl notices that bytes are missing.
      if (bytesRead === 0) return;
      position += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  override close(callback: (error: Error | null) => void): void {
    this.#handle.close().then(() => callback(null), callback);
  }
}
