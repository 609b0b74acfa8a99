/** A failure of the worker's own, or one of the library's in other words; the page reads the code. */
export class CodedError extends Error {
  override name = "CodedError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
