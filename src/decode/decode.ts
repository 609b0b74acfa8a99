/**
 * The library's main job: PNG bytes and a legend to a `LabelMap`, or straight to maps for training. It checks the call,
 * reads the container and the legend, lets an engine find the labels, and assembles the result.
 */

import { getModule, loadModule } from "./wasm/module.js";

// That import is the first, so that the bytes of the module are at the start of a bundle: see there.

import { isObject } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { SampledPixels } from "../geometry/area.js";
import { leaveToCaller } from "../maps/allocate.js";
import { buildLabels, LabelMap } from "../maps/label-map.js";
import { ReleasableMap } from "../maps/released.js";
import { makeViewTable } from "../maps/views.js";
import type { ConstOptions, DecodedBy } from "./const-options.js";
import {
  ASYNC_KEYS,
  type AsyncDecodeOptions,
  areaOf,
  type CheckedOptions,
  checkOptions,
  checkOverlap,
  type DecodeOptions,
  encodingOf,
} from "./decode-options.js";
import type { MaskInfo } from "./described.js";
import type { EncodedFile } from "./encodings/decode-encoded.js";
import type { Encoding } from "./encodings/encoding.js";
import type { DecodeRequest, Decoded as EngineResult } from "./engines/engine.js";
import { type EngineName, engineOf, pickEngine, runEngine } from "./engines/run.js";
import { withMemory } from "./engines/with-memory.js";
import { decodeInput } from "./input.js";
import type { MaskInput } from "./input-types.js";
import { colorsOf, describeMask, issuesOf, unknownColors } from "./mask-info.js";
import { findPart, partOf } from "./parts.js";
import type { PngContainer } from "./png/container.js";
import { checkOrder, type PngInput, toBytes } from "./png-input.js";
import { readPng } from "./read-png.js";
import { type ResultInput, readResult, type Source, textIn } from "./result-input.js";
import {
  checkSizes,
  type Decoded,
  type Filled,
  type Plan,
  planOutput,
  type Target,
  type TargetMap,
} from "./targets.js";
import type { WasmSource } from "./wasm/source.js";

export interface InitOptions {
  /** The source of the module, for runtimes that forbid compiling the embedded bytes; see `labelmap/labelmap.wasm`. */
  wasm?: WasmSource | PromiseLike<WasmSource>;
}

/**
 * Loads the WebAssembly module, once per thread. You need it only before `decodeMaskSync` or `labelPixels`, or to pass the
 * module's bytes. Later calls return at once and ignore their options. It has no signal, since other calls wait for the same
 * module. To stop a download, give the signal to its `fetch`.
 * @throws DecodeError WASM_UNAVAILABLE
 */
export async function init(options: InitOptions = {}): Promise<void> {
  if (!isObject(options as unknown)) throw invalid("the options of init must be an object");
  await loadModule(options.wasm);
}

/**
 * Decodes a PNG mask to its label map. Loads the module on first use.
 *
 * With `target` it makes the map that a model needs, in the type that it needs, without the label map in between. Values
 * are looked up once per run of equal pixels. Several targets are filled in one pass.
 *
 * A file is decoded while it arrives (in pages: with `labelmap/stream`). Its errors are those of the whole file.
 *
 * @param png the file: its bytes, a `Blob`, a `Response`, a stream, a `URL` or `Request` to fetch, or a promise of one of
 *   them. Any colour type and bit depth, interlaced or not. R, G and B are the key; for alpha see `transparent`. 16-bit
 *   samples must be widened 8-bit ones: the low byte is 0 everywhere, or the high byte everywhere. Otherwise they are no
 *   colours, and PNG_16_BIT_COLORS says what to do
 * @param result the vendor's result object or only its legend, or a file with it, in the same forms. A label is the index
 *   of its colour in the legend. For an `encoding` of ids: a legend whose ids are the class ids, or null to use the
 *   numbers as names
 * @returns labels as `Int32Array`, H×W, row-major, -1 if the colour is not in the legend; or a map for each target.
 *   `crop` and `resize` change H and W
 * @throws PngError, LegendError, ResultError, DecodeError; the reason of `signal`; with targets ClassError and
 *   ValueRangeError like the views of `LabelMap`; never a half-filled map
 */
export async function decodeMask(
  png: MaskInput,
  result: ResultInput,
  options?: AsyncDecodeOptions & { readonly target?: undefined },
): Promise<LabelMap>;
export async function decodeMask<const Options extends object>(
  png: MaskInput,
  result: ResultInput,
  options: ConstOptions<Options, AsyncDecodeOptions>,
): Promise<DecodedBy<Options>>;
export async function decodeMask<const T extends Target | readonly Target[]>(
  png: MaskInput,
  result: ResultInput,
  options: AsyncDecodeOptions & { readonly target: T },
): Promise<Decoded<T>>;
export async function decodeMask(
  png: MaskInput,
  result: ResultInput,
  options: AsyncDecodeOptions = {},
): Promise<unknown> {
  return decodeInput(png, result, () => {
    const checked = checkOptions(options, ASYNC_KEYS);
    return {
      load: loadModule,
      options: checked,
      decode: (bytes, legend) => decodeWhole(bytes, legend, checked),
      start: (legend) => (container, run) =>
        decodeSteps(readMask(NO_BYTES, legend, checked, container), checked, run),
    };
  });
}

/**
 * `decodeMask` without waiting, for bytes; `await init()` must have been called.
 * @throws DecodeError NOT_INITIALISED, and everything that `decodeMask` throws
 */
export function decodeMaskSync(
  png: PngInput,
  result: ResultInput,
  options?: DecodeOptions & { readonly target?: undefined },
): LabelMap;
export function decodeMaskSync<const Options extends object>(
  png: PngInput,
  result: ResultInput,
  options: ConstOptions<Options, DecodeOptions>,
): DecodedBy<Options>;
export function decodeMaskSync<const T extends Target | readonly Target[]>(
  png: PngInput,
  result: ResultInput,
  options: DecodeOptions & { readonly target: T },
): Decoded<T>;
export function decodeMaskSync(png: PngInput, result: ResultInput, options: DecodeOptions = {}): unknown {
  const checked = checkOptions(options);
  getModule();
  checkOrder(result);
  return decodeWhole(toBytes(png), result, checked);
}

function decodeWhole(bytes: Uint8Array, result: ResultInput, options: CheckedOptions): unknown {
  return decodeSteps(readMask(bytes, result, options), options).next().value;
}

/** Runs an engine. It yields if it has to wait for more of the file. */
type Run = (request: DecodeRequest) => Generator<void, EngineResult>;

/** In place of the bytes of a file that is not kept. */
const NO_BYTES = new Uint8Array(0);

/** Everything that is known before a pixel is decoded. */
interface ReadMask {
  readonly bytes: Uint8Array;
  readonly container: PngContainer;
  readonly encoding: Encoding | undefined;
  /** `null`: a mask of ids without a legend. */
  readonly source: Source | null;
  readonly engine: EngineName;
  readonly sampled: SampledPixels | null;
  /** The size of the output. */
  readonly width: number;
  readonly height: number;
}

/** @param arriving the container of a file that is not complete. */
function readMask(
  bytes: Uint8Array,
  result: ResultInput,
  options: CheckedOptions,
  arriving?: PngContainer,
): ReadMask {
  const area = areaOf(options);
  const encoding = encodingOf(options);
  const container = arriving ?? readPng(bytes, options);
  const source =
    encoding === undefined
      ? readResult(result, options)
      : partOf("ids").sourceOfIds(textIn(result), encoding, options);
  const { header } = container;
  const { width, height } = area?.resize ?? area?.crop ?? header;
  const sampled =
    area === undefined
      ? null
      : withMemory(width, height, () => partOf("geometry").samplePixels(header, area));
  const engine = pickEngine(header, options.engine);
  // Before anything is written to the caller's arrays.
  engineOf(engine);
  return { bytes, container, encoding, source, engine, sampled, width, height };
}

/** The arrays of decodes that have begun. A decode whose file arrives uses them until its end. */
const inUse = new Set<ArrayBufferView>();

function* decodeSteps(mask: ReadMask, options: CheckedOptions, run?: Run): Generator<void, unknown> {
  const { bytes, encoding, width, height } = mask;
  const { into } = options;
  const targets: readonly Target[] = options.targets ?? [
    into === undefined ? { map: "label" } : { map: "label", into },
  ];
  const arrays = targets.flatMap((target) =>
    target.map === "runs" || target.into === undefined ? [] : [target.into],
  );
  checkOverlap(arrays, bytes, "the PNG's bytes");
  checkSizes(targets, mask);
  for (const other of inUse) checkOverlap(arrays, other, "an array of a decode whose file has not arrived");
  for (const array of arrays) {
    inUse.add(array);
    leaveToCaller(array);
  }
  try {
    const { plan, info } =
      encoding === undefined
        ? yield* decodeColors(mask as ColorMask, targets, options, run)
        : partOf("ids").decodeEncoded(
            mask as EncodedFile,
            targets,
            options,
            (request) => runEngine(mask.engine, request),
            issuesOf,
          );
    const { output, tables } = plan;
    if (options.targets === null) {
      return new LabelMap({ width, height, data: output.dense[0]!.into as Int32Array, ...info });
    }
    const maps = targets.map((_, index) => mapOf(targets, index, { output, tables }, info));
    return options.isList ? maps : maps[0];
  } catch (error) {
    // The labels of half a mask must not be mistaken for a map.
    for (const target of targets) {
      // An array that was transferred has no elements, and cannot be filled.
      if (target.map !== "runs" && target.into?.length)
        target.into.fill(makeViewTable(target, []).values[0]!);
    }
    checkSizes(targets, mask);
    throw error;
  } finally {
    for (const array of arrays) inUse.delete(array);
  }
}

type ColorMask = ReadMask & { readonly source: Source };

function* decodeColors(
  { bytes, container, source, engine, sampled, width, height }: ColorMask,
  targets: readonly Target[],
  { classBy, snap, transparent, verify, targets: wanted }: CheckedOptions,
  run?: Run,
): Generator<void, Filled> {
  const colors = colorsOf(source);
  const unknown = unknownColors(colors, snap, transparent);
  const uncounted = wanted === null ? [] : uncountedLabels(source, classBy);
  const plan = withMemory(width, height, () =>
    planOutput(targets, uncounted, { width, height }, sampled, findPart("maps")?.collectRuns),
  );
  const request = { bytes, container, colors, output: plan.output, verify, unknown };
  const decode = (each: DecodeRequest) => runEngine(engine, each);
  const found = run
    ? yield* run(request)
    : snap?.to === "neighbours"
      ? partOf("snap").decodeToNeighbours(request, snap, decode)
      : decode(request);
  const info = describeMask(found, source, classBy, unknown, [...container.issues, ...found.issues]);
  for (const table of plan.tables) table?.check(info.labels, info.unlabelled.count);
  return { plan, info };
}

function mapOf(targets: readonly Target[], index: number, { output, tables }: Plan, info: MaskInfo): unknown {
  const { map } = targets[index]!;
  if (map === "runs") return Object.assign(output.runs!.found!, { map, ...info });
  const place = targets.slice(0, index).filter((target) => target.map !== "runs").length;
  const { width, height } = output;
  const data = output.dense[place]!.into as TargetMap["data"];
  return Object.assign(new ReleasableMap(), {
    map,
    dtype: tables[index]!.dtype,
    width,
    height,
    data,
    ...info,
  });
}

/** The labels before their pixels are counted. */
function uncountedLabels(source: Source, classBy: "name" | "class_id") {
  return buildLabels(source, classBy, [], []);
}
