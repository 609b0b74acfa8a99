/** The error for arguments and options that are not allowed. */
import { DecodeError } from "../errors.js";

/** The error for an argument or option that is not allowed: DecodeError OPTION_INVALID. */
export function invalid(message: string, options?: ErrorOptions): DecodeError {
  return new DecodeError("OPTION_INVALID", message, options);
}
