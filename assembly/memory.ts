/**
 * Where everything lies in the module's linear memory: one arena, laid out anew for each decode.
 *
 *   __heap_base │ input │ the legend: colours, table, measures │ what the engine needs
 *                 fixed   grows with the legend                  grows with the width
 *
 * Nothing is freed and nothing is allocated twice: a decode overwrites the arena of the one before it, and memory
 * grows only when a legend or a row is larger than every one before.
 */

/** Bytes of the file that are handed over at one go: a fraction of a second-level cache. */
export const INPUT_BYTES: u32 = 65536;

const PAGE_BYTES: usize = 65536;
/** Bytes past a block that 16-byte loads and stores, four at a time, may touch. */
const PADDING: usize = 64;

let end: usize = 0;
/** Whether the blocks are more than 32 bits can address. */
let isTooLarge: bool = false;

/** INPUT_BYTES and padding; kept over all layouts. */
export const inputPointer: usize = (__heap_base + 15) & ~15;

/** Starts a new layout: all blocks but the input are given up. */
export function clearArena(): void {
  end = inputPointer + INPUT_BYTES + PADDING;
  isTooLarge = false;
}

/** A block of `bytes`, aligned to 16, with PADDING behind it. It may be touched once `growMemory` has succeeded. */
export function takeBlock(bytes: usize): usize {
  const block = (end + 15) & ~15;
  end = block + bytes + PADDING;
  if (end < block || end < bytes) isTooLarge = true;
  return block;
}

/** Makes the memory as large as the layout. Returns false where it cannot be had. */
export function growMemory(): bool {
  if (isTooLarge) return false;
  const pagesNeeded = <i32>((end + PAGE_BYTES - 1) / PAGE_BYTES) - memory.size();
  return pagesNeeded <= 0 || memory.grow(pagesNeeded) >= 0;
}
