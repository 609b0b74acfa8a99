/**
 * Masks that a server lists, for `?files=files.json`: `{ "masks": [{ "name", "mask", "result", "image" }] }` with URLs
 * relative to the list, result and image `null` where there are none. Only URLs of the page's own origin are taken.
 */
import { NamedError } from "../named-error.js";
import type { MaskPair, Source } from "./mask-pair.js";

/** @throws {NamedError} */
export async function servedPairs(listUrl: string): Promise<MaskPair[]> {
  const source = servedSource(listUrl, { base: document.baseURI, folder: "" });
  const list: unknown = parseJson(await (await source.load()).text(), source.name);
  const masks = (list as { readonly masks?: unknown } | null)?.masks;
  if (!Array.isArray(masks)) throw new NamedError(source.name, `has no array "masks".`);
  const entries = masks.map((entry: unknown, place) =>
    checkEntry(entry, { list: source.name, path: `masks[${place}]` }),
  );
  const base = new URL(listUrl, document.baseURI).href;
  const references = entries.flatMap(({ mask, result, image }) => [mask, result, image]);
  const place = { base, folder: commonFolder(references, base) };
  const sourceOf = (reference: string | null) => (reference === null ? null : servedSource(reference, place));
  return entries.map(({ name, mask, result, image }) => ({
    name,
    mask: servedSource(mask, place),
    result: sourceOf(result),
    photo: sourceOf(image),
  }));
}

interface Entry {
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
  readonly image: string | null;
}

interface Place {
  /** What URLs are relative to. */
  readonly base: string;
  /** What files are called without; `""`: without all folders. */
  readonly folder: string;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NamedError(name, `is not JSON.`);
  }
}

function checkEntry(entry: unknown, place: { readonly list: string; readonly path: string }): Entry {
  const { name, mask, result = null, image = null } = (entry ?? {}) as Record<string, unknown>;
  const isUrl = (value: unknown): value is string => typeof value === "string";
  const isUrlOrNull = (value: unknown): value is string | null => value === null || isUrl(value);
  if (!isUrl(name) || !isUrl(mask) || !isUrlOrNull(result) || !isUrlOrNull(image)) {
    throw new NamedError(
      place.list,
      `${place.path}: name and mask must be strings, result and image strings or null.`,
    );
  }
  return { name, mask, result, image };
}

/** The innermost that all files are in: `a.png` may be in several below it. */
function commonFolder(references: readonly (string | null)[], base: string): string {
  const paths = references
    .filter((reference) => reference !== null && URL.canParse(reference, base))
    .map((reference) => new URL(reference!, base).pathname);
  let folder = (paths[0] ?? "/").replace(/[^/]*$/, "");
  while (!paths.every((path) => path.startsWith(folder))) folder = folder.replace(/[^/]*\/$/, "");
  return folder;
}

function servedSource(reference: string, { base, folder }: Place): Source {
  if (!URL.canParse(reference, base)) {
    const load = () => Promise.reject(new NamedError(reference, "is no URL."));
    return { name: reference, isServed: true, load };
  }
  const url = new URL(reference, base);
  const { pathname } = url;
  const name = decodeName(folder === "" ? pathname.split("/").at(-1)! : pathname.slice(folder.length));
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
