/** Invalid arguments that a command finds and commander does not: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";

  /** @param lines lines below the message, such as the choices that there are. Each is printed on a line of its own. */
  constructor(
    message: string,
    readonly lines: readonly string[] = [],
  ) {
    super(message);
  }
}
