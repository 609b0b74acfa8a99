/**
 * Every error that the library throws. One class per stage of the decoding, one table of codes.
 *
 * A caller may rely on `code` (stable over versions) and on the class; a message names the thing that
 * failed and says what to do, and never holds an API key, a query string or a signed URL.
 * What is wrong but does not stop a decode is no error: it is an `Issue` on the label map.
 */

/** Each code with its meaning. The codes are part of the public interface: they are added to, never changed. */
export const ERROR_CODES = {
  // Legend: the map from colours to values.
  LEGEND_INVALID:
    "The legend is not an object of colour keys and string values, has no colour at all, or is too large.",
  LEGEND_KEY_INVALID: "A legend key is not a hex colour (an error with `strict: true` only).",
  LEGEND_COLOR_CONFLICT: "Two legend keys are the same colour and their values differ.",
  // Result: the vendor's result object.
  RESULT_INVALID: "The result object does not have the vendor's form; the message holds the path.",
  // Classes: class names and the integers that a model trains on.
  CLASS_LIST_INVALID: "The class list has a doubled name, an id that is out of range, or the wrong form.",
  CLASS_UNKNOWN: "The label map has a class that the class list lacks.",
  VALUE_OUT_OF_RANGE: "A value does not fit the integer type or the divisor that was asked for.",
  LABEL_UNKNOWN: "The label map has no such label.",
  // PNG: the container and what it says of the pixels.
  PNG_SIGNATURE: "The bytes do not start with the PNG signature.",
  PNG_TRUNCATED: "The file ends inside a chunk or before IEND.",
  PNG_CHUNK_INVALID: "A chunk has an impossible length, type or content.",
  PNG_CHUNK_ORDER: "A chunk is missing, doubled or at a place where it must not be.",
  PNG_CRC: "A chunk's CRC-32 does not match its bytes.",
  PNG_HEADER: "IHDR has an illegal size, colour type, bit depth, compression, filter or interlace method.",
  PNG_DATA: "The compressed pixels (zlib, DEFLATE) are malformed.",
  PNG_DATA_LENGTH: "The compressed pixels are fewer or more than IHDR says.",
  PNG_ADLER32: "The Adler-32 checksum of the pixels does not match.",
  PNG_FILTER_TYPE: "A scanline has a filter type above 4.",
  PNG_PALETTE_INDEX: "A pixel's palette index has no PLTE entry.",
  PNG_TOO_LARGE: "The image has more pixels or the file more bytes than the limits allow.",
  // Decoding: options, the module, the engines.
  OPTION_INVALID: "An option or argument has a value that is not allowed.",
  NOT_INITIALISED: "A synchronous call came before `await init()`.",
  WASM_UNAVAILABLE:
    "The WebAssembly module cannot be loaded here (no WebAssembly, no SIMD, blocked or wrong bytes).",
  ENGINE_UNAVAILABLE: "The code of an engine that is loaded on need cannot be loaded.",
  ENGINE_UNSUPPORTED: "The engine that was asked for does not take this kind of PNG.",
  OUTPUT_SIZE: "The array given as `into` does not have width * height elements.",
  OUT_OF_MEMORY: "Memory for the label map cannot be had.",
  INTERNAL: "A fault of the library itself. Please report it.",
  // Formats: files that other tools read and write.
  FORMAT_INVALID: "A file or object of a data format (.npy, COCO, a palette …) does not have its form.",
  FORMAT_UNSUPPORTED: "The format allows it, but this library does not take it (such as a float .npy).",
  SIZE_MISMATCH: "Two maps that belong together have different sizes.",
  // Playment: the vendor's API over HTTP.
  PLAYMENT_UNAUTHORISED: "The vendor refused the API key (401 or 403).",
  PLAYMENT_NOT_FOUND: "The vendor knows no such project, job or attachment (404).",
  PLAYMENT_JOB_NOT_COMPLETED: "The job is not completed yet, so it has no result.",
  PLAYMENT_RESULT_MISSING: "The job is completed but carries no result URL, or the result no mask URL.",
  PLAYMENT_WAIT_TIMEOUT: "The job was not completed before the deadline.",
  PLAYMENT_URL_EXPIRED: "A signed URL was expired, and the one asked for anew as well.",
  PLAYMENT_RATE_LIMITED: "The vendor still answers 429 after all retries.",
  PLAYMENT_HTTP: "The vendor or the storage answered with another HTTP error.",
  PLAYMENT_API: "The vendor answered 200 with `success: false`.",
  PLAYMENT_RESPONSE_INVALID: "The answer is not of the documented form (no JSON, no `data`, no redirect).",
  PLAYMENT_NOT_PNG: "The mask's URL gave something that is no PNG, for example an HTML page.",
  PLAYMENT_BODY_INCOMPLETE: "The body broke off before its end.",
  PLAYMENT_TOO_LARGE: "A download is larger than `maxBytes`.",
  PLAYMENT_TIMEOUT: "A request took longer than its time-out, in all tries.",
  PLAYMENT_NETWORK: "The host cannot be reached (DNS, connection, TLS or CORS).",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Something wrong that did not stop the decode: reported on the result or the label map, in a stable form. */
export interface Issue {
  /** Stable and lower-case, for example `legend-key-invalid`. */
  readonly code: string;
  readonly message: string;
  /** Where in the result object, for example `instances[3].color`. */
  readonly path?: string;
}

/** The base of every error that this library throws, apart from the platform's own `AbortError`. */
export class LabelMapError extends Error {
  override name = "LabelMapError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The legend cannot be used. */
export class LegendError extends LabelMapError {
  override name = "LegendError";
}

/** The vendor's result object does not have the documented form. `path` says where, as in `instances[3].color`. */
export class ResultError extends LabelMapError {
  override name = "ResultError";
  readonly path: string;

  constructor(code: ErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(code, path === "" ? message : `${path}: ${message}`, options);
    this.path = path;
  }
}

/** A class list is malformed, or does not fit a label map. */
export class ClassError extends LabelMapError {
  override name = "ClassError";
}

/** A value does not fit the type that was asked for: the typed form of a `RangeError`. */
export class ValueRangeError extends LabelMapError {
  override name = "ValueRangeError";
}

/** The PNG is truncated, corrupt, lying or over the limits. `offset` is the byte in the file where it shows. */
export class PngError extends LabelMapError {
  override name = "PngError";
  readonly offset: number;

  constructor(code: ErrorCode, offset: number, message: string, options?: ErrorOptions) {
    super(code, `${message} (at byte ${offset})`, options);
    this.offset = offset;
  }
}

/** The call itself cannot be served: a wrong option, no module, no memory. */
export class DecodeError extends LabelMapError {
  override name = "DecodeError";
}

/**
 * A file or object of a data format cannot be read, or what is given cannot be written in it. `format` names the
 * format as its users do: `.npy`, `COCO RLE`, `labelmap.txt`.
 */
export class FormatError extends LabelMapError {
  override name = "FormatError";
  readonly format: string;

  constructor(code: ErrorCode, format: string, message: string, options?: ErrorOptions) {
    super(code, `${format}: ${message}`, options);
    this.format = format;
  }
}

/** What a `PlaymentError` says beside its message: the ids that the call was for, never a key or a query. */
export interface PlaymentErrorContext {
  readonly status?: number;
  readonly projectId?: string;
  readonly jobId?: string;
}

/** The vendor's API or the storage behind it failed. */
export class PlaymentError extends LabelMapError {
  override name = "PlaymentError";
  readonly status: number | undefined;
  readonly projectId: string | undefined;
  readonly jobId: string | undefined;

  constructor(code: ErrorCode, message: string, context: PlaymentErrorContext = {}, options?: ErrorOptions) {
    super(code, message, options);
    this.status = context.status;
    this.projectId = context.projectId;
    this.jobId = context.jobId;
  }
}
