/**
 * Memory that a disk can read by itself. For that, it must begin at a page's start. The memory of a WebAssembly module
 * does; that of other arrays does not.
 */

/** A page on the disk and in memory. Disks have blocks of this size or smaller ones. */
export const PAGE_BYTES = 4096;
/** WebAssembly counts its memory in these. */
const WASM_PAGE_BYTES = 2 ** 16;

const aligned = new WeakSet<ArrayBufferLike>();

/** Memory of at least so many bytes that begins at a page's start; other memory if the system has none. */
export function allocateAligned(bytes: number): ArrayBuffer {
  const pages = Math.ceil(bytes / WASM_PAGE_BYTES);
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
    aligned.add(buffer);
    return buffer;
  } catch {
    // Each of these memories reserves gigabytes of addresses, which `ulimit -v` may refuse.
    return new ArrayBuffer(bytes);
  }
}

/** Whether these bytes begin at a page's start. False for all memory that `allocateAligned` did not give. */
export function isAligned({ buffer, byteOffset }: Uint8Array): boolean {
  return aligned.has(buffer) && byteOffset % PAGE_BYTES === 0;
}
