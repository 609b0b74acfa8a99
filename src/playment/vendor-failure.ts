/**
 * The vendor's failures. It answers most of them with HTTP status 400 and says in the body what is wrong:
 * `{ success: false, error: { code, message } }`. So the code decides, and the status only if there is no known code.
 */
import { isObject } from "../checks/describe.js";
import { type ErrorCode, PlaymentError, type PlaymentErrorContext } from "../errors.js";

interface VendorFailure {
  readonly code: ErrorCode;
  /** Whether the same request may succeed later. */
  readonly isRetried: boolean;
  readonly advice: string;
}

const WRONG_KEY: VendorFailure = {
  code: "PLAYMENT_UNAUTHORISED",
  isRetried: false,
  advice: "the API key is wrong; check the key",
};
const NO_ACCESS: VendorFailure = {
  code: "PLAYMENT_UNAUTHORISED",
  isRetried: false,
  advice:
    "the API key has no access to this project or job; check the ids and which projects the key may read",
};
const TRY_LATER: VendorFailure = {
  code: "PLAYMENT_BUSY",
  isRetried: true,
  advice: "the vendor asks to try again later; run it again, or allow more retries",
};
const INVALID_REQUEST: VendorFailure = {
  code: "PLAYMENT_REQUEST_INVALID",
  isRetried: false,
  advice: "the vendor calls a parameter invalid; check the ids",
};

/** The documented codes. */
const FAILURES = new Map<string | undefined, VendorFailure>([
  ["auth-failure", WRONG_KEY],
  ["core.webutil.token_auth", WRONG_KEY],
  ["unauthorized", NO_ACCESS],
  ["core.webutil.auther", NO_ACCESS],
  ["FS_0000", TRY_LATER],
  ["FS_0008", TRY_LATER],
  ["api_error", TRY_LATER],
  [
    "FS_0007",
    {
      code: "PLAYMENT_API",
      isRetried: true,
      advice: "the vendor could not open or copy the attachment; check that its file still exists",
    },
  ],
  ["GE_0001", INVALID_REQUEST],
  ["invalid_request_error", INVALID_REQUEST],
]);

/**
 * Words of letters with at most one short number at the end, such as `FS_0000` or `core.webutil.auther`. Keys, ids and
 * signatures do not have this form, so an error may quote it.
 */
const QUOTABLE_CODE = /^(?=.{1,40}$)[a-z]{1,20}(?:[._-][a-z]{1,20})*(?:[._-]?\d{1,5})?$/i;
const MAX_FAILURE_BYTES = 65_536;

/** The vendor's code in an answer, if a message may quote it. Otherwise "", if the answer says that something failed. */
export function vendorCodeOf(envelope: Record<string, unknown>): string | undefined {
  const { error } = envelope;
  const code = isObject(error) ? error.code : (envelope.code ?? error);
  if (typeof code === "string" && QUOTABLE_CODE.test(code)) return code;
  return envelope.success === false ? "" : undefined;
}

/**
 * The vendor's code in the body of an error response, which is then consumed. Undefined if there is none, or if it does not
 * come in time.
 */
export async function readVendorCode(
  response: Response,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return undefined;
  // Cancelling ends a read that waits.
  const cancel = () => void reader.cancel().catch(() => {});
  const timer = setTimeout(cancel, timeout);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const decoder = new TextDecoder();
    let text = "";
    for (let length = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MAX_FAILURE_BYTES) return undefined;
      text += decoder.decode(value, { stream: true });
    }
    const envelope: unknown = JSON.parse(text + decoder.decode());
    return isObject(envelope) ? vendorCodeOf(envelope) : undefined;
  } catch {
    // No JSON, or it broke off. Then the status alone says what is wrong.
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
    cancel();
  }
}

/** Whether another attempt may succeed; undefined if the code does not say. */
export function isRetriedCode(vendorCode: string | undefined): boolean | undefined {
  return FAILURES.get(vendorCode)?.isRetried;
}

/**
 * The error for an answer in which the vendor reports a failure. It quotes the vendor's code but not its free text, which
 * might quote the request and thus the key.
 */
export function vendorFailure(
  vendorCode: string | undefined,
  place: string,
  context: PlaymentErrorContext,
): PlaymentError {
  const { code, advice } = FAILURES.get(vendorCode) ?? {
    code: "PLAYMENT_API" as const,
    advice: "the vendor says that the request failed; ask its support if this lasts",
  };
  return failureWith(vendorCode, code, `${place}: ${advice}`, context);
}

/** An error that quotes the vendor's code, if there is one. */
export function failureWith(
  vendorCode: string | undefined,
  code: ErrorCode,
  message: string,
  context: PlaymentErrorContext,
): PlaymentError {
  if (!vendorCode) return new PlaymentError(code, message, context);
  return new PlaymentError(code, `${message} (${vendorCode})`, { ...context, vendorCode });
}

/** Whether this code says what to do, whatever the HTTP status. */
export function isKnownCode(vendorCode: string | undefined): boolean {
  return FAILURES.has(vendorCode);
}
