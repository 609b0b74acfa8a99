/** The vendor's answer, `{ data: { job_id, status, result, … }, success }`, to a checked job. */
import { isObject, kindOf } from "../checks/describe.js";
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { vendorCodeOf, vendorFailure } from "./vendor-failure.js";

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
 * @throws PlaymentError PLAYMENT_RESPONSE_INVALID; PLAYMENT_API or by the vendor's code if it says `success: false`
 */
export function parseJob(
  text: string,
  asked: { readonly projectId: string; readonly jobId: string },
  what: string,
  context: PlaymentErrorContext,
): Job {
  const envelope = parseJson(text, what, context);
  checkSuccess(envelope, what, context);
  const { data } = envelope;
  if (!isObject(data)) throw invalidAnswer(`${what}: \`data\` is ${kindOf(data)}`, context);
  if (typeof data.status !== "string")
    throw invalidAnswer(`${what}: \`data.status\` is ${kindOf(data.status)}`, context);
  if (data.result !== undefined && data.result !== null && typeof data.result !== "string") {
    throw invalidAnswer(`${what}: \`data.result\` is ${kindOf(data.result)}`, context);
  }
  // An answer about another job, for example from a cache, would give this job another job's labels.
  for (const [field, id] of [
    ["job_id", asked.jobId],
    ["project_id", asked.projectId],
  ] as const) {
    const told = data[field] ?? id;
    if (typeof told !== "string")
      throw invalidAnswer(`${what}: \`data.${field}\` is ${kindOf(told)}`, context);
    if (!isSameId(told, id)) {
      const thing = field === "job_id" ? "job" : "project";
      throw invalidAnswer(`${what}: \`data.${field}\` is the id of another ${thing}`, context);
    }
  }
  return {
    ...data,
    job_id: data.job_id ?? asked.jobId,
    project_id: data.project_id ?? asked.projectId,
  } as Job;
}

/** The hexadecimal digits of a UUID may be capital or small. */
export function isSameId(one: string, other: string): boolean {
  if (one === other) return true;
  const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
  return uuid.test(one) && one.toLowerCase() === other.toLowerCase();
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
    throw invalidAnswer(`${what}: the answer is ${kind}`, context);
  }
  if (!isObject(json)) throw invalidAnswer(`${what}: the answer is ${kindOf(json)}, not an object`, context);
  return json;
}

/**
 * Checks for `success: false`, which may come with a status of 200 too.
 * @throws PlaymentError PLAYMENT_API, or by the vendor's code
 */
export function checkSuccess(
  envelope: Record<string, unknown>,
  what: string,
  context: PlaymentErrorContext,
): void {
  if (envelope.success === false) throw vendorFailure(vendorCodeOf(envelope), what, context);
}

/** The error for an answer that does not have the documented form. */
export function invalidAnswer(message: string, context: PlaymentErrorContext): PlaymentError {
  return new PlaymentError(
    "PLAYMENT_RESPONSE_INVALID",
    `${message}; is \`baseUrl\` the vendor's API?`,
    context,
  );
}
