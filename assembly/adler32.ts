/**
 * Adler-32 (RFC 1950, 8.2) of the filtered scanlines, computed from their structure instead of byte by byte.
 *
 * If a and b are the two sums so far, n bytes x[0] … x[n-1] change them to
 *
 *   a + S            S = sum of x[i]
 *   b + n·a + n·S - W    W = sum of i · x[i]
 *
 * So zeros cost nothing, a residual adds to S and W according to its place, and a run of equal pixels adds its sums in
 * one step. Only rows without structure are summed byte by byte.
 */
const MODULUS: u64 = 65521;
/** Most blocks of 16 bytes whose running sums fit 16 bits: 255 · (1 + 2 + … + 22) < 2^16. */
const BLOCKS_AT_ONCE: usize = 22;

let a: u64 = 1;
let b: u64 = 0;
/** S and W of the current row. They fit 64 bits for rows of up to 2^28 bytes, the most that src/decode/engines/fused.ts takes. */
let sum: u64 = 0;
let weightedSum: u64 = 0;

export function beginAdler32(): void {
  a = 1;
  b = 0;
  restartScanline();
}

export function adler32(): u32 {
  return <u32>((b << 16) | a);
}

/** Ends a scanline whose sums have been added: its filter type, and then `length` bytes. */
export function endScanline(filterType: u32, length: u64): void {
  a += filterType;
  b += a + length * a + ((length * sum - weightedSum) % MODULUS);
  a = (a + sum) % MODULUS;
  b %= MODULUS;
  restartScanline();
}

/** Discards what was added for the current row. */
export function restartScanline(): void {
  sum = 0;
  weightedSum = 0;
}

/** Adds a pixel whose first byte is at `offset` in the row. */
export function addResidual(pixel: u32, offset: u64): void {
  const pixelSum = sumOf(pixel);
  sum += pixelSum;
  weightedSum += offset * pixelSum + placeSumOf(pixel);
}

/** Adds a run of equal pixels, `pixelBytes` each, from the row's pixel `start` to before `end`. */
export function addRun(pixel: u32, start: u32, end: u32, pixelBytes: u32): void {
  const pixels = <u64>(end - start);
  const pixelSum = sumOf(pixel);
  sum += pixels * pixelSum;
  // The places of the pixels add up to pixels · (start + end - 1) / 2.
  const places = (pixels * (<u64>start + end - 1)) >> 1;
  weightedSum += pixels * placeSumOf(pixel) + places * pixelBytes * pixelSum;
}

/** The sum of a pixel's bytes. */
function sumOf(pixel: u32): u64 {
  const pairs = (pixel & 0x00ff00ff) + ((pixel >>> 8) & 0x00ff00ff);
  return (pairs & 0xffff) + (pairs >>> 16);
}

/** The sum of a pixel's bytes, each times its place in the pixel: 0 to 3. */
function placeSumOf(pixel: u32): u64 {
  return ((pixel >>> 8) & 0xff) + ((pixel >>> 16) & 0xff) * 2 + (pixel >>> 24) * 3;
}

/** Adds the bytes of a whole row. */
export function addBytesOf(row: usize, length: usize): void {
  let rowSum: u64 = 0;
  let rowWeightedSum: u64 = 0;
  let done: usize = 0;
  while (done + 16 <= length) {
    const blocks = min((length - done) >> 4, BLOCKS_AT_ONCE);
    // Per column of the 16: the sum so far, and the sum of these sums after each block.
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    let lowRunning = i16x8.splat(0);
    let highRunning = i16x8.splat(0);
    for (let block: usize = 0; block < blocks; block++) {
      const bytes = v128.load(row + done + (block << 4));
      low = v128.add<u16>(low, v128.extend_low<u8>(bytes));
      high = v128.add<u16>(high, v128.extend_high<u8>(bytes));
      lowRunning = v128.add<u16>(lowRunning, low);
      highRunning = v128.add<u16>(highRunning, high);
    }
    // Block k was added to the running sums (blocks - k) times, so k times its sum is blocks · sum - running sum.
    const all = totalOf(low) + totalOf(high);
    const byBlock = <u64>blocks * all - (totalOf(lowRunning) + totalOf(highRunning));
    rowSum += all;
    rowWeightedSum += <u64>done * all + 16 * byBlock + byColumn(low, 0) + byColumn(high, 8);
    done += blocks << 4;
  }
  for (; done < length; done++) {
    const byte: u64 = load<u8>(row + done);
    rowSum += byte;
    rowWeightedSum += done * byte;
  }
  sum += rowSum;
  weightedSum += rowWeightedSum;
}

/** The sum of eight uint16. */
function totalOf(lanes: v128): u64 {
  return totalOfFour(i32x4.extadd_pairwise_i16x8_u(lanes));
}

/** The sum of eight uint16, each times its column. Each is at most 22 · 255, so it fits int16. */
function byColumn(lanes: v128, firstColumn: i16): u64 {
  const columns = v128.add<i16>(i16x8(0, 1, 2, 3, 4, 5, 6, 7), i16x8.splat(firstColumn));
  return totalOfFour(i32x4.dot_i16x8_s(lanes, columns));
}

/** The sum of four uint32. */
function totalOfFour(lanes: v128): u64 {
  return (
    <u64>v128.extract_lane<u32>(lanes, 0) +
    <u64>v128.extract_lane<u32>(lanes, 1) +
    <u64>v128.extract_lane<u32>(lanes, 2) +
    <u64>v128.extract_lane<u32>(lanes, 3)
  );
}
