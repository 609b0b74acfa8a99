/** A mask of ids to the requested maps. */
import type { Issue } from "../../errors.js";
import { legendOfIds } from "../../legend/legend-of-ids.js";
import type { LegendSource } from "../../legend/parse-legend.js";
import { type Label, NOTHING_SNAPPED } from "../../maps/label.js";
import { collectRuns } from "../engines/collect-runs.js";
import type { Decoded, DecodeRequest } from "../engines/engine.js";
import type { Output } from "../engines/output.js";
import { withMemory } from "../engines/with-memory.js";
import { type Filled, planOutput, type Target } from "../targets.js";
import type { Encoding, Source } from "./encoding.js";
import { type EncodedMask, fill, readEncoded } from "./reader.js";

/** The legend of ids; `null` if there is none. @param result what the caller gave; `null` for none. */
export function sourceOfIds(
  result: unknown,
  { legend }: Encoding,
  { strict }: { readonly strict: boolean },
): Source | null {
  const input = result ?? legend;
  return input === undefined ? null : legendOfIds(input as LegendSource, { strict });
}

/** The mask, and the part of it that the output shows. */
export interface EncodedFile extends Omit<EncodedMask, "transparent"> {
  readonly bytes: Uint8Array;
  readonly sampled: Output["sampled"];
  /** The size of the output. */
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a mask of ids, and fills the targets' arrays.
 *
 * @param run an engine.
 * @param issuesOf lists all issues of a mask.
 */
export function decodeEncoded(
  { encoding, source, container, sampled, ...rest }: EncodedFile,
  targets: readonly Target[],
  { transparent, verify }: Pick<EncodedMask, "transparent"> & { readonly verify: boolean },
  run: (request: DecodeRequest) => Decoded,
  issuesOf: (source: Source | null, labels: readonly Label[], issues: readonly Issue[]) => readonly Issue[],
): Filled {
  const { labels, unlabelled, runs, issues } = readEncoded(
    { encoding, source, container, transparent },
    (request) => {
      const output: Output = { ...rest, dense: [], runs: { collect: collectRuns, found: null }, sampled };
      const found = run({ ...rest, ...request, output, verify });
      return { ...found, runs: output.runs!.found! };
    },
  );
  const info = { labels, unlabelled, snapped: NOTHING_SNAPPED, issues: issuesOf(source, labels, issues) };
  return withMemory(rest.width, rest.height, () => {
    const plan = planOutput(targets, labels, rest, null, collectRuns);
    for (const table of plan.tables) table?.check(labels, unlabelled.count);
    fill(plan, runs);
    return { plan, info };
  });
}
