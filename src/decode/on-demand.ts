/**
 * Code that few masks need, loaded only when one does: the upng engine with its libraries, pixels that were decoded
 * elsewhere, snapping, crop and resize, the encodings of ids, legends as other tools write them, and what is said about
 * files that cannot be decoded. `init` loads all of it, for synchronous calls.
 */
import { DecodeError } from "../errors.js";

const PARTS = {
  upng: () => import("./engines/upng.js"),
  scanner: () => import("./wasm/scanner.js"),
  snap: () => import("./snap.js"),
  area: () => import("../geometry/area.js"),
  encodings: () => import("./encodings/reader.js"),
  faults: () => import("./faults.js"),
  legends: () => import("../legend/parse-legend.js"),
};
export type Parts = { [Name in keyof typeof PARTS]: Awaited<ReturnType<(typeof PARTS)[Name]>> };

export type PartName = keyof Parts;

const loaded: Partial<Parts> = {};

/** The error of a synchronous call that needs a part before `init` has loaded it. `withParts` loads it. */
class PartMissing extends DecodeError {
  constructor(readonly part: PartName) {
    super("NOT_INITIALISED", "not all code is loaded yet; call `await init()` first");
  }
}

/** @throws {DecodeError} ENGINE_UNAVAILABLE */
export async function loadParts(
  names: readonly PartName[] = Object.keys(PARTS) as PartName[],
): Promise<void> {
  try {
    await Promise.all(
      names.map(async (name) => {
        loaded[name] ??= (await PARTS[name]()) as never;
      }),
    );
  } catch (cause) {
    throw new DecodeError(
      "ENGINE_UNAVAILABLE",
      "code that is loaded on demand cannot be loaded; does your server deliver all files that the bundler made?",
      { cause },
    );
  }
}

/** @throws {DecodeError} NOT_INITIALISED */
export function partOf<Name extends PartName>(name: Name): Parts[Name] {
  const part = loaded[name];
  if (part === undefined) throw new PartMissing(name);
  return part as Parts[Name];
}

/** Does `work`. If a part turns out to be missing, loads it and starts again. @throws {DecodeError} ENGINE_UNAVAILABLE */
export async function withParts<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof PartMissing)) throw error;
      await loadParts([error.part]);
    }
  }
}
