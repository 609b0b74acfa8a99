/** Decides which fault strikes next, by counting down the numbers of `Faults`. */
import type { Faults } from "./faults.js";
import { keyOf, type ServedJob } from "./jobs.js";

type FaultKind = Exclude<
  keyof Faults,
  "retryAfter" | "status" | "refusedStatus" | "failureCode" | "failureStatus"
>;

export class FaultCounter {
  /** The server's own faults. They can be set at any time. */
  readonly global: Faults = {};
  /** The remaining faults of each faulty job that was requested. */
  readonly #left = new Map<string, Faults>();

  /** Counts a fault down if it strikes. @returns the faults it belongs to, or `undefined` if it does not strike */
  strike(kind: FaultKind, job: ServedJob | undefined): Faults | undefined {
    for (const faults of [this.global, this.#ofJob(job)]) {
      const count = faults?.[kind] ?? 0;
      if (faults === undefined || !(count > 0)) continue;
      faults[kind] = count - 1;
      return faults;
    }
    return undefined;
  }

  #ofJob(job: ServedJob | undefined): Faults | undefined {
    if (job?.faults === undefined) return undefined;
    const key = keyOf(job);
    const left = this.#left.get(key) ?? { ...job.faults };
    this.#left.set(key, left);
    return left;
  }
}
