/**
 * The WebAssembly module of this thread: compiled once, instantiated once, and available to every engine by `getModule`.
 *
 * The bytes are embedded (see embedded.ts), so that no bundler, server or path has to be configured. If a runtime forbids
 * compiling from bytes, `init` takes the module from elsewhere. The same code runs in Node, pages and workers.
 */
import { embeddedBytes } from "./unpack.js";

// That import is the first, and decode.ts imports this file first, so that the embedded bytes are at the start of a bundle.
// gzip makes a new code for every 16,000 symbols or so. Where one code serves bytes and program alike, both get larger: by
// 1.7 KB if these bytes are in the middle.

import { withoutSecrets } from "../../checks/without-secrets.js";
import { DecodeError } from "../../errors.js";
import { labelOfColor } from "./host.js";
import { demangle } from "./loader.js";
import { remedyFor } from "./remedies.js";
import { type BytesOrModule, toBytesOrModule, type WasmSource } from "./source.js";

/** A `WebAssembly.Global` of type i32. */
interface Int32Global {
  readonly value: number;
}

/** The exports of assembly/index.ts as @assemblyscript/loader names them. Pointers and numbers are described there. */
export interface ModuleExports extends Record<string, unknown> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly colorsPointer: Int32Global;

  crc32(crc: number, length: number): number;
  readonly inputPointer: Int32Global;
  readonly INPUT_BYTES: Int32Global;
  readonly arenaLimit: { value: number };

  /** assembly/host.ts */
  readonly Unknown: Readonly<Record<"UNLABELLED" | "SNAP" | "NUMBER", Int32Global>>;

  readonly Alpha: Readonly<Record<"IGNORED" | "CHANNEL" | "COUNTED" | "UNLABELLED", Int32Global>>;

  layOutScan(labels: number): number;
  beginScan(unknownColors: number, alpha: number, hasAlpha: boolean): void;
  scanRgba(count: number, x: number, y: number, width: number): void;
  scanRgb(count: number, x: number, y: number, width: number): void;
  readonly pixelsPointer: Int32Global;
  readonly labelsPointer: Int32Global;
  readonly SCAN_PIXELS: Int32Global;

  layOutFused(
    labels: number,
    width: number,
    height: number,
    samples: number,
    bitDepth: number,
    pixelBytes: number,
    interlaced: boolean,
  ): number;
  beginFused(
    verifyChecksum: boolean,
    unknownColors: number,
    alpha: number,
    hasAlpha: boolean,
    clearColor: number,
    picked: number,
    checked: number,
  ): void;
  readonly lowBytesSeen: Int32Global;
  /** Returns a number of assembly/status.ts. */
  decodeBand(): number;
  keepUnreadInput(): number;
  feed(length: number, isLast: boolean): void;
  usedInput(): number;
  readonly sampleColorsPointer: Int32Global;
  readonly errorDetail: Int32Global;

  beginOutput(): void;
  addTarget(elementBytes: number, hasValues: boolean, place: number): void;
  sampleOutput(columns: number): void;
  valuesOf(target: number): number;
  bandOf(target: number): number;
  readonly columnsPointer: Int32Global;
  readonly wantedRowsPointer: Int32Global;
  /** Whether the rows of the band are not painted, but in the list. */
  endBand(): boolean;
  readonly bandRows: Int32Global;
  readonly listedBands: Int32Global;
  readonly listedRuns: Int32Global;
  readonly listedBandsPointer: Int32Global;
  readonly runEndsPointer: Int32Global;
  readonly runLabelsPointer: Int32Global;

  readonly measuresPointer: Int32Global;
  readonly unlabelledPointer: Int32Global;
  readonly snappedPointer: Int32Global;
  readonly clearCountsPointer: Int32Global;
}

/** The smallest module with a SIMD instruction (i8x16.splat), to test whether a runtime supports SIMD. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** Memory up to this size is kept for the next decode: enough for rows of 65,536 pixels and any legend. */
export const MAX_KEPT_BYTES = 8 * 2 ** 20;

interface LoadedModule {
  readonly module: WebAssembly.Module;
  readonly exports: ModuleExports;
}

/** By the name that assembly/host.ts gives: the path of host.js from labelmap.wasm. */
const IMPORTS = { "./decode/wasm/host.js": { labelOfColor } };

let loaded: LoadedModule | undefined;
let loading: Promise<LoadedModule> | undefined;

/**
 * Loads the module, once per thread. Later calls wait for the first and ignore their `source`. A failed load may be
 * retried.
 * @throws DecodeError WASM_UNAVAILABLE
 */
export async function loadModule(source?: WasmSource | PromiseLike<WasmSource>): Promise<void> {
  loading ??= instantiateFrom(source);
  try {
    loaded ??= await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/**
 * The loaded module, for synchronous callers.
 * @throws DecodeError NOT_INITIALISED
 */
export function getModule(): ModuleExports {
  if (loaded === undefined) {
    throw new DecodeError("NOT_INITIALISED", "the module is not loaded yet; call `await init()` first");
  }
  return loaded.exports;
}

/**
 * Frees memory after a decode, when nothing of the module is in use any more. A memory can grow but not shrink. If a very
 * wide image made it large, a new instance of the same compiled module replaces it.
 */
export function giveBackMemory(): void {
  if (loaded === undefined || loaded.exports.memory.buffer.byteLength <= MAX_KEPT_BYTES) return;
  const { module } = loaded;
  try {
    loaded = { module, exports: exportsOf(new WebAssembly.Instance(module, IMPORTS)) };
  } catch {
    // On a page's main thread, old browsers instantiate only asynchronously. Then the large memory stays.
  }
}

/** Another instance of the loaded module, with a memory of its own. */
export async function newInstance(): Promise<ModuleExports> {
  return exportsOf(await WebAssembly.instantiate(loaded!.module, IMPORTS));
}

async function instantiateFrom(source: Parameters<typeof loadModule>[0]): Promise<LoadedModule> {
  if (typeof WebAssembly !== "object") {
    throw new DecodeError(
      "WASM_UNAVAILABLE",
      "this runtime has no WebAssembly, or it is turned off, as by Safari's Lockdown Mode or Node's --jitless",
    );
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new DecodeError(
      "WASM_UNAVAILABLE",
      "this runtime has no WebAssembly SIMD; use Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer",
    );
  }
  let given: BytesOrModule | undefined;
  try {
    given = source === undefined ? await embeddedBytes() : await toBytesOrModule(await source);
    // Takes both bytes and a module, which may be of another realm. It tells them apart better than `instanceof`.
    const found = await WebAssembly.instantiate(given as BufferSource, IMPORTS);
    // Of a module it returns the instance alone.
    const { module = given, instance = found as unknown as WebAssembly.Instance } = found;
    const exports = exportsOf(instance);
    if (typeof exports.decodeBand !== "function") throw new TypeError("it lacks this module's exports");
    return { module, exports };
  } catch (cause) {
    // The text of a failed fetch may have the address, and its query may have a key.
    const reason = withoutSecrets(cause instanceof Error ? cause.message : String(cause));
    throw new DecodeError(
      "WASM_UNAVAILABLE",
      `the WebAssembly module cannot be loaded (${reason}); ${remedyFor(cause, given, source === undefined)}`,
      { cause },
    );
  }
}

function exportsOf({ exports }: WebAssembly.Instance): ModuleExports {
  return demangle<ModuleExports>(exports);
}
