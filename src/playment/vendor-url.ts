/** URLs that the vendor or the caller names. */

import { PlaymentError, type PlaymentErrorContext } from "../errors.js";

/** An http(s) URL, or undefined. */
export function httpUrl(input: string | URL, base?: URL): URL | undefined {
  if (!URL.canParse(input, base)) return undefined;
  const url = new URL(input, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}

/** Checks a URL from the vendor. The error's message does not quote it, since it may contain a signature. */
export function vendorUrl(input: string | URL, what: string, context: PlaymentErrorContext, base?: URL): URL {
  const url = httpUrl(input, base);
  if (url !== undefined) return url;
  throw new PlaymentError(
    "PLAYMENT_RESPONSE_INVALID",
    `${what}: its URL does not have the form https://…`,
    context,
  );
}
