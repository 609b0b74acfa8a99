/** How a call into the decoder ended. Errors are below zero; src/decode/faults.ts has a sentence for each. */
export enum Status {
  /** A band of rows is ready, and more are to come. */
  BAND = 0,
  /** The input is used up. Feed more and call again. */
  NEEDS_INPUT = 1,
  /** The last band is ready and everything was checked. */
  DONE = 2,

  // RFC 1950, the zlib stream.
  BAD_ZLIB_HEADER = -1,
  PRESET_DICTIONARY = -2,
  BAD_ADLER32 = -3,
  // RFC 1951, DEFLATE.
  TRUNCATED = -4,
  BAD_BLOCK_TYPE = -5,
  BAD_STORED_LENGTH = -6,
  TOO_MANY_CODES = -7,
  BAD_CODE_LENGTH_CODE = -8,
  BAD_CODE_LENGTH_REPEAT = -9,
  NO_END_OF_BLOCK_CODE = -10,
  BAD_LITERAL_CODE = -11,
  BAD_DISTANCE_CODE = -12,
  BAD_SYMBOL = -13,
  DISTANCE_TOO_FAR = -14,
  // PNG: the content of the stream.
  TOO_SHORT = -15,
  TOO_LONG = -16,
  BAD_FILTER_TYPE = -17,
  BAD_PALETTE_INDEX = -18,
  /** The 16-bit samples of colours do not fit 8 bits. */
  WIDE_COLORS = -19,
  /** The rows of an interlaced image do not fit the memory. */
  OUT_OF_MEMORY = -20,
}
