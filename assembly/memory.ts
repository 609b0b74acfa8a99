/**
 * The layout of the module's linear memory: one arena, laid out again for each decode.
 *
 *   __heap_base │ input │ the legend: colours, table, measures │ what the engine needs
 *                 fixed   grows with the legend                  grows with the width
 *
 * Nothing is freed. A decode overwrites the arena of the one before it, and the memory grows only if a legend or a row is
 * larger than all before.
 */

/** Bytes of the file that are handed over at once: a fraction of a second-level cache. */
export const INPUT_BYTES: u32 = 65536;

const PAGE_BYTES: u64 = 65536;
const MAX_PAGES: i64 = 65536;
/** Bytes after a block that 16-byte loads and stores, four at a time, may touch. */
const PADDING: usize = 64;

/** The end of the layout. It has 64 bits because a layout can exceed 32-bit addresses; `growMemory` then returns false. */
let end: u64 = 0;

/** The input block: INPUT_BYTES and padding. It is part of every layout. */
export const inputPointer: usize = (__heap_base + 15) & ~15;

/** The arena's end may not exceed this: the host may keep arrays above it. 0: as far as the memory can grow. */
export let arenaLimit: u32 = 0;

/** Starts a new layout: drops all blocks except the input. */
export function clearArena(): void {
  end = inputPointer + INPUT_BYTES + PADDING;
}

/** A block of `bytes`, aligned to 16, followed by PADDING. It must not be used before `growMemory` has succeeded. */
export function takeBlock(bytes: usize): usize {
  const block = (end + 15) & ~15;
  end = block + bytes + PADDING;
  return <usize>block;
}

/** Adds `bytes` to the block that was taken last, and returns their address. See `takeBlock`. */
export function extendLastBlock(bytes: usize): usize {
  end += bytes;
  return <usize>(end - PADDING - bytes);
}

/** Makes the memory as large as the layout. Returns false if it cannot grow. */
export function growMemory(): bool {
  if (arenaLimit !== 0 && end > arenaLimit) return false;
  const pagesNeeded = <i64>((end + PAGE_BYTES - 1) / PAGE_BYTES) - memory.size();
  return pagesNeeded <= 0 || (pagesNeeded <= MAX_PAGES && memory.grow(<i32>pagesNeeded) >= 0);
}
