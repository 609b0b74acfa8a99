/**
 * Memory that a disk can read by itself. For that, it must begin at a page's start, which usual arrays do not. The memory
 * of a WebAssembly module does, but reserves ten gigabytes of addresses: with `ulimit -v`, the decoder might get none.
 */

/** A page on the disk and in memory. Disks have blocks of this size or smaller ones. */
export const PAGE_BYTES = 4096;

/** ECMAScript 2024, which Node 20 has and TypeScript's library for this project lacks. */
const ResizableBuffer = ArrayBuffer as new (
  bytes: number,
  options: { readonly maxByteLength: number },
) => ArrayBuffer;

const aligned = new WeakSet<ArrayBufferLike>();

/** Memory of so many bytes that begins at a page's start. */
export function allocateAligned(bytes: number): ArrayBuffer {
  // V8 takes whole pages from the system for buffers whose length may change, even if it never does.
  const buffer = new ResizableBuffer(bytes, { maxByteLength: bytes });
  aligned.add(buffer);
  return buffer;
}

/** Whether these bytes begin at a page's start. False for all memory that `allocateAligned` did not give. */
export function isAligned({ buffer, byteOffset }: Uint8Array): boolean {
  return aligned.has(buffer) && byteOffset % PAGE_BYTES === 0;
}
