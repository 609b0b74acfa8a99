/** Invalid arguments that a command finds and commander does not: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
