/**
 * CRC-32 as PNG uses it (PNG specification, third edition, annex D; polynomial 0xEDB88320, reflected).
 *
 * "Slicing by eight" (Kounavis and Berry, 2005): eight tables let eight bytes be folded in with eight independent
 * loads, where the classic loop has one load that waits for the one before it.
 */
import { BAND_PIXELS, pixelsPointer } from "./memory";

const POLYNOMIAL: u32 = 0xedb88320;
/** tables[k][byte]: what `byte` does to the CRC when k more bytes follow it in the block of eight. */
const tables = memory.data(8 * 256 * 4);
let tablesReady = false;

/**
 * The CRC-32 of the `length` bytes at `pixelsPointer`, going on from `crc`, the value of the bytes before (0 at the
 * start). At most BAND_PIXELS * 4 bytes at a time.
 */
export function crc32(crc: u32, length: u32): u32 {
  if (!tablesReady) fillTables();
  crc = ~crc;
  let pointer = pixelsPointer;
  const end = pointer + min(length, BAND_PIXELS * 4);
  while (pointer + 8 <= end) {
    const low = load<u32>(pointer) ^ crc;
    const high = load<u32>(pointer, 4);
    crc =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, high & 0xff) ^
      entry(2, (high >>> 8) & 0xff) ^
      entry(1, (high >>> 16) & 0xff) ^
      entry(0, high >>> 24);
    pointer += 8;
  }
  while (pointer < end) crc = entry(0, (crc ^ load<u8>(pointer++)) & 0xff) ^ (crc >>> 8);
  return ~crc;
}

function entry(table: usize, byte: u32): u32 {
  return load<u32>(tables + (table << 10) + ((<usize>byte) << 2));
}

function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    store<u32>(tables + ((<usize>byte) << 2), crc);
  }
  for (let table: usize = 1; table < 8; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = entry(table - 1, byte);
      store<u32>(tables + (table << 10) + ((<usize>byte) << 2), entry(0, before & 0xff) ^ (before >>> 8));
    }
  }
  tablesReady = true;
}
