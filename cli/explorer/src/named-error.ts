/** A failure that names its file, in words for the user who opened it. */
export class NamedError extends Error {
  override name = "NamedError";
  /** The library's code; `null` if the file could not even be read. */
  readonly code: string | null;

  constructor(fileName: string, message: string, code: string | null = null) {
    // Messages about the lines of a legend begin with its name.
    const isNamed = [": ", " ("].some((next) => message.startsWith(fileName + next));
    super(isNamed ? message : `${fileName}: ${message}`);
    this.code = code;
  }
}
