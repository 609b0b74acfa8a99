/**
 * Writes DEFLATE streams bit by bit (RFC 1950, 1951). A test can write what no encoder would: over-subscribed codes,
 * matches that reach too far back, headers with false numbers.
 */

/** The alphabet of the code lengths is written in this order (RFC 1951, 3.2.7). */
export const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** A complete code for these 19 symbols: the first 13 have four bits, the others five. */
const PLAIN_CODE_LENGTHS = Array.from({ length: 19 }, (_, symbol) => (symbol < 13 ? 4 : 5));

export const FIXED_LITERAL_LENGTHS = Array.from({ length: 288 }, (_, symbol) =>
  symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
);
export const FIXED_DISTANCE_LENGTHS = new Array(32).fill(5);

export class BitWriter {
  #bits = [];

  /** @param {number} count bits of `value`, lowest first */
  bits(value, count) {
    for (let bit = 0; bit < count; bit++) this.#bits.push(Math.floor(value / 2 ** bit) & 1);
    return this;
  }

  /** A Huffman code, highest bit first (3.1.1). */
  code([code, length]) {
    for (let bit = length - 1; bit >= 0; bit--) this.#bits.push((code >> bit) & 1);
    return this;
  }

  /** Zeros up to the next byte. */
  align() {
    while (this.#bits.length % 8 !== 0) this.#bits.push(0);
    return this;
  }

  bytes() {
    this.align();
    return Uint8Array.from({ length: this.#bits.length / 8 }, (_, index) =>
      this.#bits.slice(index * 8, index * 8 + 8).reduce((byte, bit, place) => byte | (bit << place), 0),
    );
  }
}

/** The canonical code of each symbol (3.2.2), as `[code, length]`. It need not be decodable. */
export function canonicalCodes(lengths) {
  let code = 0;
  const codes = [];
  for (let length = 1; length <= 15; length++) {
    code <<= 1;
    lengths.forEach((symbolLength, symbol) => {
      if (symbolLength === length) codes[symbol] = [code++, length];
    });
  }
  return codes;
}

/**
 * The head of a dynamic block (3.2.7), with BFINAL set.
 * @param {{ hlit?: number, hdist?: number, codeLengthLengths?: number[] }} [lies] false values to write: `hlit` and
 *   `hdist` instead of the numbers of codes minus 257 and minus 1, and other lengths for the codes of the code lengths
 */
export function dynamicHead(writer, literalLengths, distanceLengths, lies = {}) {
  const { hlit = literalLengths.length - 257, hdist = distanceLengths.length - 1 } = lies;
  const { codeLengthLengths = PLAIN_CODE_LENGTHS } = lies;
  writer
    .bits(1, 1)
    .bits(2, 2)
    .bits(hlit, 5)
    .bits(hdist, 5)
    .bits(19 - 4, 4);
  for (const symbol of CODE_LENGTH_ORDER) writer.bits(codeLengthLengths[symbol], 3);
  const codes = canonicalCodes(PLAIN_CODE_LENGTHS);
  for (const length of [...literalLengths, ...distanceLengths]) writer.code(codes[length]);
  return writer;
}

/** The code that `dynamicHead` uses for a symbol of the code lengths, for heads written by hand. */
export const codeLengthCode = (symbol) => canonicalCodes(PLAIN_CODE_LENGTHS)[symbol];

/**
 * The zlib stream (RFC 1950) of deflated bytes.
 * @param {ArrayLike<number>} deflated
 * @param {{ header?: number[], raw?: number[], adler?: number }} [parts] `raw`: the bytes for the checksum
 */
export function zlibStream(deflated, { header = [0x78, 0x9c], raw = [], adler = adler32(raw) } = {}) {
  const trailer = [24, 16, 8, 0].map((shift) => (adler >>> shift) & 255);
  return Uint8Array.from([...header, ...Array.from(deflated), ...trailer]);
}

export function adler32(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
