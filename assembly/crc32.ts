/**
 * CRC-32 as PNG uses it (PNG specification, third edition, annex D; polynomial 0xEDB88320, reflected).
 *
 * "Slicing" (Kounavis and Berry, 2005): with sixteen tables, sixteen bytes take sixteen independent loads. In the classic
 * loop each load has to wait for the one before it.
 */
import { INPUT_BYTES, inputPointer } from "./memory";

const POLYNOMIAL: u32 = 0xedb88320;
/** tables[k][byte]: the effect of `byte` on the CRC if k more bytes follow it in the block of sixteen. */
const tables = memory.data(16 * 256 * 4);
let tablesReady = false;

/**
 * Continues the CRC-32 with the `length` bytes at `inputPointer`, at most INPUT_BYTES. `crc` is the value for the bytes
 * before, 0 at the start.
 */
export function crc32(crc: u32, length: u32): u32 {
  if (!tablesReady) fillTables();
  crc = ~crc;
  let pointer = inputPointer;
  const end = pointer + min(length, INPUT_BYTES);
  while (pointer + 16 <= end) {
    const first = load<u32>(pointer) ^ crc;
    crc =
      word(12, first) ^
      word(8, load<u32>(pointer, 4)) ^
      word(4, load<u32>(pointer, 8)) ^
      word(0, load<u32>(pointer, 12));
    pointer += 16;
  }
  while (pointer < end) crc = entry(0, (crc ^ load<u8>(pointer++)) & 0xff) ^ (crc >>> 8);
  return ~crc;
}

/** The effect of four bytes on the CRC if `following` more follow them. */
function word(following: usize, bytes: u32): u32 {
  return (
    entry(following + 3, bytes & 0xff) ^
    entry(following + 2, (bytes >>> 8) & 0xff) ^
    entry(following + 1, (bytes >>> 16) & 0xff) ^
    entry(following, bytes >>> 24)
  );
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
  for (let table: usize = 1; table < 16; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = entry(table - 1, byte);
      store<u32>(tables + (table << 10) + ((<usize>byte) << 2), entry(0, before & 0xff) ^ (before >>> 8));
    }
  }
  tablesReady = true;
}
