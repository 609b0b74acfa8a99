/** The vendor's answer, `{ data: { job_id, status, result, … }, success }`, to a checked job. */
import { isObject, kindOf } from "../checks/describe.js";
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";

/** A job as the vendor describes it. Fields that this library does not use are passed on unchecked. */
export interface Job {
  readonly job_id: string;
  readonly project_id: string;
  readonly status: string;
  /** The private URL of the result; only a completed job has one. */
  readonly result?: string | null;
  readonly reference_id?: string;
  readonly batch_id?: string;
  readonly work_flow_id?: string;
  readonly priority_weight?: number;
  readonly tag?: string;
}

/**
 * Reads the job from the text of an answer.
 * @throws PlaymentError PLAYMENT_RESPONSE_INVALID; PLAYMENT_API if the vendor says `success: false`
 */
export function parseJob(text: string, what: string, context: PlaymentErrorContext): Job {
  const envelope = parseJson(text, what, context);
  checkSuccess(envelope, what, context);
  const { data } = envelope;
  if (!isObject(data)) throw invalid(`${what}: \`data\` is ${kindOf(data)}`, context);
  if (typeof data.status !== "string")
    throw invalid(`${what}: \`data.status\` is ${kindOf(data.status)}`, context);
  if (data.result !== undefined && data.result !== null && typeof data.result !== "string") {
    throw invalid(`${what}: \`data.result\` is ${kindOf(data.result)}`, context);
  }
  return data as unknown as Job;
}

/** Reads an object from JSON text. @throws PlaymentError PLAYMENT_RESPONSE_INVALID */
export function parseJson(
  text: string,
  what: string,
  context: PlaymentErrorContext,
): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const kind = /^\s*</.test(text) ? "an HTML page" : "not JSON";
    throw invalid(`${what}: the answer is ${kind}`, context);
  }
  if (!isObject(json)) throw invalid(`${what}: the answer is ${kindOf(json)}, not an object`, context);
  return json;
}

/**
 * Checks for `success: false`, which the vendor sends with a status of 200.
 * @throws PlaymentError PLAYMENT_API
 */
export function checkSuccess(
  envelope: Record<string, unknown>,
  what: string,
  context: PlaymentErrorContext,
): void {
  if (envelope.success === false) throw apiError(envelope, what, context);
}

/**
 * Passes on the vendor's `code` if it is a plain token, but not its free text, which might quote the request and thus the
 * key.
 */
function apiError(
  envelope: Record<string, unknown>,
  what: string,
  context: PlaymentErrorContext,
): PlaymentError {
  const inner = isObject(envelope.error) ? envelope.error : envelope;
  const code = /^[\w.-]{1,60}$/.test(String(inner.code)) ? ` (${String(inner.code)})` : "";
  return new PlaymentError(
    "PLAYMENT_API",
    `${what}: the vendor says that the request failed${code}`,
    context,
  );
}

function invalid(message: string, context: PlaymentErrorContext): PlaymentError {
  return new PlaymentError(
    "PLAYMENT_RESPONSE_INVALID",
    `${message}; is \`baseUrl\` the vendor's API?`,
    context,
  );
}
