/**
 * The main job without the network: PNG bytes and a legend to a `LabelMap`.
 * It checks the call, reads the container and the legend, lets an engine find the labels, and puts all together.
 */
import { isObject } from "./describe.js";
import { decodeFused, takesFused } from "./engines/fused.js";
import { DecodeError, type Issue } from "./errors.js";
import { buildLabels, LabelMap } from "./label-map.js";
import { type LegendInput, parseLegend } from "./legend.js";
import { type PngContainer, parsePng } from "./png.js";
import { parseResult, type SegmentationResult } from "./result.js";
import { getModule, giveBackMemory, loadModule, type WasmSource } from "./wasm/module.js";
import { type Measures, scanPixels } from "./wasm/scanner.js";

/** The bytes of a PNG file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type PngInput = ArrayBuffer | ArrayBufferView;

/** What says which colour is which label: the vendor's result (object, JSON text or parsed), or a legend alone. */
export type ResultInput = SegmentationResult | LegendInput | { readonly legend: object } | string;

export interface DecodeOptions {
  /**
   * What turns the compressed bytes into labels. `fused` does it all in WebAssembly and is the fast one; it takes PNGs
   * of up to 8 bits per sample that are not interlaced. `upng` takes every PNG. `auto`, the default, takes `fused`
   * where it can.
   */
  engine?: "auto" | "fused" | "upng";
  /** Defects of the legend are errors instead of issues. Default false. */
  strict?: boolean;
  /** What makes labels one class: the value less its ` # n` (`name`, the default), or the vendor's `class_id`. */
  classBy?: "name" | "class_id";
  /** Most pixels that are accepted. Default 2^28 (1 GiB of labels). */
  maxPixels?: number;
  /** Most bytes of PNG that are accepted. Default 2^30. */
  maxBytes?: number;
  /** Check each chunk's CRC-32 and, with `fused`, the pixels' Adler-32 (`upng` always does). Default true. */
  verify?: boolean;
  /**
   * Where the labels go instead of a fresh array: `width * height` elements. An error in the call or the container
   * leaves its content as it was; one that shows only while pixels are decoded leaves it all -1.
   */
  into?: Int32Array;
}

export interface InitOptions {
  /** Where the module comes from, for runtimes that forbid compiling the embedded bytes; see `labelmap/labelmap.wasm`. */
  wasm?: WasmSource | PromiseLike<Response>;
}

/** The engine that is loaded only when it is needed, once it is. */
let upng: typeof import("./engines/upng.js") | undefined;

const DEFAULT_MAX_PIXELS = 2 ** 28;
const DEFAULT_MAX_BYTES = 2 ** 30;

/**
 * Loads the WebAssembly module and both engines, once per thread. Only needed before `decodeMaskSync` or
 * `labelPixels`, and to give the module's bytes; later calls return at once and ignore their options.
 * @throws DecodeError WASM_UNAVAILABLE, ENGINE_UNAVAILABLE
 */
export async function init(options: InitOptions = {}): Promise<void> {
  if (!isObject(options as unknown))
    throw new DecodeError("OPTION_INVALID", "init takes an object of options");
  await Promise.all([loadUpng(), loadModule(options.wasm)]);
}

async function loadUpng(): Promise<void> {
  try {
    upng ??= await import("./engines/upng.js");
  } catch (cause) {
    throw new DecodeError(
      "ENGINE_UNAVAILABLE",
      "the code of the upng engine cannot be loaded: is the file that the bundler made for it served?",
      { cause },
    );
  }
}

/**
 * Decodes a PNG mask to its label map. Loads the module on first use, and `upng-js` with the first mask that needs it.
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
  const checked = checkOptions(options);
  await loadModule();
  const mask = readMask(png, result, checked);
  if (mask.engine === "upng") await loadUpng();
  return decodeRead(mask, checked);
}

/**
 * `decodeMask` without waiting; `await init()` must have been called.
 * @throws DecodeError NOT_INITIALISED, and all that `decodeMask` throws
 */
export function decodeMaskSync(png: PngInput, result: ResultInput, options: DecodeOptions = {}): LabelMap {
  const checked = checkOptions(options);
  getModule();
  return decodeRead(readMask(png, result, checked), checked);
}

/** Everything that is known before a pixel is decoded. */
interface ReadMask {
  readonly bytes: Uint8Array;
  readonly container: PngContainer;
  readonly source: Source;
  readonly engine: "fused" | "upng";
}

function readMask(png: PngInput, result: ResultInput, options: DecodeOptions): ReadMask {
  const source = readResult(result, options);
  const bytes = toBytes(png);
  const container = parsePng(bytes, {
    maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    verify: options.verify ?? true,
  });
  const { header } = container;
  checkInto(options.into, header.width, header.height, bytes);
  const { engine = "auto" } = options;
  if (engine === "fused" && !takesFused(header)) {
    throw new DecodeError(
      "ENGINE_UNSUPPORTED",
      'the fused engine takes no interlaced PNG and no 16-bit samples: use `engine: "auto"`',
    );
  }
  return { bytes, container, source, engine: engine === "upng" || !takesFused(header) ? "upng" : "fused" };
}

function decodeRead({ bytes, container, source, engine }: ReadMask, options: DecodeOptions): LabelMap {
  const { width, height } = container.header;
  if (engine === "upng" && upng === undefined) {
    throw new DecodeError("NOT_INITIALISED", "the upng engine is not loaded yet: call `await init()` first");
  }
  const found = withMemory(width, height, () => {
    const data = options.into ?? allocateLabels(width * height);
    const colors = colorsOf(source);
    try {
      if (engine === "fused") {
        return { data, ...decodeFused(bytes, container, colors, data, options.verify ?? true) };
      }
      const { pixels, issues } = upng!.decodeRgba(bytes, container);
      return { data, issues, ...scanPixels(pixels, 4, width, height, colors, data) };
    } catch (error) {
      // Labels of a part of the mask must not be taken for a map.
      options.into?.fill(-1);
      throw error;
    } finally {
      giveBackMemory();
    }
  });
  return assemble(found, width, height, source, options, [...container.issues, ...found.issues]);
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
  const { into, ...checked } = checkOptions(options);
  if (!isObject(image)) {
    throw new DecodeError("OPTION_INVALID", "the image must be an object with data, width and height");
  }
  const { data, width, height, channels = 4 } = image;
  const isSize = (value: number) => Number.isInteger(value) && value > 0;
  if (!isSize(width) || !isSize(height) || (channels !== 3 && channels !== 4)) {
    throw new DecodeError(
      "OPTION_INVALID",
      "width and height must be positive integers, and channels 3 or 4",
    );
  }
  // By its tag: an array of another realm is one too, and wider elements must not be read as bytes.
  if (!["[object Uint8Array]", "[object Uint8ClampedArray]"].includes(Object.prototype.toString.call(data))) {
    throw new DecodeError("OPTION_INVALID", "data must be a Uint8Array or a Uint8ClampedArray");
  }
  if (data.length !== width * height * channels) {
    throw new DecodeError(
      "OPTION_INVALID",
      `data has ${data.length} bytes, ${width}×${height} pixels of ${channels} channels have ${width * height * channels}`,
    );
  }
  const source = readResult(result, checked);
  checkInto(into, width, height);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const found = withMemory(width, height, () => {
    const labels = into ?? allocateLabels(width * height);
    return { data: labels, ...scanPixels(bytes, channels, width, height, colorsOf(source), labels) };
  });
  return assemble(found, width, height, source, checked, []);
}

/**
 * Turns the platform's word for "no memory", a RangeError, into ours, and a fault of the module into a typed error. A
 * stack that overflows and an offset outside of an array are RangeErrors too, but say nothing of memory.
 */
function withMemory<T>(width: number, height: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError) {
      throw new DecodeError("INTERNAL", `the module failed (${cause.message}): please report it`, { cause });
    }
    if (!(cause instanceof RangeError) || /call stack|bounds/i.test(cause.message)) throw cause;
    throw new DecodeError("OUT_OF_MEMORY", `memory for ${width}×${height} pixels cannot be had`, { cause });
  }
}

/**
 * A fresh array for labels. What is in it is arbitrary: it is handed out only once it has been filled.
 *
 * In Node it is not zeroed first, as every element is about to be written: for a 4K mask that alone would take as long
 * as the decode. Not from Buffer's shared pool: the caller may transfer the buffer to another thread.
 */
function allocateLabels(length: number): Int32Array<ArrayBuffer> {
  const { Buffer } = globalThis as { Buffer?: { allocUnsafeSlow?(bytes: number): Uint8Array<ArrayBuffer> } };
  const bytes = Buffer?.allocUnsafeSlow?.(length * 4);
  // A page may have somebody's imitation of Buffer, which makes no promises.
  return bytes?.buffer.byteLength === length * 4 ? new Int32Array(bytes.buffer) : new Int32Array(length);
}

function colorsOf({ legend }: Source): Int32Array {
  return Int32Array.from(legend.entries, (entry) => entry.rgb);
}

function assemble(
  found: Measures & { readonly data: Int32Array },
  width: number,
  height: number,
  source: Source,
  options: DecodeOptions,
  pngIssues: readonly Issue[],
): LabelMap {
  return new LabelMap({
    width,
    height,
    data: found.data,
    labels: buildLabels(source, options.classBy ?? "name", found.counts, found.boxes),
    unlabelled: {
      count: found.unlabelledCount,
      colors: found.unknownColors.map(({ rgb, count }) => ({
        color: `#${rgb.toString(16).padStart(6, "0")}`,
        count,
      })),
    },
    issues: [...source.issues, ...pngIssues],
  });
}

type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** What has a `legend` is a result (parsed or not), a string is a result's JSON; the rest is a bare legend. */
function readResult(input: ResultInput, { strict = false }: DecodeOptions): Source {
  if (typeof input === "string" || (isObject(input) && "legend" in input)) {
    return parseResult(input, { strict });
  }
  const legend = parseLegend(input as LegendInput, { strict });
  return { legend, instances: null, issues: legend.issues };
}

function toBytes(png: PngInput): Uint8Array {
  try {
    if (ArrayBuffer.isView(png)) return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
    // Not instanceof: an ArrayBuffer of another realm (an iframe, a test runner's context) is one too.
    if (Object.prototype.toString.call(png) === "[object ArrayBuffer]") return new Uint8Array(png);
  } catch (cause) {
    throw new DecodeError("OPTION_INVALID", "the PNG's buffer is detached, or no longer as long", { cause });
  }
  throw new DecodeError(
    "OPTION_INVALID",
    "the PNG must be an ArrayBuffer or a view of one, such as a Uint8Array",
  );
}

function checkInto(into: Int32Array | undefined, width: number, height: number, bytes?: Uint8Array): void {
  if (
    into !== undefined &&
    into.buffer === bytes?.buffer &&
    into.byteOffset < bytes.byteOffset + bytes.byteLength &&
    bytes.byteOffset < into.byteOffset + into.byteLength
  ) {
    // Labels are written before all of the file is read.
    throw new DecodeError("OPTION_INVALID", "`into` must not lie where the PNG's bytes are");
  }
  if (into !== undefined && into.length !== width * height) {
    throw new DecodeError(
      "OUTPUT_SIZE",
      `\`into\` has ${into.length} elements, the mask has ${width}×${height} = ${width * height} pixels`,
    );
  }
}

/** The options, checked: a copy, since the caller may change his own while a module is loaded. */
function checkOptions(given: DecodeOptions): DecodeOptions {
  if (!isObject(given as unknown)) throw new DecodeError("OPTION_INVALID", "the options must be an object");
  const options = { ...given };
  const { engine = "auto", classBy = "name", maxPixels = 1, maxBytes = 1, into } = options;
  if (!["auto", "fused", "upng"].includes(engine)) {
    throw new DecodeError(
      "OPTION_INVALID",
      `there is no engine "${String(engine)}": use "auto", "fused" or "upng"`,
    );
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
  return options;
}
