/**
 * Arrays in the decoder's own memory. A WebAssembly module can only write to its own memory, so a decode usually ends with a
 * copy of the pixels. An array that lies there needs none.
 *
 * Each array has an instance of the module for itself, and lies above its arena (assembly/memory.ts). The memory is never
 * grown later, since that would take it away from the array.
 */
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ARRAYS } from "../maps/allocate.js";
import type { LabelArray } from "../maps/dense-map.js";
import type { Dtype, ViewArrays } from "../maps/views.js";
import type { DecodeRequest } from "./engines/engine.js";
import { loadModule, type ModuleExports, newInstance } from "./wasm/module.js";

const PAGE_BYTES = 65_536;
/** Enough for what `isWithinArena` accepts. Pages that are not used take no memory of the machine. */
const ARENA_BYTES = 128 * PAGE_BYTES;
const MAX_WIDTH = 16_384;
const MAX_LABELS = 4096;
/** Bytes that the decoder may write beyond the last pixel. */
const PADDING = 64;

const instances = new WeakMap<ArrayBufferLike, ModuleExports>();

/**
 * An array for the option `into`, of `decodeMask`, `decodeMaskSync` and their targets. It lies in the memory of the decoder,
 * which writes the labels straight to it. A large mask takes about a fifth less time than with an array of your own.
 *
 * Reuse it, or a `subarray` of it, for one mask after the other, like any other `into`. Never write to the rest of its
 * `buffer`, which belongs to the decoder. The array cannot be transferred to another thread. `structuredClone` and
 * `postMessage` copy all of the decoder's memory, so send a `slice()`.
 *
 * Some decodes into it still copy: those of streams, with `crop` or `resize`, of interlaced masks, of masks wider than 16,384
 * pixels, and with legends of more than 4096 colours.
 *
 * @param length the number of pixels, H×W: 1 to 2^30 elements, as far as the memory suffices
 * @param dtype the type of the elements; default `int32`
 * @returns zeros
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY, WASM_UNAVAILABLE
 */
export async function zeroCopyArray<D extends Dtype = "int32">(
  length: number,
  dtype: D = "int32" as D,
): Promise<ViewArrays[D]> {
  const type = ARRAYS[dtype];
  if (type === undefined) throw invalid(`dtype must be one of ${Object.keys(ARRAYS).join(", ")}.`);
  if (!Number.isSafeInteger(length) || length < 1) throw invalid("length must be a positive integer.");
  await loadModule();
  const instance = await newInstance();
  const { memory } = instance;
  const end = ARENA_BYTES + length * type.BYTES_PER_ELEMENT + PADDING;
  withMemoryFor(`an array of ${length} pixels`, () =>
    memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES)),
  );
  instance.arenaLimit.value = ARENA_BYTES;
  instances.set(memory.buffer, instance);
  return new type(memory.buffer, ARENA_BYTES, length) as ViewArrays[D];
}

/**
 * Decodes with the instance in whose memory an array of the output lies. Returns `undefined` if there is none, or if it
 * cannot decode the mask.
 */
export function decodeInPlace<T>(
  request: DecodeRequest,
  decode: (module: ModuleExports) => T,
): T | undefined {
  const given = request.output.dense.map(({ into }) => into);
  for (const { buffer, byteOffset } of given) {
    // The caller has made an array of the decoder's part of the memory. Filling it breaks that decoder.
    if (byteOffset < ARENA_BYTES) instances.delete(buffer);
  }
  const arrays = given.filter(({ buffer }) => instances.has(buffer));
  const [into] = arrays;
  // What is written beyond one array must not be in another one.
  const isAlone = arrays.every((other) => other === into || other.buffer !== into?.buffer);
  if (into === undefined || !isAlone || !hasPadding(into) || !isWithinArena(request)) return;
  const beyond = new Uint8Array(into.buffer, into.byteOffset + into.byteLength, PADDING);
  const kept = beyond.slice();
  try {
    return decode(instances.get(into.buffer)!);
  } finally {
    // It may belong to the caller, as part of a longer array.
    beyond.set(kept);
  }
}

/** False if the caller has made an array that reaches into the bytes behind the array of `zeroCopyArray`. */
function hasPadding({ buffer, byteOffset, byteLength }: LabelArray): boolean {
  return byteOffset + byteLength + PADDING <= buffer.byteLength;
}

function isWithinArena({ colors, container: { header } }: DecodeRequest): boolean {
  // The rows of an interlaced mask are kept in the arena, which may have to grow for them.
  return !header.interlaced && header.width <= MAX_WIDTH && colors.length <= MAX_LABELS;
}
