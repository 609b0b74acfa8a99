/**
 * The main job without the network: PNG bytes and a legend to a `LabelMap`.
 * It checks the call, reads the container and the legend, lets an engine find the labels, and puts all together.
 */
import { isObject } from "./describe.js";
import { DecodeError } from "./errors.js";
import { buildLabels, LabelMap } from "./label-map.js";
import { type LegendInput, parseLegend } from "./legend.js";
import { parsePng } from "./png.js";
import { parseResult, type SegmentationResult } from "./result.js";
import { loadModule, type WasmSource } from "./wasm/module.js";
import { type ScannedPixels, scanPixels } from "./wasm/scanner.js";

/** The bytes of a PNG file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type PngInput = ArrayBuffer | ArrayBufferView;

/** What says which colour is which label: the vendor's result (object, JSON text or parsed), or a legend alone. */
export type ResultInput = SegmentationResult | LegendInput | { readonly legend: object } | string;

export interface DecodeOptions {
  /**
   * What undoes the PNG's compression and filters. `auto` takes the fastest engine for the file; today there is one,
   * `upng`, which takes every PNG.
   */
  engine?: "auto" | "upng";
  /** Defects of the legend are errors instead of issues. Default false. */
  strict?: boolean;
  /** What makes labels one class: the value less its ` # n` (`name`, the default), or the vendor's `class_id`. */
  classBy?: "name" | "class_id";
  /** Most pixels that are accepted. Default 2^28 (1 GiB of labels). */
  maxPixels?: number;
  /** Most bytes of PNG that are accepted. Default 2^30. */
  maxBytes?: number;
  /** Check the CRC-32 of each chunk. Default true. (The pixels' Adler-32 is always checked.) */
  verify?: boolean;
  /** Where the labels go instead of a fresh array: `width * height` elements. After an error its content is as before. */
  into?: Int32Array;
}

export interface InitOptions {
  /** Where the module comes from, for runtimes that forbid compiling the embedded bytes; see `labelmap/labelmap.wasm`. */
  wasm?: WasmSource | PromiseLike<Response>;
}

/** The engine, once it is loaded. */
let upng: typeof import("./engines/upng.js") | undefined;

const DEFAULT_MAX_PIXELS = 2 ** 28;
const DEFAULT_MAX_BYTES = 2 ** 30;

/**
 * Loads the WebAssembly module and the engines, once per thread. Only needed before `decodeMaskSync` or
 * `labelPixels`, and to give the module's bytes; later calls return at once and ignore their options.
 * @throws DecodeError WASM_UNAVAILABLE
 */
export async function init(options: InitOptions = {}): Promise<void> {
  const [engine] = await Promise.all([import("./engines/upng.js"), loadModule(await options.wasm)]);
  upng = engine;
}

/**
 * Decodes a PNG mask to its label map. Loads the module on first use.
 *
 * @param png the file's bytes, any colour type and bit depth, interlaced or not; R, G, B make the key, alpha takes
 *   no part, of 16-bit samples the high byte counts
 * @param result the vendor's result object or only its legend: labels are numbered by their place in the legend
 * @returns labels as `Int32Array`, H×W, row-major, -1 where the colour is not in the legend
 * @throws PngError, LegendError, ResultError, DecodeError; never a half-filled map
 */
export async function decodeMask(
  png: PngInput,
  result: ResultInput,
  options: DecodeOptions = {},
): Promise<LabelMap> {
  checkOptions(options);
  await init();
  return decodeMaskSync(png, result, options);
}

/**
 * `decodeMask` without waiting; `await init()` must have been called.
 * @throws DecodeError NOT_INITIALISED, and all that `decodeMask` throws
 */
export function decodeMaskSync(png: PngInput, result: ResultInput, options: DecodeOptions = {}): LabelMap {
  checkOptions(options);
  const engine = upng;
  if (engine === undefined) {
    throw new DecodeError("NOT_INITIALISED", "the decoder is not loaded yet: call `await init()` first");
  }
  const source = readResult(result, options);
  const bytes = toBytes(png);
  const container = parsePng(bytes, {
    maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    verify: options.verify ?? true,
  });
  const { width, height } = container.header;
  checkInto(options.into, width, height);
  return withMemory(width, height, () => {
    const image = engine.decodeRgba(bytes, container);
    const scanned = scan(image.pixels, 4, width, height, source, options.into);
    return assemble(scanned, width, height, source, options, [...container.issues, ...image.issues]);
  });
}

/**
 * Labels pixels that were decoded elsewhere. `await init()` must have been called. Beware of a canvas: it changes the
 * colours of pixels that are not opaque.
 *
 * @param image `data`: H×W×`channels` bytes, row-major; 3 channels are RGB, 4 RGBA, of which A takes no part
 * @throws LegendError, ResultError, DecodeError
 */
export function labelPixels(
  image: { readonly data: Uint8Array | Uint8ClampedArray; width: number; height: number; channels?: 3 | 4 },
  result: ResultInput,
  options: Pick<DecodeOptions, "strict" | "classBy" | "into"> = {},
): LabelMap {
  checkOptions(options);
  const { data, width, height, channels = 4 } = image;
  const isSize = (value: number) => Number.isInteger(value) && value > 0;
  if (!isSize(width) || !isSize(height) || (channels !== 3 && channels !== 4)) {
    throw new DecodeError(
      "OPTION_INVALID",
      "width and height must be positive integers, and channels 3 or 4",
    );
  }
  if (data.length !== width * height * channels) {
    throw new DecodeError(
      "OPTION_INVALID",
      `data has ${data.length} bytes, ${width}×${height} pixels of ${channels} channels have ${width * height * channels}`,
    );
  }
  const source = readResult(result, options);
  checkInto(options.into, width, height);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return withMemory(width, height, () =>
    assemble(scan(bytes, channels, width, height, source, options.into), width, height, source, options, []),
  );
}

/** Turns the platform's word for "no memory", a RangeError, into ours. */
function withMemory<T>(width: number, height: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DecodeError("OUT_OF_MEMORY", `memory for ${width}×${height} pixels cannot be had`, { cause });
  }
}

function scan(
  pixels: Uint8Array,
  channels: 3 | 4,
  width: number,
  height: number,
  { legend }: Source,
  into: Int32Array | undefined,
): ScannedPixels {
  const colors = new Int32Array(legend.entries.map((entry) => entry.rgb));
  return scanPixels(pixels, channels, width, height, colors, into ?? new Int32Array(width * height));
}

function assemble(
  scanned: ScannedPixels,
  width: number,
  height: number,
  source: Source,
  options: DecodeOptions,
  pngIssues: LabelMap["issues"],
): LabelMap {
  return new LabelMap({
    width,
    height,
    data: scanned.data,
    labels: buildLabels(source, options.classBy ?? "name", scanned.counts, scanned.boxes),
    unlabelled: {
      count: scanned.unlabelledCount,
      colors: scanned.unknownColors.map(({ rgb, count }) => ({
        color: `#${rgb.toString(16).padStart(6, "0")}`,
        count,
      })),
    },
    issues: [...source.issues, ...pngIssues],
  });
}

type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** What has an object `legend` is a result (parsed or not), a string is a result's JSON; the rest is a bare legend. */
function readResult(input: ResultInput, { strict = false }: DecodeOptions): Source {
  if (typeof input === "string" || isObject((input as { legend?: unknown } | null)?.legend)) {
    return parseResult(input, { strict });
  }
  const legend = parseLegend(input as LegendInput, { strict });
  return { legend, instances: null, issues: legend.issues };
}

function toBytes(png: PngInput): Uint8Array {
  if (ArrayBuffer.isView(png)) return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
  // Not instanceof: an ArrayBuffer of another realm (an iframe, a test runner's context) is one too.
  if (Object.prototype.toString.call(png) === "[object ArrayBuffer]") return new Uint8Array(png);
  throw new DecodeError(
    "OPTION_INVALID",
    "the PNG must be an ArrayBuffer or a view of one, such as a Uint8Array",
  );
}

function checkInto(into: Int32Array | undefined, width: number, height: number): void {
  if (into !== undefined && into.length !== width * height) {
    throw new DecodeError(
      "OUTPUT_SIZE",
      `\`into\` has ${into.length} elements, the mask has ${width}×${height} = ${width * height} pixels`,
    );
  }
}

function checkOptions(options: DecodeOptions): void {
  const { engine = "auto", classBy = "name", maxPixels = 1, maxBytes = 1, into } = options;
  if (!["auto", "upng"].includes(engine)) {
    throw new DecodeError("OPTION_INVALID", `there is no engine "${String(engine)}": use "auto" or "upng"`);
  }
  if (!["name", "class_id"].includes(classBy)) {
    throw new DecodeError("OPTION_INVALID", `classBy must be "name" or "class_id", not "${String(classBy)}"`);
  }
  for (const [name, value] of Object.entries({ maxPixels, maxBytes })) {
    if (!(value > 0)) throw new DecodeError("OPTION_INVALID", `${name} must be a positive number`);
  }
  if (into !== undefined && !(into instanceof Int32Array)) {
    throw new DecodeError("OPTION_INVALID", "`into` must be an Int32Array");
  }
}
