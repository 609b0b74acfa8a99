/**
 * Colours to ids and back. An id is a small number that stands for one colour: 0 … N-1 are the labels of the legend;
 * colours that the legend does not have get ids from N on as they turn up, so that two of them can be told apart.
 *
 *   slot   │ colour word (uint32) │ id (int32) │    an open-addressing hash table; an empty slot's id is -1
 *
 * A colour word is what a little-endian load of a pixel's bytes R, G, B gives: 0x00BBGGRR; or 0xAABBGGRR, where alpha is
 * asked for. The hash is Fibonacci hashing (Knuth, TAOCP 3, 6.4): multiply by 2^32 / golden ratio and keep the top bits.
 * The product spreads neighbouring colours, which legends love, over the whole table.
 */
import { check } from "./check";
import { labelOfColor, Unknown } from "./host";
import { takeBlock } from "./memory";

/** In the caller's list of colours: a label that no pixel can have. */
export const NO_COLOR: u32 = 0xffffffff;
/** The label of a colour that the legend does not have. */
export const UNLABELLED: i32 = -1;

const GOLDEN_RATIO: u32 = 0x9e3779b1;

/** The legend's colours in its order, as the caller writes them: uint32 0xRRGGBB each, or NO_COLOR. */
export let colorsPointer: usize = 0;
export let labelCount: u32 = 0;
/** What becomes of unknown colours. */
export let unknown: Unknown = Unknown.UNLABELLED;
/** The colour word of each id, uint32; NO_COLOR for a label that no pixel can have. */
export let colorWords: usize = 0;
/** The label of each id, int32: of the legend's, the id itself. */
export let idLabels: usize = 0;
/** Ids in use, and the most that there can be. */
let idCount: u32 = 0;
let idCapacity: u32 = 0;

let slots: usize = 0;
let slotCount: u32 = 0;
let hashShift: u32 = 0;

/**
 * Lays out a table for a legend of `labels` entries and at least `unknownColors` further ones: as many as the legend has,
 * so that making the table anew for new ones (`forgetColorsExcept`) costs each of them no more than a few steps.
 */
export function layOutColorTable(labels: u32, unknownColors: u32): void {
  labelCount = labels;
  idCapacity = labels + (unknownColors > 0 ? max(unknownColors, labels) : 0);
  // At most three quarters full, so that a probe for a colour that is not there ends after a few steps.
  slotCount = 64;
  while (slotCount * 3 < idCapacity * 4) slotCount <<= 1;
  hashShift = 32 - ctz(slotCount);
  colorsPointer = takeBlock((<usize>labels) << 2);
  colorWords = takeBlock((<usize>idCapacity) << 2);
  idLabels = takeBlock((<usize>idCapacity) << 2);
  slots = takeBlock((<usize>slotCount) << 3);
}

/** Starts an image: fills the table from the colours at `colorsPointer`. */
export function beginColors(unknownColors: Unknown): void {
  unknown = unknownColors;
  buildColorTable();
}

/** Where a colour stands twice, the first label keeps it. */
function buildColorTable(): void {
  memory.fill(slots, 0xff, (<usize>slotCount) << 3);
  idCount = labelCount;
  for (let label: u32 = 0; label < labelCount; label++) {
    const color = load<u32>(colorsPointer + ((<usize>label) << 2));
    if (color !== NO_COLOR) insert(turnRound(color), label);
    else store<u32>(colorWords + ((<usize>label) << 2), NO_COLOR);
    store<i32>(idLabels + ((<usize>label) << 2), label);
  }
}

/** The id of a colour word, or -1: also where its slot is empty, whose bytes are all 0xFF. */
export function lookUp(word: u32): i32 {
  // Nearly always the first slot is the one: a path without a loop, short enough to be part of the caller's.
  const entry = load<u64>(slots + ((<usize>((word * GOLDEN_RATIO) >>> hashShift)) << 3));
  return <u32>entry === word ? <i32>(entry >> 32) : load<i32>(findSlot(word), 4);
}

/** The places of the first slots of four colour words; a slot is its word in the low half and the label above. */
export function firstSlotsOf(words: v128): v128 {
  const hashes = v128.shr<u32>(v128.mul<i32>(words, i32x4.splat(GOLDEN_RATIO)), hashShift);
  return v128.add<i32>(v128.shl<i32>(hashes, 3), i32x4.splat(<i32>slots));
}

/** The id of a colour word; one that is not there yet gets the next id. See `hasRoomFor`. */
export function idOf(word: u32): u32 {
  const id = lookUp(word);
  return id >= 0 ? id : addColor(word);
}

/** The label of a colour word that has no id, or -1. */
export function labelOfUnknown(word: u32): i32 {
  return unknown === Unknown.UNLABELLED ? UNLABELLED : labelOfColor(word);
}

/** Whether `colors` more colours fit. */
export function hasRoomFor(colors: u32): bool {
  return idCount + colors <= idCapacity;
}

/**
 * Forgets the ids of all unknown colours but those in `ids`, a list of `count` runs (8 bytes each, the id in the
 * upper half), which are given new ones in place. So the table stays small however many colours an image has.
 */
export function forgetColorsExcept(runs: usize, count: u32): void {
  const end = runs + ((<usize>count) << 3);
  // The colours go where the ids were, since the words are about to be overwritten.
  for (let run = runs; run < end; run += 8) store<u32>(run, wordOf(load<u32>(run, 4)), 4);
  buildColorTable();
  for (let run = runs; run < end; run += 8) store<u32>(run, idOf(load<u32>(run, 4)), 4);
}

export function wordOf(id: u32): u32 {
  return load<u32>(colorWords + ((<usize>id) << 2));
}

/** 0x00BBGGRR from 0x00RRGGBB, and the other way round. */
export function turnRound(color: u32): u32 {
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

/** The slot that holds `word`, or the empty one where it would go. Ends, since the table is never full. */
function findSlot(word: u32): usize {
  let index = (word * GOLDEN_RATIO) >>> hashShift;
  while (true) {
    const slot = slots + ((<usize>index) << 3);
    if (load<u32>(slot) === word || load<i32>(slot, 4) < 0) return slot;
    index = (index + 1) & (slotCount - 1);
  }
}
