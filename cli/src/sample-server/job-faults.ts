/**
 * All kinds of faults that a generated job can have, and their outcomes: either a client that retries succeeds, or it gets
 * a `LabelMapError` with the given code. A fault is either an answer of the server, or damage in the result or the mask.
 */
import type { ErrorCode } from "labelmap";
import type { StreetResult } from "./draw-street.js";
import type { Faults } from "./faults.js";
import type { Random } from "./random.js";

interface JobFault {
  /** The library's error code, or null if the fault clears on retry. */
  readonly expectedCode: ErrorCode | null;
  readonly faults?: (random: Random) => Faults;
  readonly spoilResult?: (result: StreetResult) => object;
  /** Damages the compressed pixels before they are wrapped in a PNG, so that its CRCs are right. */
  readonly spoilPixels?: (compressed: Uint8Array) => Uint8Array;
  readonly spoilFile?: (png: Uint8Array) => Uint8Array;
  readonly isMissing?: true;
}

const ALWAYS = Number.POSITIVE_INFINITY;

const JOB_FAULTS = {
  // Faults that clear on retry. The client retries four times, so it always survives up to two strikes.
  "rate-limit": {
    expectedCode: null,
    faults: ({ below }) => ({ rateLimit: 1 + below(2), retryAfter: "1" }),
  },
  "server-error": { expectedCode: null, faults: ({ below }) => ({ serverError: 1 + below(2) }) },
  reset: { expectedCode: null, faults: () => ({ reset: 1 }) },
  "storage-error": { expectedCode: null, faults: () => ({ storageError: 1 }) },
  "truncated-body": { expectedCode: null, faults: () => ({ truncated: 1 }) },
  "expired-signature": { expectedCode: null, faults: () => ({ expired: 1 }) },
  // Permanent faults of the vendor or the storage.
  "always-rate-limit": {
    expectedCode: "PLAYMENT_RATE_LIMITED",
    faults: () => ({ rateLimit: ALWAYS, retryAfter: "1" }),
  },
  "always-server-error": { expectedCode: "PLAYMENT_HTTP", faults: () => ({ serverError: ALWAYS }) },
  "always-reset": { expectedCode: "PLAYMENT_NETWORK", faults: () => ({ reset: ALWAYS }) },
  "always-storage-error": { expectedCode: "PLAYMENT_HTTP", faults: () => ({ storageError: ALWAYS }) },
  "always-truncated-body": {
    expectedCode: "PLAYMENT_BODY_INCOMPLETE",
    faults: () => ({ truncated: ALWAYS }),
  },
  "always-expired-signature": { expectedCode: "PLAYMENT_URL_EXPIRED", faults: () => ({ expired: ALWAYS }) },
  "unknown-job": { expectedCode: "PLAYMENT_REQUEST_INVALID", isMissing: true },
  "not-completed": { expectedCode: "PLAYMENT_JOB_NOT_COMPLETED", faults: () => ({ notCompleted: ALWAYS }) },
  "no-result": { expectedCode: "PLAYMENT_RESULT_MISSING", faults: () => ({ noResult: ALWAYS }) },
  "no-mask-url": { expectedCode: "PLAYMENT_RESULT_MISSING", faults: () => ({ noMaskUrl: ALWAYS }) },
  "html-mask": { expectedCode: "PLAYMENT_NOT_PNG", faults: () => ({ htmlMask: ALWAYS }) },
  // Permanent faults in files that are delivered completely.
  "not-png": { expectedCode: "PLAYMENT_NOT_PNG", spoilFile: () => Uint8Array.from("GIF89a, say", codeOf) },
  "png-crc": { expectedCode: "PNG_CRC", spoilFile: (png) => flipBit(png, png.length - END_BYTES - 1) },
  // The bits 110 after the two bytes of the zlib header: a last block of the reserved type 3 (RFC 1951, 3.2.3).
  "png-data": { expectedCode: "PNG_DATA", spoilPixels: (bytes) => replaceByte(bytes, 2, 0b111) },
  "png-adler32": {
    expectedCode: "PNG_ADLER32",
    spoilPixels: (bytes) => flipBit(bytes, bytes.length - 1),
  },
  "png-truncated": {
    expectedCode: "PNG_TRUNCATED",
    spoilFile: (png) => png.subarray(0, Math.floor(png.length * 0.6)),
  },
  "legend-conflict": { expectedCode: "LEGEND_COLOR_CONFLICT", spoilResult: contradictLegend },
  "legend-invalid": {
    expectedCode: "LEGEND_INVALID",
    spoilResult: (result) => ({ ...result, legend: Object.values(result.legend) }),
  },
} as const satisfies Record<string, JobFault>;

export type JobFaultName = keyof typeof JOB_FAULTS;

export const JOB_FAULT_NAMES = Object.keys(JOB_FAULTS) as readonly JobFaultName[];

export function jobFault(name: JobFaultName): JobFault {
  return JOB_FAULTS[name];
}

/** The length of IEND, the last chunk. The CRC of IDAT comes right before it. */
const END_BYTES = 12;

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

function flipBit(bytes: Uint8Array, place: number): Uint8Array {
  return replaceByte(bytes, place, bytes[place]! ^ 1);
}

function replaceByte(bytes: Uint8Array, place: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[place] = value;
  return copy;
}

/** Adds one colour a second time, in another spelling and with another value. */
function contradictLegend(result: StreetResult): StreetResult {
  const [key, value] = Object.entries(result.legend)[0]!;
  return { ...result, legend: { ...result.legend, [key.slice(1)]: `${value}, or not` } };
}
