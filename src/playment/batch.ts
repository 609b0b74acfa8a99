/**
 * The jobs of a batch. The vendor lists them in pages, and each page has the token of the next one. Here they become one
 * sequence in which no job occurs twice. A list that would never end is an error.
 */
import { isObject, kindOf } from "../checks/describe.js";
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { checkSuccess, invalidAnswer, isSameId, parseJson } from "./job.js";

/** A job in the vendor's list of a batch. Fields that this library does not use are passed on unchecked. */
export interface BatchJob {
  readonly id: string;
  readonly status: string;
  readonly reference_id?: string;
  readonly priority_weight?: number;
  readonly tag?: string;
}

/** One page of the list. */
export interface BatchPage {
  readonly jobs: readonly BatchJob[];
  /** `null` on the last page. */
  readonly nextToken: string | null;
}

/** Which page to read. */
export interface PageRequest {
  /** From 1. */
  readonly number: number;
  /** `null` for the first page. */
  readonly token: string | null;
}

/** A page may be all repeats, if jobs moved while the list was read. More such pages in a row are no progress. */
const MOST_PAGES_WITHOUT_NEW_JOBS = 10;
/** The vendor's code for a page token that is not one of its own, or no longer. */
const TOKEN_REFUSED = "invalid_request_error";

/**
 * The jobs of all pages. A job that is listed twice is taken where it is listed first.
 *
 * @param readPage fetches a page.
 * @param check is called before each job, and throws if the caller wants to stop.
 * @throws PlaymentError PLAYMENT_RESPONSE_INVALID if the list would never end; PLAYMENT_REQUEST_INVALID if the vendor
 *   refuses its own token; what `readPage` and `check` throw
 */
export async function* listJobs(
  readPage: (page: PageRequest) => Promise<BatchPage>,
  check: () => void,
  what: string,
  context: PlaymentErrorContext,
): AsyncGenerator<BatchJob, void, undefined> {
  const ids = new Set<string>();
  const tokens = new Set<string>();
  let token: string | null = null;
  let pagesWithoutNewJobs = 0;
  for (let number = 1; ; number++) {
    const page: BatchPage = await readPage({ number, token }).catch((error) => {
      throw number > 1 ? explainToken(error, what) : error;
    });
    const before = ids.size;
    for (const job of page.jobs) {
      if (ids.has(job.id)) continue;
      ids.add(job.id);
      check();
      yield job;
    }
    token = page.nextToken;
    if (token === null) return;
    pagesWithoutNewJobs = ids.size > before ? 0 : pagesWithoutNewJobs + 1;
    if (tokens.has(token)) {
      const message = `${what}: page ${number} has the page token of an earlier page, so the list would never end; list it again later`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, context);
    }
    if (pagesWithoutNewJobs === MOST_PAGES_WITHOUT_NEW_JOBS) {
      const message = `${what}: ${MOST_PAGES_WITHOUT_NEW_JOBS} pages in a row have no new job, and yet there is a next page; list it again later`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, context);
    }
    tokens.add(token);
  }
}

/** The usual advice, to check the ids, does not help: the ids were right for the page before. */
function explainToken(error: unknown, what: string): unknown {
  if (!(error instanceof PlaymentError) || error.vendorCode !== TOKEN_REFUSED) return error;
  error.message = `${what}: the vendor refuses the page token that it gave itself; list the batch again (${TOKEN_REFUSED})`;
  return error;
}

/**
 * Reads a page from the text of an answer.
 * @throws PlaymentError PLAYMENT_RESPONSE_INVALID; PLAYMENT_API or by the vendor's code if it says `success: false`
 */
export function parseBatchPage(
  text: string,
  asked: { readonly projectId: string; readonly batchId: string },
  what: string,
  context: PlaymentErrorContext,
): BatchPage {
  const envelope = parseJson(text, what, context);
  checkSuccess(envelope, what, context);
  const invalid = (message: string) => invalidAnswer(`${what}: ${message}`, context);
  const { data } = envelope;
  if (!isObject(data)) throw invalid(`\`data\` is ${kindOf(data)}`);
  // A list of another batch, for example from a cache, would make other jobs part of this batch.
  for (const [field, thing, id] of [
    ["id", "batch", asked.batchId],
    ["project_id", "project", asked.projectId],
  ] as const) {
    const told = data[field] ?? id;
    if (typeof told !== "string") throw invalid(`\`data.${field}\` is ${kindOf(told)}`);
    if (!isSameId(told, id)) throw invalid(`\`data.${field}\` is the id of another ${thing}`);
  }
  if (!Array.isArray(data.jobs)) throw invalid(`\`data.jobs\` is ${kindOf(data.jobs)}`);
  const nextToken = data.next_page_token ?? "";
  if (typeof nextToken !== "string") throw invalid(`\`data.next_page_token\` is ${kindOf(nextToken)}`);
  const jobs = Array.from(data.jobs, (job: unknown, place) => {
    const path = `data.jobs[${place}]`;
    if (!isObject(job)) throw invalid(`\`${path}\` is ${kindOf(job)}`);
    for (const field of ["id", "status"]) {
      if (typeof job[field] !== "string") throw invalid(`\`${path}.${field}\` is ${kindOf(job[field])}`);
    }
    return job as unknown as BatchJob;
  });
  return { jobs, nextToken: nextToken === "" ? null : nextToken };
}
