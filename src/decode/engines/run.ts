/** Picks the engine for a mask, runs it, and turns its failures into typed errors. */

import { withMemoryFor } from "../../checks/memory.js";
import { DecodeError } from "../../errors.js";
import { partOf } from "../parts.js";
import type { PngHeader } from "../png/container.js";
import { giveBackMemory } from "../wasm/module.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { decodeFused, takesFused } from "./fused.js";

export type EngineName = "fused" | "upng";

export function pickEngine(header: PngHeader, wanted: "auto" | EngineName = "auto"): EngineName {
  if (wanted !== "auto") return wanted;
  return takesFused(header) ? "fused" : "upng";
}

/** @throws PngError; DecodeError ENGINE_UNAVAILABLE, NOT_INITIALISED, OUT_OF_MEMORY, INTERNAL */
export function runEngine(name: EngineName, request: DecodeRequest): Decoded {
  const { width, height } = request.container.header;
  const decode = engineOf(name);
  return withMemory(width, height, () => {
    try {
      return decode(request);
    } finally {
      giveBackMemory();
    }
  });
}

/** @throws {DecodeError} ENGINE_UNAVAILABLE */
export function engineOf(name: EngineName): (request: DecodeRequest) => Decoded {
  return name === "fused" ? decodeFused : partOf("upng").decodeUpng;
}

/** Turns failed allocations and traps of the module into typed errors. */
export function withMemory<T>(width: number, height: number, work: () => T): T {
  try {
    return withMemoryFor(`${width}×${height} pixels`, work);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    throw new DecodeError("INTERNAL", `the module failed (${cause.message}); please report it`, { cause });
  }
}
