/** Picks the engine for a mask, and runs it. */

import { findPart, partOf } from "../parts.js";
import type { PngHeader } from "../png/container.js";
import { giveBackMemory } from "../wasm/module.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { decodeFused, takesFused } from "./fused.js";
import { withMemory } from "./with-memory.js";

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
  if (name === "upng") return partOf("upng").decodeUpng;
  return (request) => decodeFused(request, findPart("zero-copy")?.decodeInPlace);
}
