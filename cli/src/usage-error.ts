/** A call that cannot be meant, found by a command and not by commander: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
