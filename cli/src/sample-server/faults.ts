/**
 * The faults that the sample server can produce. There is a counter for each kind of fault, which is counted down when the
 * fault strikes. The server's own faults strike at any request. The faults of a job strike only at requests for that job.
 */

/** Each number says how often the fault strikes (`Infinity`: always), and is counted down when it does. */
export interface Faults {
  /** The API answers 429, with `retryAfter` (default "0") as `Retry-After`. */
  rateLimit?: number;
  /** The API answers `refusedStatus`, with `retryAfter` if that is set. */
  refused?: number;
  /** The API answers 500. */
  serverError?: number;
  /** The API or the storage cuts the connection before any answer. */
  reset?: number;
  /** The API never answers. */
  slow?: number;
  /**
   * The API reports a failure with the code `failureCode` (default "E42"), and a message that quotes the key. The status
   * is `failureStatus` (default 400, as the vendor documents it).
   */
  apiFailure?: number;
  /** The same, with the key as the code. */
  echoCode?: number;
  /** The API answers 200 with an HTML page. */
  html?: number;
  /** A request for a job is redirected to the storage. */
  jobRedirect?: number;
  /** The job is not completed. Its status is `status` (default "in_progress"). */
  notCompleted?: number;
  /** The job is completed, but has no result. */
  noResult?: number;
  /** The job's result has no mask URL. */
  noMaskUrl?: number;
  /** The job has the id of another one. */
  otherJob?: number;
  /** The same as `apiFailure` for attachments only. The default code is "E43". */
  attachmentFailure?: number;
  /** A request for an attachment is redirected to a path that contains the key. The storage refuses it. */
  echoLocation?: number;
  /** A request for an attachment is redirected without a location. */
  noLocation?: number;
  /** A request for an attachment is redirected to a local file. */
  badLocation?: number;
  /** The storage answers 503, with `retryAfter` if that is set. */
  storageError?: number;
  /** The storage answers 403, as it does for an expired signature. */
  expired?: number;
  /** An HTML page is sent instead of the mask. */
  htmlMask?: number;
  /** `Content-Length` is right, but only half of the mask is sent. */
  truncated?: number;
  /** Half of the mask is sent, and the connection then stays silent. */
  stalled?: number;
  /** Single bytes are sent instead of the mask, slowly and without end. */
  trickle?: number;
  /** Instead of the mask, the storage redirects to the same URL. */
  redirectLoop?: number;
  /** Endless bytes are sent instead of the mask. */
  endless?: number;
  /** The same, with a huge `Content-Length`. */
  endlessDeclared?: number;
  /** A page of a batch has a token for the next page that the API then refuses. */
  wrongPageToken?: number;
  /** A page of a batch has its own token as the token of the next page. */
  repeatedPageToken?: number;
  /** A page of a batch, apart from the first, starts with the last job of the page before. */
  duplicateJob?: number;
  /** The last job of a page of a batch is deleted after the page was sent. */
  vanishedJob?: number;
  /** Not a fault: the mask is sent without `Content-Length`. */
  chunked?: number;
  /** Not a fault: the mask is sent in 20 pieces. */
  inPieces?: number;
  /** `Content-Length` is half the size of the mask, but the whole mask is sent. */
  understated?: number;
  retryAfter?: string;
  status?: string;
  refusedStatus?: number;
  failureCode?: string;
  failureStatus?: number;
}
