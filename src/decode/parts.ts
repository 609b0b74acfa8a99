/**
 * Code that few masks need, so that pages need not load it. Each part registers itself when its entry point is imported:
 * `import "labelmap/snap"`. In Node `labelmap` imports them all.
 *
 * Nothing here is loaded with `import()`. Bundlers turn that into files of their own, and workers of Vite 5 to 7 and of
 * Parcel cannot have them.
 */
import { DecodeError } from "../errors.js";
import type { checkArea, samplePixels } from "../geometry/area.js";
import type { readColorLegend } from "../legend/parse-legend.js";
import type { decodeEncoded, sourceOfIds } from "./encodings/decode-encoded.js";
import type { encodingOf } from "./encodings/table.js";
import type { collectRuns } from "./engines/collect-runs.js";
import type { decodeUpng } from "./engines/upng.js";
import type { decodeToNeighbours, snapToNeighbours } from "./neighbours.js";
import type { decodeOpened } from "./open-input.js";
import type { answerTo } from "./snap.js";
import type { decodeInPlace } from "./zero-copy.js";

/** The parts, by the names of their entry points. */
export interface Parts {
  readonly maps: { readonly collectRuns: typeof collectRuns };
  readonly geometry: { readonly checkArea: typeof checkArea; readonly samplePixels: typeof samplePixels };
  readonly snap: {
    readonly answerTo: typeof answerTo;
    readonly decodeToNeighbours: typeof decodeToNeighbours;
    readonly snapToNeighbours: typeof snapToNeighbours;
  };
  readonly ids: {
    readonly encodingOf: typeof encodingOf;
    readonly sourceOfIds: typeof sourceOfIds;
    readonly decodeEncoded: typeof decodeEncoded;
  };
  readonly legend: { readonly readColorLegend: typeof readColorLegend };
  readonly upng: { readonly decodeUpng: typeof decodeUpng };
  readonly stream: typeof decodeOpened;
  readonly "zero-copy": { readonly decodeInPlace: typeof decodeInPlace };
}

const registered: Partial<Record<keyof Parts, unknown>> = {};

/** Makes a part available to every later call. */
export function registerPart<Name extends keyof Parts>(name: Name, part: Parts[Name]): void {
  registered[name] = part;
}

/** The part; `undefined` if nothing has imported it. */
export function findPart<Name extends keyof Parts>(name: Name): Parts[Name] | undefined {
  return registered[name] as Parts[Name] | undefined;
}

/** What needs a part, for the message. */
const NEEDS = {
  maps: "the target `runs`",
  geometry: "the code for `crop` and `resize`",
  snap: "the option `snap`",
  ids: "the option `encoding`",
  upng: "the engine `upng`",
};

/** @throws {DecodeError} PART_MISSING; ENGINE_UNAVAILABLE for `upng` */
export function partOf<Name extends keyof typeof NEEDS>(name: Name): Parts[Name] {
  const part = findPart(name);
  if (part === undefined) throw partMissing(name, `${NEEDS[name]} is not in labelmap itself`);
  return part;
}

/** @param problem what does not work without the part. */
export function partMissing(name: keyof Parts, problem: string, cause?: unknown): DecodeError {
  return new DecodeError(
    name === "upng" ? "ENGINE_UNAVAILABLE" : "PART_MISSING",
    `${problem}; add \`import "labelmap/${name}"\` to your program, beside its import of labelmap`,
    { cause },
  );
}
