/** Which fault strikes next: the numbers of `Faults`, counted down. */
import type { Faults } from "./faults.js";
import { keyOf, type ServedJob } from "./jobs.js";

type FaultKind = Exclude<keyof Faults, "retryAfter" | "status" | "refusedStatus">;

export class FaultCounter {
  /** The server's own: to be set at any time. */
  readonly global: Faults = {};
  /** What is left of the faults of each job that has any and was asked for. */
  readonly #left = new Map<string, Faults>();

  /** Counts one down. Its fault strikes where this gives the faults that it is one of. */
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
