import { kindOf } from "./describe.js";
import { withoutSecrets } from "./without-secrets.js";

/** What a function of the caller's has thrown, for messages: the error's name and text without secrets, or the kind of value. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? withoutSecrets(`${cause.name}: ${cause.message}`) : kindOf(cause);
}
