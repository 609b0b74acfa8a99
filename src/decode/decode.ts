/**
 * The main job without the network: PNG bytes and a legend to a `LabelMap`, or straight to maps for training.
 * It checks the call, reads the container and the legend, lets an engine find the labels, and puts all together.
 */

import { isObject } from "../checks/describe.js";
import { DecodeError } from "../errors.js";
import { buildLabels, LabelMap } from "../maps/label-map.js";
import { type CheckedOptions, checkOptions, checkOverlap, type DecodeOptions } from "./decode-options.js";
import type { SampledPixels } from "./engines/output.js";
import { type EngineName, pickEngine, runEngine, withMemory } from "./engines/run.js";
import { colorsOf, describeMask, type MaskInfo, unknownColors } from "./mask-info.js";
import { loadParts } from "./on-demand.js";
import { type PngContainer, parsePng } from "./png/container.js";
import { type PngInput, toBytes } from "./png-input.js";
import { type ResultInput, readResult, type Source } from "./result-input.js";
import { type Decoded, type Plan, planOutput, samplePixels, type Target, type TargetMap } from "./targets.js";
import { getModule, loadModule, type WasmSource } from "./wasm/module.js";

export interface InitOptions {
  /** Where the module comes from, for runtimes that forbid compiling the embedded bytes; see `labelmap/labelmap.wasm`. */
  wasm?: WasmSource | PromiseLike<Response>;
}

/**
 * Loads the WebAssembly module and all code that is else loaded on need, once per thread. Only needed before
 * `decodeMaskSync` or `labelPixels`, and to give the module's bytes; later calls return at once and ignore their options.
 * @throws DecodeError WASM_UNAVAILABLE, ENGINE_UNAVAILABLE
 */
export async function init(options: InitOptions = {}): Promise<void> {
  if (!isObject(options as unknown))
    throw new DecodeError("OPTION_INVALID", "init takes an object of options");
  await Promise.all([loadParts(), loadModule(options.wasm)]);
}

/**
 * Decodes a PNG mask to its label map. Loads the module on first use, and `upng-js` with the first mask that needs it.
 *
 * With `target` it gives the map that a model wants, in the array that it wants, without the label map in between: a
 * value is looked up per run of equal pixels. Several targets are filled in one pass.
 *
 * @param png the file's bytes, any colour type and bit depth, interlaced or not; R, G, B make the key, alpha takes
 *   no part, of 16-bit samples the high byte counts
 * @param result the vendor's result object or only its legend: labels are numbered by their place in the legend
 * @returns labels as `Int32Array`, H×W, row-major, -1 where the colour is not in the legend; or for each target its
 *   map. `crop` and `resize` change H and W
 * @throws PngError, LegendError, ResultError, DecodeError; with targets ClassError and ValueRangeError as the views of
 *   `LabelMap`; never a half-filled map
 */
export async function decodeMask(
  png: PngInput,
  result: ResultInput,
  options?: DecodeOptions & { readonly target?: undefined },
): Promise<LabelMap>;
export async function decodeMask<const T extends Target | readonly Target[]>(
  png: PngInput,
  result: ResultInput,
  options: DecodeOptions & { readonly target: T },
): Promise<Decoded<T>>;
export async function decodeMask(
  png: PngInput,
  result: ResultInput,
  options: DecodeOptions = {},
): Promise<unknown> {
  const checked = checkOptions(options);
  await loadModule();
  if (checked.resize !== undefined) await loadParts(["sampling"]);
  if (checked.snap !== undefined) await loadParts(["snap"]);
  const mask = readMask(png, result, checked);
  if (mask.engine === "fused") return decodeRead(mask, checked);
  await loadParts(["upng"]);
  // Read again: the caller may have changed or transferred the bytes meanwhile.
  return decodeRead(readMask(png, result, checked), checked);
}

/**
 * `decodeMask` without waiting; `await init()` must have been called.
 * @throws DecodeError NOT_INITIALISED, and all that `decodeMask` throws
 */
export function decodeMaskSync(
  png: PngInput,
  result: ResultInput,
  options?: DecodeOptions & { readonly target?: undefined },
): LabelMap;
export function decodeMaskSync<const T extends Target | readonly Target[]>(
  png: PngInput,
  result: ResultInput,
  options: DecodeOptions & { readonly target: T },
): Decoded<T>;
export function decodeMaskSync(png: PngInput, result: ResultInput, options: DecodeOptions = {}): unknown {
  const checked = checkOptions(options);
  getModule();
  return decodeRead(readMask(png, result, checked), checked);
}

/** Everything that is known before a pixel is decoded. */
interface ReadMask {
  readonly bytes: Uint8Array;
  readonly container: PngContainer;
  readonly source: Source;
  readonly engine: EngineName;
  readonly sampled: SampledPixels | null;
  /** Of the output. */
  readonly width: number;
  readonly height: number;
}

function readMask(png: PngInput, result: ResultInput, options: CheckedOptions): ReadMask {
  const source = readResult(result, options);
  const bytes = toBytes(png);
  const container = parsePng(bytes, options);
  const { header } = container;
  const { crop, resize } = options;
  const { width, height } = resize ?? crop ?? header;
  const sampled = withMemory(width, height, () => samplePixels(header, crop, resize));
  const engine = pickEngine(header, options.engine);
  return { bytes, container, source, engine, sampled, width, height };
}

function decodeRead(mask: ReadMask, options: CheckedOptions): unknown {
  const { bytes, container, source, engine, sampled, width, height } = mask;
  const { classBy = "name", into, snap, verify } = options;
  const targets: readonly Target[] = options.targets ?? [
    into === undefined ? { map: "label" } : { map: "label", into },
  ];
  const colors = colorsOf(source);
  const unknown = unknownColors(colors, snap);
  const uncounted = options.targets === null ? [] : uncountedLabels(source, classBy);
  checkOverlap(
    targets.flatMap((target) => (target.map === "runs" || target.into === undefined ? [] : [target.into])),
    bytes,
    "the PNG's bytes",
  );
  const { output, tables } = withMemory(width, height, () =>
    planOutput(targets, uncounted, { width, height }, sampled),
  );
  try {
    const found = runEngine(engine, {
      bytes,
      container,
      colors,
      output,
      verify,
      unknown,
    });
    const info = describeMask(found, source, classBy, unknown, [...container.issues, ...found.issues]);
    if (options.targets === null) {
      return new LabelMap({ width, height, data: output.dense[0]!.into as Int32Array, ...info });
    }
    for (const table of tables) table?.check(info.labels, info.unlabelled.count);
    const maps = targets.map((_, index) => mapOf(targets, index, { output, tables }, info));
    return options.isList ? maps : maps[0];
  } catch (error) {
    // Labels of a part of the mask must not be taken for a map.
    targets.forEach((target, index) => {
      if (target.map !== "runs") target.into?.fill(tables[index]!.values[0]!);
    });
    throw error;
  }
}

function mapOf(targets: readonly Target[], index: number, { output, tables }: Plan, info: MaskInfo): unknown {
  const { map } = targets[index]!;
  if (map === "runs") return Object.assign(output.runs!.found!, { map, ...info });
  const place = targets.slice(0, index).filter((target) => target.map !== "runs").length;
  const { width, height } = output;
  const data = output.dense[place]!.into as TargetMap["data"];
  return { map, dtype: tables[index]!.dtype, width, height, data, ...info };
}

/** The labels before their pixels are counted. */
function uncountedLabels(source: Source, classBy: "name" | "class_id") {
  const { length } = source.legend.entries;
  return buildLabels(source, classBy, new Uint32Array(length), new Int32Array(length * 4));
}
