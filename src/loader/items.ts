/** What the loader takes: items with a name, a PNG in one of several forms, and perhaps a legend of their own. */

import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { PngInput } from "../decode/png-input.js";
import type { ResultInput } from "../decode/result-input.js";
import { LoadError } from "./load-error.js";
import { type BytesSource, type ItemUrl, isBytesSource, isStream, isUrl, type Signal } from "./platform.js";

/**
 * Where the bytes of a PNG come from: the bytes themselves, a `Blob` or `File`, a URL, or a function that returns bytes, a
 * `Blob` or a `Response`. The loader calls the function when the item's turn is near. `signal` is aborted when the loader stops.
 */
export type ItemPng =
  | PngInput
  | BytesSource
  | ItemUrl
  | ((context: { readonly signal: Signal }) => PngInput | BytesSource | PromiseLike<PngInput | BytesSource>);

/** A mask to load. It may have any other fields; you get the item back with its map. */
export interface MaskItem {
  /** What errors call it. Two items may have the same name. */
  readonly name: string;
  readonly png: ItemPng;
  /** Its legend, as `decodeMaskSync` takes it: an object, or a file's text or bytes. Default: the option `result`. */
  readonly result?: ResultInput | null | undefined;
  /** Its photo, as your `decodePhoto` takes it. Without that option, it is not read. */
  readonly photo?: unknown;
}

/**
 * The items: an array or anything else that can be iterated, also asynchronously, or a function that returns it. With
 * `repeat`, it is iterated once for each round. A generator can be iterated only once, so give the generator function.
 */
export type ItemSource<I extends MaskItem = MaskItem> =
  | Iterable<I>
  | AsyncIterable<I>
  | (() => Iterable<I> | AsyncIterable<I>);

/** @throws {DecodeError} OPTION_INVALID: this cannot be iterated. */
export function iterate<I extends MaskItem>(source: ItemSource<I>): Iterable<I> | AsyncIterable<I> {
  const items: unknown = typeof source === "function" ? source() : source;
  const isIterable = isObject(items) || Array.isArray(items);
  if (isIterable && (Symbol.iterator in items || Symbol.asyncIterator in items)) return items as Iterable<I>;
  throw invalid(
    `the items are ${kindOf(items)}; give an array, an iterable, or a function that returns one.`,
  );
}

/**
 * Checks the form of an item, but not that its PNG can be read.
 *
 * @param index its place in the source, for the message.
 * @throws {LabelMapError} OPTION_INVALID
 */
export function checkItem(item: unknown, index: number): void {
  const place = `items[${index}]`;
  const { name, png, result }: Partial<MaskItem> = isObject(item) ? item : {};
  if (typeof name !== "string") {
    const found = isObject(item) ? `its name is ${kindOf(name)}; make it a string` : `it is ${kindOf(item)}`;
    throw new LoadError("OPTION_INVALID", place, `${found}. An item is { name, png, result }.`);
  }
  if (typeof png === "string") {
    const remedy = "give the bytes, new URL(…), or pathToFileURL(path) of node:url";
    throw new LoadError("OPTION_INVALID", name, `its png is a string; ${remedy}.`);
  }
  const isKnown = typeof png === "function" || (typeof png === "object" && png !== null);
  if (!isKnown) {
    const message = `its png is ${kindOf(png)}; give bytes, a Blob, a URL or a function.`;
    throw new LoadError("OPTION_INVALID", name, message);
  }
  checkLegendForm(result, "its result");
}

/**
 * Refuses what `decodeMask` would wait for, since the loader sends legends to workers as they are.
 *
 * @param what what messages call the legend.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkLegendForm(legend: unknown, what: string): void {
  const form = isPromise(legend)
    ? "a promise"
    : isStream(legend)
      ? "a stream"
      : isBytesSource(legend)
        ? "a Blob, File or Response"
        : isUrl(legend)
          ? "a URL"
          : null;
  if (form === null) return;
  throw invalid(`${what} is ${form}; read it first, and give the object, the text or the bytes`);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (Object(value) as Partial<PromiseLike<unknown>>).then === "function";
}
