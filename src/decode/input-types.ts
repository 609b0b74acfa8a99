/**
 * What `decodeMask` and the other asynchronous functions take. These types say what is used of a Blob, a Response, a
 * stream, a URL and a signal. So they need neither the DOM's types nor Node's, and fit the objects of every platform.
 */
import type { PngInput } from "./png-input.js";

/** What is used of a `ReadableStream` of bytes, which must have no other reader. */
export interface StreamInput {
  readonly locked: boolean;
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
  cancel(reason?: unknown): Promise<void>;
}

/** What is used of a `Blob` or a `File`. */
export interface BlobInput {
  readonly size: number;
  stream(): StreamInput;
}

/** What is used of a `Response`. Its status must be ok, and nothing may have read its body. */
export interface ResponseInput {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  readonly bodyUsed: boolean;
  readonly body: StreamInput | null;
}

/** A `URL`, which is fetched; in Node also one of a file. */
export interface UrlInput {
  readonly href: string;
  readonly searchParams: object;
}

/** A `Request`, which is fetched. */
export interface RequestInput {
  readonly method: string;
  readonly url: string;
  readonly headers: object;
}

/** A PNG file in one of the forms in which programs have it. */
export type PngSource = PngInput | BlobInput | ResponseInput | StreamInput | UrlInput | RequestInput;

/** A PNG file, or a promise of it, such as `fetch(url)`. */
export type MaskInput = PngSource | PromiseLike<PngSource>;

/** What is used of an `AbortSignal`. */
export interface SignalInput {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface SignalOptions {
  /** Stops the call. Its promise is then rejected with the signal's reason, and its streams are cancelled. */
  signal?: SignalInput | undefined;
}

/** Waits for a promise, but not beyond an abort. */
export type Wait = <T>(promise: PromiseLike<T>) => Promise<T>;
