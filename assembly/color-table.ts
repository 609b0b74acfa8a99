/**
 * From a 24-bit colour to its label: an open-addressing hash table with linear probing.
 *
 *   slot  │ colour 0xRRGGBB (uint32) │ label (int32) │      8 bytes, one load; an empty slot's colour is NO_COLOR
 *
 * The hash is Fibonacci hashing (Knuth, TAOCP 3, 6.4): multiply by 2^32 / golden ratio and keep the top bits. The
 * product spreads neighbouring colours, which legends love, over the whole table.
 */
import { colorsPointer, labelCount, slotCount, slotsPointer } from "./memory";

/** No colour: it is above 0xFFFFFF, so no pixel has it. */
export const NO_COLOR: u32 = 0xffffffff;
/** The label of a colour that the legend does not have. */
export const UNLABELLED: i32 = -1;

const GOLDEN_RATIO: u32 = 0x9e3779b1;
let hashShift: u32 = 0;

/** Fills the table from the colours at `colorsPointer`. Where a colour stands twice, the first label keeps it. */
export function buildColorTable(): void {
  hashShift = 32 - ctz(slotCount);
  memory.fill(slotsPointer, 0xff, (<usize>slotCount) << 3);
  for (let label: u32 = 0; label < labelCount; label++) {
    const color = load<u32>(colorsPointer + ((<usize>label) << 2));
    if (color === NO_COLOR) continue;
    const slot = findSlot(color);
    if (load<u32>(slot) === color) continue;
    store<u32>(slot, color);
    store<u32>(slot, label, 4);
  }
}

/** The label of `color` (0xRRGGBB), or UNLABELLED. An empty slot's label reads as -1 too: its bytes are all 0xFF. */
export function lookUp(color: u32): i32 {
  return load<i32>(findSlot(color), 4);
}

/** The slot that holds `color`, or the empty one where it would go. Ends, since half of the slots are empty. */
function findSlot(color: u32): usize {
  const last = slotCount - 1;
  let index = (color * GOLDEN_RATIO) >>> hashShift;
  while (true) {
    const slot = slotsPointer + ((<usize>index) << 3);
    const found = load<u32>(slot);
    if (found === color || found === NO_COLOR) return slot;
    index = (index + 1) & last;
  }
}
