/** Picks the engine for a mask, loads it where need be, and turns what can go wrong while it runs into typed errors. */
import { DecodeError } from "../errors.js";
import type { PngHeader } from "../png.js";
import { giveBackMemory } from "../wasm/module.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { decodeFused, takesFused } from "./fused.js";

export type EngineName = "fused" | "upng";

/** The engine that is loaded only when it is needed, once it is. */
let upng: typeof import("./upng.js") | undefined;

/** @throws DecodeError ENGINE_UNAVAILABLE */
export async function loadUpng(): Promise<void> {
  try {
    upng ??= await import("./upng.js");
  } catch (cause) {
    throw new DecodeError(
      "ENGINE_UNAVAILABLE",
      "the code of the upng engine cannot be loaded: is the file that the bundler made for it served?",
      { cause },
    );
  }
}

/** @throws DecodeError ENGINE_UNSUPPORTED */
export function pickEngine(header: PngHeader, wanted: "auto" | EngineName = "auto"): EngineName {
  if (wanted === "fused" && !takesFused(header)) {
    throw new DecodeError(
      "ENGINE_UNSUPPORTED",
      'the fused engine takes no interlaced PNG and no 16-bit samples: use `engine: "auto"`',
    );
  }
  return wanted === "upng" || !takesFused(header) ? "upng" : "fused";
}

/** @throws PngError; DecodeError NOT_INITIALISED, OUT_OF_MEMORY, INTERNAL */
export function runEngine(name: EngineName, request: DecodeRequest): Decoded {
  const { width, height } = request.container.header;
  return withMemory(width, height, () => {
    try {
      if (name === "fused") return decodeFused(request);
      if (upng === undefined) {
        throw new DecodeError(
          "NOT_INITIALISED",
          "the upng engine is not loaded yet: call `await init()` first",
        );
      }
      return upng.decodeUpng(request);
    } finally {
      giveBackMemory();
    }
  });
}

/**
 * Turns the platform's word for "no memory", a RangeError, into ours, and a fault of the module into a typed error. A
 * stack that overflows and an offset outside of an array are RangeErrors too, but say nothing of memory.
 */
export function withMemory<T>(width: number, height: number, work: () => T): T {
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
