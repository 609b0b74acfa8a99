/// <reference types="node" />
/**
 * Limits the requests per second to each host, however many jobs are in progress. If a host answers 429 with a time, no
 * request is sent to it before that time. Each host has its own limit: the vendor's API, and the storage behind it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { invalid } from "labelmap/checks";
import type { Throttle } from "labelmap/playment";
import PQueue from "p-queue";

/** The longest time of a timer, 24 days. A longer timer would fire at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** Requests are sent in bursts ten times per second, so that hundreds of requests do not need a timer each. */
const BURSTS_PER_SECOND = 10;
/** The longest time that a host can make all others wait. */
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * Makes a value for `PlaymentClient`'s option `throttle`.
 *
 * @param perSecond the most requests per second to one host, including retries. At least one in 24 days.
 * @throws {DecodeError} OPTION_INVALID
 */
export function limitRate(perSecond: number): Throttle {
  // At a slower rate the timer would overflow, and no request would be delayed.
  if (!(perSecond >= 1000 / LONGEST_TIMER_MILLISECONDS && Number.isFinite(perSecond))) {
    throw invalid(
      "the rate must be a finite number of requests per second, and at least one request in 24 days.",
    );
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
      // The host may be paused while the request waits for its turn. Each waiting request has its own timer, which keeps
      // the process alive. A pause that nobody waits for does not.
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
      // If there are several such answers, the latest time counts.
      host.pausedUntil = Math.max(host.pausedUntil, performance.now() + wait);
    },
  };
}

/** Waits, or rejects at once with the signal's reason. Node's timer would reject with a different error. */
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
  /** In the time of `performance.now()`. */
  pausedUntil: number;
}

/** The time in `Retry-After`, given there as seconds or a date (RFC 9110, 10.2.3); NaN if there is none. */
function millisecondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isNaN(seconds) ? Date.parse(retryAfter ?? "") - Date.now() : seconds * 1000;
}
