/// <reference types="node" />
/**
 * Not more than so many requests a second to a host, however many jobs are under way; and where a host answers 429 with
 * a time to come back, nobody asks it before. Each host has its own measure: the vendor's API and the storage behind it.
 */
import PQueue from "p-queue";
import { invalid } from "../arguments.js";
import { MOST_MILLISECONDS, type Throttle } from "../playment/http.js";

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
  if (!(perSecond >= 1000 / MOST_MILLISECONDS && Number.isFinite(perSecond))) {
    throw invalid("the rate must be a finite number of requests a second, one in 24 days at least.");
  }
  const intervalCap = Math.max(1, Math.floor(perSecond / BURSTS_PER_SECOND));
  const interval = (1000 * intervalCap) / perSecond;
  const queues = new Map<string, PQueue>();
  const queueOf = ({ host }: URL) => {
    const queue = queues.get(host) ?? new PQueue({ intervalCap, interval });
    queues.set(host, queue);
    return queue;
  };
  return {
    beforeRequest: (url, signal) => queueOf(url).add(() => {}, signal === undefined ? {} : { signal }),
    afterResponse(url, response) {
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      if (response.status !== 429 || !(seconds > 0)) return;
      const queue = queueOf(url);
      if (queue.isPaused) return;
      queue.pause();
      setTimeout(() => queue.start(), Math.min(seconds * 1000, LONGEST_PAUSE_MILLISECONDS));
    },
  };
}
