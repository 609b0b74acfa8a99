/**
 * What is used of the platform's objects, so that the declarations need neither the DOM's types nor Node's, and objects of
 * another realm, such as a page's frame or a sandbox, fit as well.
 */
import { tagOf } from "../checks/tag-of.js";

/** What is used of a `URL`. */
export interface ItemUrl {
  readonly href: string;
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
}

/** What is used of a `Blob`, a `File` or a `Response`. */
export interface BytesSource {
  /** A `Response` has none. */
  readonly size?: number;
  /** Only a `Response` has these. */
  readonly ok?: boolean;
  readonly status?: number;
  readonly bodyUsed?: boolean;
  readonly body?: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The platform's `AbortSignal`, where the program has its types. Otherwise what is used of it. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } }
  ? Known
  : {
      readonly aborted: boolean;
      readonly reason: unknown;
      throwIfAborted(): void;
      addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
      removeEventListener(type: "abort", listener: () => void): void;
    };

export function isUrl(value: unknown): value is ItemUrl {
  const { href, protocol } = Object(value) as Partial<ItemUrl>;
  return typeof href === "string" && typeof protocol === "string";
}

export function isBytesSource(value: unknown): value is BytesSource {
  return typeof (Object(value) as Partial<BytesSource>).arrayBuffer === "function";
}

/** What is used of a `ReadableStream` of bytes. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(): Promise<void>;
  };
  cancel(): Promise<void>;
}

export function isStream(value: unknown): value is ByteStream {
  return typeof (Object(value) as Partial<ByteStream>).getReader === "function";
}

/** Memory that can be transferred, so not that of a `SharedArrayBuffer`. */
export function isTransferable(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return tagOf(buffer) === "ArrayBuffer";
}
