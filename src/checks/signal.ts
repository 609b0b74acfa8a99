import { invalid } from "./invalid.js";
import { tagOf } from "./tag-of.js";

/** @throws {DecodeError} OPTION_INVALID: it is no AbortSignal; the signal's reason, if it is aborted already */
export function checkSignal(signal: { throwIfAborted(): void } | undefined): void {
  if (signal === undefined) return;
  if (tagOf(signal) !== "AbortSignal") throw invalid("signal must be an AbortSignal");
  signal.throwIfAborted();
}
