/// <reference types="node" />
/**
 * Not more than so many requests a second to a host, however many jobs are under way; and where a host answers 429 with
 * a time to come back, nobody asks it before. Each host has its own measure: the vendor's API and the storage behind it.
 */
import PQueue from "p-queue";
import { invalid } from "../arguments.js";
import type { Throttle } from "../playment/http.js";

/** Requests are let through in bursts of a tenth of a second, so that hundreds a second need no timer each. */
const BURSTS_PER_SECOND = 10;
/** The longest time that a host can make all others wait. */
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * For `PlaymentClient`'s option `throttle`.
 *
 * @param perSecond most requests a second to one host, retries among them. Above 0.
 * @throws {DecodeError} OPTION_INVALID
 */
export function limitRate(perSecond: number): Throttle {
  if (!(perSecond > 0)) throw invalid("the rate must be a number of requests a second, above 0.");
  const intervalCap = Math.max(1, Math.floor(perSecond / BURSTS_PER_SECOND));
  const interval = (1000 * intervalCap) / perSecond;
  const hosts = new Map<string, Host>();
  const hostOf = ({ host }: URL) => {
    const known = hosts.get(host) ?? {
      queue: new PQueue({ intervalCap, interval }),
      pausedUntil: 0,
      timer: undefined,
    };
    hosts.set(host, known);
    return known;
  };
  return {
    beforeRequest: (url, signal) => hostOf(url).queue.add(() => {}, signal === undefined ? {} : { signal }),
    afterResponse(url, response) {
      if (response.status !== 429) return;
      const wait = Math.min(millisecondsOf(response.headers.get("retry-after")), LONGEST_PAUSE_MILLISECONDS);
      if (!(wait > 0)) return;
      const host = hostOf(url);
      // Of several such answers the one that says the latest time counts.
      if (performance.now() + wait <= host.pausedUntil) return;
      host.pausedUntil = performance.now() + wait;
      host.queue.pause();
      clearTimeout(host.timer);
      host.timer = setTimeout(() => host.queue.start(), wait);
    },
  };
}

interface Host {
  readonly queue: PQueue;
  pausedUntil: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** What `Retry-After` says: seconds, or a date (RFC 9110, 10.2.3); NaN where it says nothing. */
function millisecondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isNaN(seconds) ? Date.parse(retryAfter ?? "") - Date.now() : seconds * 1000;
}
