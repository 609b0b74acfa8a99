/**
 * Where a filtered scanline has something to look at: its residuals that are not zero or, where there is no filter,
 * the pixels that differ from the one before. A block of pixels is tested at once, and none that lies in a repeat of
 * which the matches have told (inflate.ts).
 *
 *   a block of RGBA     0000 0000 0100 0000 0000 0001 0000 …     64 bytes
 *   its mask               0    0    1    0    0    1    0       one bit each; `ctz` finds the next
 */
import { pixelBytes } from "./pixel";
import { repeats } from "./repeats";

/** The first repeat that ends behind the block at hand. */
let repeat: usize = 0;

/** Starts a scanline. */
export function beginBlocks(): void {
  repeat = repeats;
}

/**
 * The first block from `block` on that does not lie in a repeat, and so is to be looked at; given and returned as the
 * block's first pixel in the row.
 */
export function skipRepeat<P>(row: usize, block: u32, findChanges: bool): u32 {
  const bytes = row + <usize>block * pixelBytes<P>();
  const blockBytes = <usize>blockPixels<P>() * pixelBytes<P>();
  while (load<usize>(repeat, 4) < bytes + blockBytes) repeat += 16;
  const start = load<usize>(repeat);
  if (start > bytes) return block;
  const distance = load<u32>(repeat, 8);
  if (findChanges) {
    // No change from one pixel after the repeat's pattern on; of zeros that is at least one byte before the start.
    if (start + pixelBytes<P>() - max(distance, 1) > bytes) return block;
  } else if (distance !== 0) {
    // Only zeros are zero residuals.
    return block;
  }
  return block + <u32>((load<usize>(repeat, 4) - bytes) / blockBytes) * blockPixels<P>();
}

/** The first block behind `block` in which a repeat starts or has started; without one, the row's end. */
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
 * The first block from `block` on, and before `end`, in which not all pixels are `pixel`: 0 where there is a filter,
 * else the pixel before. Most of a mask is passed here, so that this loop is short: it makes no mask.
 */
export function passBlocksOf<P>(row: usize, block: u32, end: u32, pixel: u32): u32 {
  const pattern = patternOf<P>(pixel);
  // Of RGB the three vectors of a block begin at another byte of the pixel each.
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

/** A pixel again and again, through 16 bytes. */
function patternOf<P>(pixel: u32): v128 {
  if (sizeof<P>() === 1) return i8x16.splat(<i8>pixel);
  if (sizeof<P>() === 2) return i16x8.splat(<i16>pixel);
  const pixels = i32x4.splat(pixel);
  return sizeof<P>() === 4
    ? pixels
    : v128.swizzle(pixels, i8x16(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0));
}

/** How many of `pixels` pixels differ from the one before, and up to a block's more. */
export function countChanges<P>(start: usize, pixels: u32): u32 {
  let changes: u32 = 0;
  for (let first: u32 = 0; first < pixels; first += blockPixels<P>()) {
    changes += pixelsIn<P>(blockMask<P>(start + <usize>first * pixelBytes<P>(), true));
  }
  return changes;
}

const EVERY_SECOND_BIT: u64 = ((<u64>0x55555555) << 32) | 0x55555555;
const EVERY_THIRD_BIT: u64 = 0x249249249249;

/** How many pixels have a bit set in a mask. */
function pixelsIn<P>(mask: u64): u32 {
  if (sizeof<P>() === 2) mask = (mask | (mask >> 1)) & EVERY_SECOND_BIT;
  if (sizeof<P>() === 8) mask = (mask | (mask >> 1) | (mask >> 2)) & EVERY_THIRD_BIT;
  return <u32>popcnt(mask);
}

/** Pixels of a block: 64 bytes, or 48 of RGB. */
export function blockPixels<P>(): u32 {
  return sizeof<P>() === 8 ? 16 : 64 / pixelBytes<P>();
}

/** Bits of a mask for each pixel: as many as it has bytes, but one for the four of RGBA. */
export function maskBits<P>(): u32 {
  return sizeof<P>() === 4 ? 1 : pixelBytes<P>();
}

/** The mask of the block at `bytes`; with `findChanges` the pixels that differ from the one before. */
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
    // Lanes of all ones where a pixel is zero, narrowed to bytes.
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
