/**
 * Code that few masks need, loaded only when one does: the upng engine with its libraries, snapping, and the sampling of
 * a resize. `init` loads all of it, for synchronous calls.
 */
import { DecodeError } from "../errors.js";

const PARTS = {
  upng: () => import("./engines/upng.js"),
  snap: () => import("./snap.js"),
  sampling: () => import("../geometry/sampling.js"),
};
type Parts = { [Name in keyof typeof PARTS]: Awaited<ReturnType<(typeof PARTS)[Name]>> };

export type PartName = keyof Parts;

const loaded: Partial<Parts> = {};

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
  if (part !== undefined) return part as Parts[Name];
  throw new DecodeError("NOT_INITIALISED", "not all code is loaded yet; call `await init()` first");
}
