/**
 * Masks that a server lists, for `?files=files.json`: `{ "masks": [{ "name", "mask", "result", "image" }] }` with URLs
 * relative to the list, result and image `null` where there are none. Only URLs of the page's own origin are taken.
 */
import { NamedError } from "../named-error.js";
import type { MaskPair, Source } from "./mask-pair.js";

/** @throws {NamedError} */
export async function servedPairs(listUrl: string): Promise<MaskPair[]> {
  const source = servedSource(listUrl, document.baseURI);
  const list: unknown = parseJson(await (await source.load()).text(), source.name);
  const masks = (list as { readonly masks?: unknown } | null)?.masks;
  if (!Array.isArray(masks)) throw new NamedError(source.name, `has no array "masks".`);
  return masks.map((entry: unknown, place) =>
    readEntry(entry, { list: source.name, path: `masks[${place}]` }, new URL(listUrl, document.baseURI).href),
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NamedError(name, `is not JSON.`);
  }
}

function readEntry(
  entry: unknown,
  place: { readonly list: string; readonly path: string },
  base: string,
): MaskPair {
  const { name, mask, result = null, image = null } = (entry ?? {}) as Record<string, unknown>;
  const isUrl = (value: unknown): value is string => typeof value === "string";
  const isUrlOrNull = (value: unknown): value is string | null => value === null || isUrl(value);
  if (!isUrl(name) || !isUrl(mask) || !isUrlOrNull(result) || !isUrlOrNull(image)) {
    throw new NamedError(
      place.list,
      `${place.path}: name and mask must be strings, result and image strings or null.`,
    );
  }
  return {
    name,
    mask: servedSource(mask, base),
    result: result === null ? null : servedSource(result, base),
    photo: image === null ? null : servedSource(image, base),
  };
}

function servedSource(reference: string, base: string): Source {
  if (!URL.canParse(reference, base)) {
    const load = () => Promise.reject(new NamedError(reference, "is no URL."));
    return { name: reference, isServed: true, load };
  }
  const url = new URL(reference, base);
  const name = decodeName(url.pathname.split("/").at(-1) ?? "");
  const load = async () => {
    if (url.origin !== location.origin) throw new NamedError(name, `is of another server, ${url.host}.`);
    const response = await fetch(url).catch(() => {
      throw new NamedError(name, `the server does not answer.`);
    });
    if (!response.ok) throw new NamedError(name, `the server answers ${response.status}.`);
    return response.blob();
  };
  return { name, isServed: true, load };
}

/** As it is where it is not encoded as it should be: `50%.png`. */
function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
