/**
 * Requests to the storage. The vendor says where a file lies, and the storage may redirect further. Without checks, whoever
 * controls such an answer could make this machine ask addresses of its own network, or read a file unencrypted.
 */
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { type GetOptions, get, type HttpOptions, publicUrl } from "./http.js";

/** Which places a URL of the vendor or the storage may lead to, besides public hosts by https. */
export interface AllowedPlaces {
  readonly http: boolean;
  readonly privateHosts: boolean;
}

const MOST_REDIRECTS = 10;

/** The places that are as safe as `trusted` itself. */
export function placesLike(trusted: URL): AllowedPlaces {
  return { http: trusted.protocol === "http:", privateHosts: isPrivateHost(trusted.hostname) };
}

/** @throws PlaymentError PLAYMENT_URL_REFUSED */
export function checkPlace(
  url: URL,
  allowed: AllowedPlaces,
  what: string,
  context: PlaymentErrorContext,
): void {
  const refuse = (reason: string) => {
    return new PlaymentError("PLAYMENT_URL_REFUSED", `${what} (${url.origin}): ${reason}`, context);
  };
  if (url.protocol !== "https:" && !allowed.http) {
    throw refuse("the URL is not https; if you expect that, set `allowHttp: true`");
  }
  if (isPrivateHost(url.hostname) && !allowed.privateHosts) {
    throw refuse("the host is in a private network; if you expect that, set `allowPrivateHosts: true`");
  }
}

/**
 * Fetches the headers of a file in the storage, and follows redirects to allowed places.
 * @throws PlaymentError PLAYMENT_URL_REFUSED, PLAYMENT_REDIRECT_LOOP, PLAYMENT_RESPONSE_INVALID, and what `get` throws
 */
export async function getFromStorage(
  start: URL,
  allowed: AllowedPlaces,
  http: HttpOptions,
  options: Omit<GetOptions, "redirect">,
): Promise<Response> {
  const { what, context } = options;
  const seen = new Set<string>();
  for (let url = start; ; ) {
    seen.add(withoutFragment(url));
    const response = await get(url, http, { ...options, redirect: "manual" });
    if (response.ok) return response;
    response.body?.cancel().catch(() => {});
    if (response.type === "opaqueredirect") return followInBrowser(url, allowed, http, options);
    const { status } = response;
    const place = `${what} (${publicUrl(url)})`;
    const location = response.headers.get("location");
    if (location === null || !URL.canParse(location, url)) {
      const message = `${place}: the storage redirects but does not say where; try again later`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status });
    }
    url = new URL(location, url);
    if (url.protocol !== "https:" && url.protocol !== "http:") {
      const message = `${place}: the storage redirects to a URL that does not have the form https://…`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status });
    }
    checkPlace(url, allowed, what, { ...context, status });
    const isLoop = seen.has(withoutFragment(url));
    if (!isLoop && seen.size <= MOST_REDIRECTS) continue;
    const how = isLoop ? "in a loop" : `more than ${MOST_REDIRECTS} times`;
    const message = `${place}: the storage redirects ${how}; ask the vendor, or whoever runs the storage`;
    throw new PlaymentError("PLAYMENT_REDIRECT_LOOP", message, { ...context, status });
  }
}

/** A browser hides where a redirect leads. So it must follow the redirect itself, and only the end can be checked. */
async function followInBrowser(
  url: URL,
  allowed: AllowedPlaces,
  http: HttpOptions,
  options: Omit<GetOptions, "redirect">,
): Promise<Response> {
  const response = await get(url, http, { ...options, redirect: "follow" });
  try {
    if (URL.canParse(response.url)) {
      checkPlace(new URL(response.url), allowed, options.what, options.context);
    }
    return response;
  } catch (error) {
    response.body?.cancel().catch(() => {});
    throw error;
  }
}

function withoutFragment({ href, hash }: URL): string {
  return hash === "" ? href : href.slice(0, -hash.length);
}

/**
 * Whether a URL's host is this machine or in its network, as far as the name tells. A public name may have a private
 * address all the same. Only the name server knows that.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host.startsWith("[")) return isPrivateIpv6(host.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPrivateIpv4(host.split(".").map(Number));
  // A name without a dot is looked up in the local network.
  return !host.includes(".") || /\.(?:localhost|local|internal|home\.arpa)$/.test(host);
}

/** Private, link-local, loopback and other addresses that are not global (IANA's special-purpose registry). */
function isPrivateIpv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

function isPrivateIpv6(address: string): boolean {
  const [left, right] = address.split("::") as [string, string?];
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(left), groups(right ?? "")];
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  const all = [...before, ...zeros, ...after];
  const [first = 0, second = 0] = all;
  const ipv4At = (place: number) => [all[place]! >> 8, all[place]! & 255, all[place + 1]! >> 8];
  const startsWithZeros = (count: number) => all.slice(0, count).every((group) => group === 0);
  // Addresses that contain an IPv4 address: mapped, compatible (with `::` and `::1`), NAT64, 6to4.
  if (startsWithZeros(6) || (startsWithZeros(5) && all[5] === 0xffff)) return isPrivateIpv4(ipv4At(6));
  if (first === 0x64 && second === 0xff9b) return isPrivateIpv4(ipv4At(6)) || all[2] === 1;
  if (first === 0x2002) return isPrivateIpv4(ipv4At(1));
  // Global unicast is 2000::/3. All others are private, link-local, multicast or unassigned.
  return first >> 13 !== 1;
}
