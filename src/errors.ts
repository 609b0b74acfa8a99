/**
 * Every error that the library throws. One class per stage of the decoding, one table of codes.
 *
 * A caller may rely on `code` (stable over versions) and on the class; a message names the thing that
 * failed and says what to do, and never holds an API key, a query string or a signed URL.
 * What is wrong but does not stop a decode is no error: it is an `Issue` on the label map.
 */

import type { ERROR_CODES } from "./error-codes.js";

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
