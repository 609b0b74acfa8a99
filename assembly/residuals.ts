/**
 * Finds the pixels of a filtered scanline that need attention: those whose residual is not zero or, if there is no
 * filter, those that differ from the pixel before. A block of pixels is tested at once. Blocks inside a repeat that the
 * matches have revealed (repeats.ts) are not tested at all.
 *
 *   a block of RGBA     0000 0000 0100 0000 0000 0001 0000 …     64 bytes
 *   its mask               0    0    1    0    0    1    0       one bit each; `ctz` finds the next
 */
import { pixelBytes } from "./pixel";
import { repeats } from "./repeats";

/** The first repeat that ends after the current block. */
let repeat: usize = 0;

/** Starts a scanline. */
export function beginBlocks(): void {
  repeat = repeats;
}

/**
 * The first block from `block` on that does not lie in a repeat and therefore has to be tested. A block is given by its
 * first pixel in the row.
 */
export function skipRepeat<P>(row: usize, block: u32, findChanges: bool): u32 {
  const bytes = row + <usize>block * pixelBytes<P>();
  const blockBytes = <usize>blockPixels<P>() * pixelBytes<P>();
  while (load<usize>(repeat, 4) < bytes + blockBytes) repeat += 16;
  const start = load<usize>(repeat);
  if (start > bytes) return block;
  const distance = load<u32>(repeat, 8);
  if (findChanges) {
    // There is no change from one pixel after the repeat's pattern on. Zeros have at least one byte before the start.
    if (start + pixelBytes<P>() - max(distance, 1) > bytes) return block;
  } else if (distance !== 0) {
    // Only zeros are zero residuals.
    return block;
  }
  return block + <u32>((load<usize>(repeat, 4) - bytes) / blockBytes) * blockPixels<P>();
}

/** The first block after `block` in which a repeat starts or has started, or the end of the row. */
export function lookUntil<P>(row: usize, block: u32, rowPixels: u32): u32 {
  const bytes = row + <usize>block * pixelBytes<P>();
  const blockBytes = <usize>blockPixels<P>() * pixelBytes<P>();
  let following = repeat;
  while (load<usize>(following) <= bytes) following += 16;
  const start = load<usize>(following);
  if (start - row >= <usize>rowPixels * pixelBytes<P>()) return rowPixels;
  return block + <u32>((start - bytes + blockBytes - 1) / blockBytes) * blockPixels<P>();
}

/**
 * The first block from `block` on, and before `end`, in which not all pixels equal `pixel`: 0 if there is a filter,
 * otherwise the pixel before. Most of a mask is passed here, so this loop is short and makes no bit mask.
 */
export function passBlocksOf<P>(row: usize, block: u32, end: u32, pixel: u32): u32 {
  const pattern = patternOf<P>(pixel);
  // RGB: each of the three vectors of a block begins at a different byte of a pixel.
  const second =
    sizeof<P>() === 8
      ? v128.swizzle(pattern, i8x16(1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1))
      : pattern;
  const third =
    sizeof<P>() === 8
      ? v128.swizzle(pattern, i8x16(2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2))
      : pattern;
  let bytes = row + <usize>block * pixelBytes<P>();
  while (block < end) {
    const near = v128.or(v128.xor(v128.load(bytes), pattern), v128.xor(v128.load(bytes, 16), second));
    let far = v128.xor(v128.load(bytes, 32), third);
    if (sizeof<P>() !== 8) far = v128.or(far, v128.xor(v128.load(bytes, 48), pattern));
    if (v128.any_true(v128.or(near, far))) break;
    block += blockPixels<P>();
    bytes += <usize>blockPixels<P>() * pixelBytes<P>();
  }
  return block;
}

/** A pixel, repeated through 16 bytes. */
function patternOf<P>(pixel: u32): v128 {
  if (sizeof<P>() === 1) return i8x16.splat(<i8>pixel);
  const pixels = i32x4.splat(pixel);
  return sizeof<P>() === 4
    ? pixels
    : v128.swizzle(pixels, i8x16(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0));
}

/** How many of `pixels` pixels differ from the one before. Counts to the end of the last block, so it may be too many. */
export function countChanges<P>(start: usize, pixels: u32): u32 {
  let changes: u32 = 0;
  for (let first: u32 = 0; first < pixels; first += blockPixels<P>()) {
    changes += pixelsIn<P>(blockMask<P>(start + <usize>first * pixelBytes<P>(), true));
  }
  return changes;
}

const EVERY_THIRD_BIT: u64 = 0x249249249249;

/** How many pixels have a bit set in a block's mask. */
function pixelsIn<P>(mask: u64): u32 {
  if (sizeof<P>() === 8) mask = (mask | (mask >> 1) | (mask >> 2)) & EVERY_THIRD_BIT;
  return <u32>popcnt(mask);
}

/** Pixels of a block: 64 bytes, or 48 of RGB. */
export function blockPixels<P>(): u32 {
  return sizeof<P>() === 8 ? 16 : 64 / pixelBytes<P>();
}

/** Bits of a mask for each pixel: one per byte, but only one for the four bytes of RGBA. */
export function maskBits<P>(): u32 {
  return sizeof<P>() === 4 ? 1 : pixelBytes<P>();
}

/** The mask of the block at `bytes`: its pixels that are not zero or, with `findChanges`, differ from the one before. */
export function blockMask<P>(bytes: usize, findChanges: bool): u64 {
  const zero = i8x16.splat(0);
  let first = v128.load(bytes);
  let second = v128.load(bytes, 16);
  let third = v128.load(bytes, 32);
  let fourth = sizeof<P>() === 8 ? zero : v128.load(bytes, 48);
  if (findChanges) {
    const before = bytes - pixelBytes<P>();
    first = v128.xor(first, v128.load(before));
    second = v128.xor(second, v128.load(before, 16));
    third = v128.xor(third, v128.load(before, 32));
    if (sizeof<P>() !== 8) fourth = v128.xor(fourth, v128.load(before, 48));
  }
  if (sizeof<P>() === 4) {
    // A lane is all ones if its pixel is zero; then lanes are narrowed to bytes.
    const near = v128.narrow<i32>(i32x4.eq(first, zero), i32x4.eq(second, zero));
    const far = v128.narrow<i32>(i32x4.eq(third, zero), i32x4.eq(fourth, zero));
    return <u64>(<u32>i8x16.bitmask(v128.narrow<i16>(near, far)) ^ 0xffff);
  }
  if (!v128.any_true(v128.or(v128.or(first, second), v128.or(third, fourth)))) return 0;
  return (
    nonZeroBits(first) |
    (nonZeroBits(second) << 16) |
    (nonZeroBits(third) << 32) |
    (nonZeroBits(fourth) << 48)
  );
}

function nonZeroBits(bytes: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) ^ 0xffff);
}
