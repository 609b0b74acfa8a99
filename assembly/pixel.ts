/**
 * The kinds of pixels with 8-bit samples, and arithmetic on all channels of a pixel at once.
 *
 * A kind is a type parameter, so the compiler makes a separate loop for each kind. `sizeof` picks the code.
 */
import { colorWords, idLabels, idOf, wordOf } from "./color-table";
import { Alpha } from "./host";

/** One byte: a grey or a palette index. Grey with alpha is repacked as RGBA. */
export type Grey = u8;
/** Three bytes. No integer type has that size, so an unused larger one stands for it. */
export type Rgb = u64;
export type Rgba = u32;

/** For grey and palette pixels: the label of each sample, and its colour word. */
export const sampleLabels = memory.data(256 * 4);
export const sampleWords = memory.data(256 * 4);

/** The label of a palette index that has no PLTE entry. */
export const NO_ENTRY: i32 = -2;

/** Bytes from one pixel to the next. */
export function pixelBytes<P>(): u32 {
  return sizeof<P>() === 8 ? 3 : <u32>sizeof<P>();
}

/** Whether ids come from the colour table (color-table.ts). For grey and palette pixels the id is the sample itself. */
export function hasColors<P>(): bool {
  return sizeof<P>() >= 4;
}

/** All bytes of a pixel. Loads up to four bytes. */
export function loadPixel<P>(pointer: usize): u32 {
  if (sizeof<P>() === 1) return load<u8>(pointer);
  if (sizeof<P>() === 8) return load<u32>(pointer) & 0xffffff;
  return load<u32>(pointer);
}

/** The channels of RGBA that are part of the colour word. */
export let rgbaMask: u32 = 0xffffff;

/** Sets what alpha means. */
export function setAlpha(alpha: Alpha): void {
  rgbaMask = alpha === Alpha.IGNORED ? 0xffffff : 0xffffffff;
}

/** The channels that are part of the colour word. */
export function colorChannels<P>(pixel: u32): u32 {
  if (sizeof<P>() === 4) return pixel & rgbaMask;
  return pixel;
}

/** The bits of a pixel of `size` bytes that are part of the colour word. */
export function channelsOf(size: u32): u32 {
  return size === 4 ? rgbaMask : (1 << (size << 3)) - 1;
}

export function wordOfId<P>(id: u32): u32 {
  return hasColors<P>() ? wordOf(id) : id;
}

export function idOfWord<P>(word: u32): u32 {
  return hasColors<P>() ? idOf(word) : word;
}

/** The label of each id, int32. */
export function labelsOfIds<P>(): usize {
  return hasColors<P>() ? idLabels : sampleLabels;
}

/** The colour word of each id. Pixels without a label are counted by it. */
export function colorsOfIds<P>(): usize {
  return hasColors<P>() ? colorWords : sampleWords;
}

/** The sum of each pair of bytes, modulo 256. */
export function addBytes(a: u32, b: u32): u32 {
  return ((a & 0x7f7f7f7f) + (b & 0x7f7f7f7f)) ^ ((a ^ b) & 0x80808080);
}

/** The average of each pair of bytes, rounded down: a + b is twice the common bits plus the others. */
export function averageBytes(a: u32, b: u32): u32 {
  return (a & b) + (((a ^ b) >>> 1) & 0x7f7f7f7f);
}

/** The Paeth predictor of each byte (PNG specification, 9.4). */
export function paethBytes(left: u32, up: u32, upLeft: u32): u32 {
  let predicted: u32 = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const a = <i32>((left >>> shift) & 0xff);
    const b = <i32>((up >>> shift) & 0xff);
    const c = <i32>((upLeft >>> shift) & 0xff);
    const toLeft = abs(b - c);
    const toUp = abs(a - c);
    const toUpLeft = abs(a + b - 2 * c);
    const nearest = toLeft <= toUp && toLeft <= toUpLeft ? a : toUp <= toUpLeft ? b : c;
    predicted |= nearest << shift;
  }
  return predicted;
}
