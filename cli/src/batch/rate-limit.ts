/// <reference types="node" />
/**
 * Not more than so many requests a second to a host, however many jobs are under way; and where a host answers 429 with
 * a time to come back, nobody asks it before. Each host has its own measure: the vendor's API and the storage behind it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { invalid } from "labelmap/checks";
import type { Throttle } from "labelmap/playment";
import PQueue from "p-queue";

/** The longest time that a timer knows, 24 days; a longer one would fire at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** Requests are let through in bursts of a tenth of a second, so that hundreds a second need no timer each. */
const BURSTS_PER_SECOND = 10;
/** The longest time that a host can make all others wait. */
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * For `PlaymentClient`'s option `throttle`.
 *
 * @param perSecond most requests a second to one host, retries among them. At least one in 24 days.
 * @throws {DecodeError} OPTION_INVALID
 */
export function limitRate(perSecond: number): Throttle {
  // Slower than a timer can wait, none would be held back.
  if (!(perSecond >= 1000 / LONGEST_TIMER_MILLISECONDS && Number.isFinite(perSecond))) {
    throw invalid("the rate must be a finite number of requests a second, one in 24 days at least.");
  }
  const intervalCap = Math.max(1, Math.floor(perSecond / BURSTS_PER_SECOND));
  const interval = (1000 * intervalCap) / perSecond;
  const hosts = new Map<string, Host>();
  const hostOf = ({ host }: URL) => {
    const known = hosts.get(host) ?? { queue: new PQueue({ intervalCap, interval }), pausedUntil: 0 };
    hosts.set(host, known);
    return known;
  };
  return {
    async beforeRequest(url, signal) {
      const host = hostOf(url);
      // The host may be paused while the request waits for its turn. Each request that waits has a timer of its own: it
      // keeps the process alive, and a pause that nobody waits for does not.
      do {
        const pause = host.pausedUntil - performance.now();
        if (pause > 0) await sleep(pause, signal);
        await host.queue.add(() => {}, signal === undefined ? {} : { signal });
      } while (host.pausedUntil > performance.now());
    },
    afterResponse(url, response) {
      if (response.status !== 429) return;
      const wait = Math.min(millisecondsOf(response.headers.get("retry-after")), LONGEST_PAUSE_MILLISECONDS);
      if (!(wait > 0)) return;
      const host = hostOf(url);
      // Of several such answers the one that says the latest time counts.
      host.pausedUntil = Math.max(host.pausedUntil, performance.now() + wait);
    },
  };
}

/** Waits, or rejects with the signal's reason at once. Node's own timer would reject with an error of its own. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

interface Host {
  readonly queue: PQueue;
  /** As `performance.now()` counts. */
  pausedUntil: number;
}

/** What `Retry-After` says: seconds, or a date (RFC 9110, 10.2.3); NaN where it says nothing. */
function millisecondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isNaN(seconds) ? Date.parse(retryAfter ?? "") - Date.now() : seconds * 1000;
}
