/**
 * What can be made to go wrong at the sample server: counters, one a kind of fault, that are counted down when the
 * fault strikes. There are the server's own, which strike at any request, and those of a job, which strike at its own.
 */

/** Each number says how often (`Infinity`: always), and is counted down when its fault strikes. */
export interface Faults {
  /** Of the API: 429, with `retryAfter` (else "0") as `Retry-After`. */
  rateLimit?: number;
  /** Of the API: `refusedStatus`, with `retryAfter` where it is set. */
  refused?: number;
  /** Of the API: 500. */
  serverError?: number;
  /** Of both: the connection is cut before any answer. */
  reset?: number;
  /** Of the API: no answer ever. */
  slow?: number;
  /** Of the API: 200 with `success: false`, and a message that quotes the key. */
  apiFailure?: number;
  /** Of the API: 200 with `success: false`, and the key as its code. */
  echoCode?: number;
  /** Of the API: 200 with a page of HTML. */
  html?: number;
  /** Of jobs: a redirect to the storage. */
  jobRedirect?: number;
  /** Of jobs: not completed, but of the status `status` (else "in_progress"). */
  notCompleted?: number;
  /** Of jobs: completed without a result. */
  noResult?: number;
  /** Of jobs: the result that it leads to has no mask URL. */
  noMaskUrl?: number;
  /** Of attachments: 200 with `success: false`. */
  attachmentFailure?: number;
  /** Of attachments: a redirect whose path holds the key, and which the storage refuses. */
  echoLocation?: number;
  /** Of attachments: a redirect that does not say where. */
  noLocation?: number;
  /** Of attachments: a redirect to a local file. */
  badLocation?: number;
  /** Of the storage: 503, with `retryAfter` where it is set. */
  storageError?: number;
  /** Of the storage: 403, as for a signature whose time is over. */
  expired?: number;
  /** Of masks: a page of HTML in its place. */
  htmlMask?: number;
  /** Of masks: all bytes are promised and half of them sent. */
  truncated?: number;
  /** Of masks: half of the bytes, and then nothing more. */
  stalled?: number;
  /** Of masks: bytes without end. */
  endless?: number;
  /** Of masks: the same, and they say so. */
  endlessDeclared?: number;
  /** Of masks, no fault: without `Content-Length`. */
  chunked?: number;
  /** Of masks, no fault: in 20 pieces. */
  inPieces?: number;
  /** Of masks: half of the bytes are promised and all sent. */
  understated?: number;
  retryAfter?: string;
  status?: string;
  refusedStatus?: number;
}
