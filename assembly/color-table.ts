/**
 * Colours to ids and back. An id is a small number that stands for one colour. 0 … N-1 are the labels of the legend.
 * Colours that are not in the legend get the ids from N on, in the order in which they turn up, so that they remain
 * distinct.
 *
 *   slot   │ colour word (uint32) │ id (int32) │    an open-addressing hash table; an empty slot's id is -1
 *
 * A colour word is what a little-endian load of a pixel's bytes R, G, B gives: 0x00BBGGRR, or 0xAABBGGRR if alpha means
 * something. The legend's colours are then opaque. A word that is not opaque has its own id, whose label is that of the
 * opaque colour.
 *
 * The hash is Fibonacci hashing (Knuth, TAOCP 3, 6.4): multiply by 2^32 / golden ratio and keep the top bits. This spreads
 * neighbouring colours, which are common in legends, over the whole table. If colours still meet, a power of the factor may
 * keep them apart.
 */
import { check } from "./check";
import { Alpha, labelOfColor, Unknown } from "./host";
import { takeBlock } from "./memory";

/** In the caller's list of colours: the label has no colour, so no pixel can have it. */
export const NO_COLOR: u32 = 0xffffffff;
/** The label of a colour that is not in the legend. */
export const UNLABELLED: i32 = -1;

const GOLDEN_RATIO: u32 = 0x9e3779b1;
const MAX_RETRIES: i32 = 4;

/** The legend's colours in its order, as the caller writes them: uint32 0xRRGGBB each, or NO_COLOR. */
export let colorsPointer: usize = 0;
export let labelCount: u32 = 0;
/** What to do with colours that are not in the legend. */
export let unknown: Unknown = Unknown.UNLABELLED;
/** What alpha means in this image. */
export let alpha: Alpha = Alpha.IGNORED;
/** The alpha of an opaque word; 0 if words have none. */
export let opaque: u32 = 0;
/** The fully transparent words: `clearWords` words from `firstClear` on. Zero words if nothing asks for them. */
let firstClear: u32 = 0;
let clearWords: u32 = 0;
/** If words have no alpha: the label of the one that is fully transparent, or -1. */
let clearLabel: i32 = UNLABELLED;
/** The colour word of each id, uint32; NO_COLOR for a label that no pixel can have. */
export let colorWords: usize = 0;
/** The label of each id, int32. For a colour of the legend it is the id itself. */
export let idLabels: usize = 0;
/** Ids in use, and how many fit. */
let idCount: u32 = 0;
let idCapacity: u32 = 0;

let slots: usize = 0;
let slotCount: u32 = 0;
let hashShift: u32 = 0;
/** A power of GOLDEN_RATIO. */
let hashFactor: u32 = GOLDEN_RATIO;

/**
 * Lays out a table for a legend of `labels` entries and at least `unknownColors` other colours. It has room for at least
 * as many others as the legend has, so that rebuilding the table when it is full (`forgetColorsExcept`) costs only a few
 * steps per colour.
 */
export function layOutColorTable(labels: u32, unknownColors: u32): void {
  labelCount = labels;
  idCapacity = labels + (unknownColors > 0 ? max(unknownColors, labels) : 0);
  // At most three quarters full, so that the search for a missing colour ends after a few steps.
  slotCount = 64;
  while (slotCount * 3 < idCapacity * 4) slotCount <<= 1;
  hashShift = 32 - ctz(slotCount);
  colorsPointer = takeBlock((<usize>labels) << 2);
  colorWords = takeBlock((<usize>idCapacity) << 2);
  idLabels = takeBlock((<usize>idCapacity) << 2);
  slots = takeBlock((<usize>slotCount) << 3);
}

/**
 * Starts an image: fills the table from the colours at `colorsPointer`.
 *
 * @param hasAlpha whether words have an alpha
 * @param clearColor if not: the one colour that is fully transparent, 0xRRGGBB, or NO_COLOR
 */
export function beginColors(
  unknownColors: Unknown,
  alphaMeans: Alpha,
  hasAlpha: bool,
  clearColor: u32,
): void {
  unknown = unknownColors;
  alpha = alphaMeans;
  opaque = 0;
  clearWords = 0;
  firstClear = 0;
  if (alphaMeans >= Alpha.COUNTED) {
    if (hasAlpha) {
      opaque = 0xff000000;
      clearWords = 0x01000000;
    } else if (clearColor !== NO_COLOR) {
      firstClear = swapRedBlue(clearColor);
      clearWords = 1;
    }
  }
  buildColorTable();
}

/** Whether fully transparent pixels of this image must be recognised. */
export function seesTransparency(): bool {
  return clearWords > 0;
}

/** Whether a colour word is fully transparent. False if this image does not ask for it. */
export function isClear(word: u32): bool {
  return word - firstClear < clearWords;
}

/**
 * Fills the table with the legend's colours. If the legend is small for the table, a few other factors are tried until each
 * colour is in its first slot. A colour elsewhere costs a mispredicted branch at each of its pixels.
 */
function buildColorTable(): void {
  hashFactor = GOLDEN_RATIO;
  let retries = <u64>labelCount * labelCount <= slotCount ? MAX_RETRIES : 0;
  while (!fillColorTable() && retries-- > 0) hashFactor *= GOLDEN_RATIO;
}

/** Returns whether each colour is in its first slot. If a colour occurs twice, the first label keeps it. */
function fillColorTable(): bool {
  let areFirst = true;
  memory.fill(slots, 0xff, (<usize>slotCount) << 3);
  idCount = labelCount;
  clearLabel = UNLABELLED;
  for (let label: u32 = 0; label < labelCount; label++) {
    const color = load<u32>(colorsPointer + ((<usize>label) << 2));
    const word = color === NO_COLOR ? NO_COLOR : swapRedBlue(color) | opaque;
    const hasOwnId = color !== NO_COLOR && isClear(word);
    if (color !== NO_COLOR && !hasOwnId) {
      insert(word, label);
      areFirst = areFirst && load<u32>(firstSlotOf(word)) === word;
    } else store<u32>(colorWords + ((<usize>label) << 2), word);
    // So its pixels are counted.
    if (hasOwnId && clearLabel < 0) clearLabel = label;
    store<i32>(idLabels + ((<usize>label) << 2), label);
  }
  return areFirst;
}

/** The id of a colour word, or -1. All bytes of an empty slot are 0xFF, so it gives -1 too. */
export function lookUp(word: u32): i32 {
  // The first slot is nearly always right. This path has no loop and is short enough to be inlined.
  const entry = load<u64>(firstSlotOf(word));
  return <u32>entry === word ? <i32>(entry >> 32) : load<i32>(findSlot(word), 4);
}

/** The addresses of the first slots of four colour words. A slot holds the word in its low half, the id in its high half. */
export function firstSlotsOf(words: v128): v128 {
  const hashes = v128.shr<u32>(v128.mul<i32>(words, i32x4.splat(hashFactor)), hashShift);
  return v128.add<i32>(v128.shl<i32>(hashes, 3), i32x4.splat(<i32>slots));
}

/** The id of a colour word. A new one gets the next id; see `hasRoomFor`. */
export function idOf(word: u32): u32 {
  const id = lookUp(word);
  return id >= 0 ? id : addColor(word);
}

/** The label of a colour word that has no id or is not opaque, or -1. */
export function labelOfUnknown(word: u32): i32 {
  if (isClear(word)) {
    if (alpha === Alpha.UNLABELLED) return UNLABELLED;
    if (clearLabel >= 0) return clearLabel;
  }
  if (word < opaque) {
    const id = lookUp(word | opaque);
    return id >= 0 ? load<i32>(idLabels + ((<usize>id) << 2)) : labelOfUnknown(word | opaque);
  }
  return unknown === Unknown.UNLABELLED ? UNLABELLED : labelOfColor(word);
}

/** Whether `colors` more colours fit. */
export function hasRoomFor(colors: u32): bool {
  return idCount + colors <= idCapacity;
}

/**
 * Forgets the ids of all unknown colours except those of `count` runs at `runs` (8 bytes each, the id in the upper half).
 * The runs get new ids in place. So the table stays small, however many colours an image has.
 */
export function forgetColorsExcept(runs: usize, count: u32): void {
  const end = runs + ((<usize>count) << 3);
  // Colours temporarily replace the ids, since the list of colour words is about to be overwritten.
  for (let run = runs; run < end; run += 8) store<u32>(run, wordOf(load<u32>(run, 4)), 4);
  buildColorTable();
  for (let run = runs; run < end; run += 8) store<u32>(run, idOf(load<u32>(run, 4)), 4);
}

export function wordOf(id: u32): u32 {
  return load<u32>(colorWords + ((<usize>id) << 2));
}

/** 0x00BBGGRR from 0x00RRGGBB, and vice versa. */
export function swapRedBlue(color: u32): u32 {
  return bswap(color) >>> 8;
}

function addColor(word: u32): u32 {
  check(idCount < idCapacity);
  const id = idCount++;
  insert(word, id);
  store<i32>(idLabels + ((<usize>id) << 2), labelOfUnknown(word));
  return id;
}

function insert(word: u32, id: u32): void {
  store<u32>(colorWords + ((<usize>id) << 2), word);
  const slot = findSlot(word);
  if (load<i32>(slot, 4) >= 0) return;
  store<u32>(slot, word);
  store<u32>(slot, id, 4);
}

/** The slot that holds `word`, or the empty slot for it. The loop ends because the table is never full. */
function findSlot(word: u32): usize {
  let slot = firstSlotOf(word);
  while (load<u32>(slot) !== word && load<i32>(slot, 4) >= 0) {
    slot += 8;
    if (slot === slots + ((<usize>slotCount) << 3)) slot = slots;
  }
  return slot;
}

/** Where the search for a colour word starts. */
function firstSlotOf(word: u32): usize {
  return slots + ((<usize>((word * hashFactor) >>> hashShift)) << 3);
}
