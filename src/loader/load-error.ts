/**
 * Errors of the loader. Each says which item failed, has the code of what went wrong, and the error itself as its cause.
 *
 * An error object loses its class and its code on the way from a worker. So it travels as plain data, and is built again.
 */

import {
  ClassError,
  DecodeError,
  type ErrorCode,
  FormatError,
  LabelMapError,
  LegendError,
  PngError,
  ResultError,
  ValueRangeError,
} from "../errors.js";

/** An item, or the loader itself, failed. `code` is the code of the `cause`, such as PNG_TRUNCATED. */
export class LoadError extends LabelMapError {
  override name = "LoadError";
  /** The name of the item; `null` if no single item is at fault, such as when no worker can be started. */
  readonly item: string | null;

  constructor(code: ErrorCode, item: string | null, message: string, options?: ErrorOptions) {
    super(code, item === null ? message : `${item}: ${message}`, options);
    this.item = item;
  }
}

/** An error as data that a message can carry. */
export interface PlainError {
  /** The name of its class. */
  readonly name: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** The `offset` of a `PngError`, the `path` of a `ResultError`, or the `format` of a `FormatError`. */
  readonly place: number | string | null;
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof LabelMapError) {
    const { offset, path, format } = error as Partial<PngError & ResultError & FormatError>;
    return {
      name: error.name,
      code: error.code,
      message: error.message,
      place: offset ?? path ?? format ?? null,
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { name: "LabelMapError", code: "INTERNAL", message, place: null };
}

const CLASSES = { ClassError, DecodeError, LegendError, ValueRangeError } as const;

/**
 * The error of an item.
 *
 * @param thrown what was thrown, if that was on this thread. Default: an error of the same class, code and text.
 */
export function toLoadError(
  item: string | null,
  plain: PlainError,
  thrown: unknown = fromPlainError(plain),
): LoadError {
  return new LoadError(plain.code, item, plain.message, { cause: thrown });
}

function fromPlainError({ name, code, message, place }: PlainError): LabelMapError {
  const error =
    name === "PngError"
      ? new PngError(code, place as number, message)
      : name === "ResultError"
        ? new ResultError(code, place as string, message)
        : name === "FormatError"
          ? new FormatError(code, place as string, message)
          : new (CLASSES[name as keyof typeof CLASSES] ?? LabelMapError)(code, message);
  // Some classes add the place to the message, which has it already.
  error.message = message;
  return error;
}
