/**
 * Where everything lies in the module's linear memory. One arena, laid out anew for each decode:
 *
 *   __heap_base │ pixels │ labels │ unknown colours │ colours │ counts │ boxes │ table of slots
 *                 fixed size                          grow with the legend
 *
 * Nothing is freed and nothing is allocated twice: a second decode overwrites the first one's arena, and memory
 * grows only when a legend is larger than every one before it.
 */

/** Pixels scanned at one go: 64 Ki pixels are 256 KiB in and 256 KiB out, which fits a second-level cache. */
export const BAND_PIXELS: u32 = 65536;

/** Distinct unknown colours that are kept with their counts; more would not help a person to find the fault. */
export const UNKNOWN_COLORS_KEPT: u32 = 16;

/** Bytes past a block that a 16-byte load may touch. */
const PADDING: usize = 16;
const PAGE_BYTES: usize = 65536;

/** Pixels of one band: 3 or 4 bytes each. */
export let pixelsPointer: usize = 0;
/** Labels of one band: int32 each. */
export let labelsPointer: usize = 0;
/** The first unknown colours: pairs of uint32, 0xRRGGBB and pixel count. */
export let unknownColorsPointer: usize = 0;
/** The legend's colours in its order: uint32 0xRRGGBB each, or NO_COLOR for a key that is no colour. */
export let colorsPointer: usize = 0;
/** Pixel count per label: uint32 each. */
export let countsPointer: usize = 0;
/** Per label the corners of its bounding box: int32 left, top, right, bottom, all inclusive. */
export let boxesPointer: usize = 0;
/** The colour table's slots, see color-table.ts. */
export let slotsPointer: usize = 0;
export let slotCount: u32 = 0;
export let labelCount: u32 = 0;

/** Lays the arena out for a legend of `labels` entries. Returns false where memory cannot be had. */
export function reserve(labels: u32): bool {
  labelCount = labels;
  // At most half full, so that a probe for a colour that is not there ends after two steps on average.
  slotCount = 64;
  while (slotCount < labels * 2) slotCount <<= 1;

  pixelsPointer = (__heap_base + 15) & ~15;
  labelsPointer = pixelsPointer + BAND_PIXELS * 4 + PADDING;
  unknownColorsPointer = labelsPointer + BAND_PIXELS * 4 + PADDING;
  colorsPointer = unknownColorsPointer + UNKNOWN_COLORS_KEPT * 8;
  countsPointer = colorsPointer + ((<usize>labels) << 2);
  boxesPointer = countsPointer + ((<usize>labels) << 2);
  slotsPointer = (boxesPointer + ((<usize>labels) << 4) + 7) & ~7;
  const end = slotsPointer + ((<usize>slotCount) << 3);

  const pagesNeeded = <i32>((end + PAGE_BYTES - 1) / PAGE_BYTES) - memory.size();
  return pagesNeeded <= 0 || memory.grow(pagesNeeded) >= 0;
}
