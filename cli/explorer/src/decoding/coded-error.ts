/** An error of the worker itself, or an error of the library in other words. The page reads the code. */
export class CodedError extends Error {
  override name = "CodedError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
