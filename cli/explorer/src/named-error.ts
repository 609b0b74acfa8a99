/** A failure that names the file it is about, in words for whoever has dropped it. */
export class NamedError extends Error {
  override name = "NamedError";
  /** The library's code; `null` where the file could not even be read. */
  readonly code: string | null;

  constructor(fileName: string, message: string, code: string | null = null) {
    super(`${fileName}: ${message}`);
    this.code = code;
  }
}
