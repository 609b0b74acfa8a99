/**
 * Every error that the library throws. There is one class for each stage of decoding, and one table of codes.
 *
 * Callers can rely on the class and on `code`, which is stable across versions. A message names the thing that failed and
 * says what to do. It never contains an API key, a query string or a signed URL. A defect that does not stop a decode is
 * not an error but an `Issue` on the label map.
 */

import type { ERROR_CODES } from "./error-codes.js";

export type ErrorCode = keyof typeof ERROR_CODES;

/** A defect that did not stop the decode: reported on the result or the label map, in a stable form. */
export interface Issue {
  /** Stable and lower-case, for example `legend-key-invalid`. */
  readonly code: string;
  readonly message: string;
  /** The place in the result object, for example `instances[3].color`. */
  readonly path?: string;
  /**
   * Only in an issue `more-issues`, which is the last one of a list that ends after its first hundred: how many more
   * issues of each code there are.
   */
  readonly omitted?: Readonly<Record<string, number>>;
}

/** The base class of every error that this library throws, except for the platform's own `AbortError`. */
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

/** The vendor's result object does not have the documented form. `path` says where, for example `instances[3].color`. */
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

/** A value does not fit the requested type: the typed form of a `RangeError`. */
export class ValueRangeError extends LabelMapError {
  override name = "ValueRangeError";
}

/** The PNG is truncated, corrupt, inconsistent or over the limits. `offset` is the byte of the file where this shows. */
export class PngError extends LabelMapError {
  override name = "PngError";
  readonly offset: number;

  constructor(code: ErrorCode, offset: number, message: string, options?: ErrorOptions) {
    super(code, `${message} (at byte ${offset})`, options);
    this.offset = offset;
  }
}

/** The call itself cannot be carried out: an invalid option, no module, no memory. */
export class DecodeError extends LabelMapError {
  override name = "DecodeError";
}

/**
 * A file or object in a data format cannot be read, or data cannot be written in it. `format` is the usual name of the
 * format: `.npy`, `COCO RLE`, `labelmap.txt`.
 */
export class FormatError extends LabelMapError {
  override name = "FormatError";
  readonly format: string;

  constructor(code: ErrorCode, format: string, message: string, options?: ErrorOptions) {
    super(code, `${format}: ${message}`, options);
    this.format = format;
  }
}

/** What a `PlaymentError` says in addition to its message: the status and the ids of the call, never a key or a query. */
export interface PlaymentErrorContext {
  readonly status?: number;
  /** The vendor's own code of the failure, for example `FS_0000`. */
  readonly vendorCode?: string;
  readonly projectId?: string;
  readonly batchId?: string;
  readonly jobId?: string;
}

/** The vendor's API or the storage behind it failed. */
export class PlaymentError extends LabelMapError {
  override name = "PlaymentError";
  readonly status: number | undefined;
  readonly vendorCode: string | undefined;
  readonly projectId: string | undefined;
  readonly batchId: string | undefined;
  readonly jobId: string | undefined;

  constructor(code: ErrorCode, message: string, context: PlaymentErrorContext = {}, options?: ErrorOptions) {
    super(code, message, options);
    this.status = context.status;
    this.vendorCode = context.vendorCode;
    this.projectId = context.projectId;
    this.batchId = context.batchId;
    this.jobId = context.jobId;
  }
}
