/** The random part of a room's mutants that is tried, for an estimate of the score. */
import { mulberry32 } from "../support/random.mjs";

/**
 * Whether a mutant is in the sample.
 *
 * @param {string} id the mutant's number in Stryker's report
 * @param {{ MUTATED_SHARE?: string, MUTATED_SEED?: string }} choice the share of all mutants, 0 to 1 (default 1), and the
 *   seed that says which (default 1). rooms.mjs sets them for the runner
 */
export function isSampled(id, { MUTATED_SHARE: share = "1", MUTATED_SEED: seed = "1" }) {
  return mulberry32(Number(seed) * 1_000_003 + Number(id))() < Number(share);
}
