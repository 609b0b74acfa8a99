/**
 * The compressed stream as bits, lowest bit of each byte first (RFC 1951, 3.1.1). Input comes in pieces of any size.
 *
 *   input    │ used │ in `bits` │ next bytes … → inputEnd │ INPUT_PADDING bytes of any value
 *                                ▲ input
 *
 * `bits` is refilled without a branch, as in libdeflate (deflate_decompress.c) and in Fabian Giesen's "Reading bits in
 * far too many ways": load eight bytes above the bits that are left, but advance only by the whole bytes that fit. The
 * bits above `bitCount` are therefore bytes that the next refill loads again. They are the same, so OR-ing them in twice
 * does no harm.
 */

/** Bytes after the input that may be loaded. Their values do not matter. */
const INPUT_PADDING: usize = 32;

/** The next byte to load. A byte of which only a part is in `bits` is loaded again. */
export let input: usize = 0;
export let inputEnd: usize = 0;
export let isLastPiece: bool = false;
/** The next bits of the stream, the first one lowest; `bitCount` of them are valid. */
export let bits: u64 = 0;
export let bitCount: u32 = 0;

/** Starts a stream. */
export function beginBits(): void {
  bits = 0;
  bitCount = 0;
  input = 0;
  inputEnd = 0;
  isLastPiece = false;
}

/**
 * Continues the input at `start`, which must hold the bytes from `unreadInput` on again. After `end` there must be
 * INPUT_PADDING bytes of any value.
 */
export function setInput(start: usize, end: usize, isLast: bool): void {
  input = start;
  inputEnd = end;
  isLastPiece = isLast;
}

/**
 * The first unused byte: the caller must keep the input from here on for the next piece. Whole bytes in `bits` go back
 * to the input. Otherwise a stored block would put them back later, to an address in the piece before.
 */
export function unreadInput(): usize {
  input -= bitCount >> 3;
  bitCount &= 7;
  bits &= ((<u64>1) << bitCount) - 1;
  return input;
}

/** The first byte of input of which no bit is used. */
export function inputPosition(): usize {
  return input - (bitCount >> 3);
}

/** Whether bits were taken from behind the end of the stream's last piece. */
export function isTruncated(): bool {
  return isLastPiece && inputPosition() > inputEnd;
}

/** Fills `bits` up to at least 56 bits. Far behind the end of the last piece these are zeros. */
export function refill(): void {
  // Headers may be read from padding too, but nothing behind the padding may be loaded.
  if (input > inputEnd + INPUT_PADDING - 8) {
    bitCount |= 56;
    return;
  }
  bits |= load<u64>(input) << bitCount;
  input += (63 - bitCount) >> 3;
  bitCount |= 56;
}

/** The next `count` bits, at most 32, lowest first. */
export function takeBits(count: u32): u32 {
  refill();
  const value = <u32>(bits & (((<u64>1) << count) - 1));
  bits >>= count;
  bitCount -= count;
  return value;
}

/** Skips the rest of a byte that is used in part. */
export function skipToByte(): void {
  takeBits(bitCount & 7);
}

/** Gives all bits back to the input, for a stored block, which is copied from there. They must be whole bytes. */
export function returnBits(): void {
  input -= bitCount >> 3;
  bits = 0;
  bitCount = 0;
}

/** Moves the input on by `count` bytes that were copied; `bits` must be empty. */
export function skipInput(count: usize): void {
  input += count;
}

/** Stores the state that the symbol decoder kept in local variables. */
export function storeBits(nextInput: usize, nextBits: u64, nextBitCount: u32): void {
  input = nextInput;
  bits = nextBits;
  bitCount = nextBitCount;
}
