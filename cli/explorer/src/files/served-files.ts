/**
 * Masks that a server lists, for `?files=files.json`: `{ "masks": [{ "name", "mask", "result", "image" }] }`. URLs are
 * relative to the list. Result and image are `null` if they are missing. Only URLs of the page's own origin are accepted.
 * An entry may also have `legend`, the name of a palette for a mask without a result, and `encoding` and `form`, which say
 * how the mask and its legend are read. `changes` of the list is the URL of a stream of events (`text/event-stream`), one
 * whenever the list or a file has changed. Another `version` of an entry says that its files have changed.
 */
import { NamedError } from "../named-error.js";
import { type MaskPair, type Reading, type Source, sourceOfPalette } from "./mask-pair.js";

export interface ServedList {
  readonly pairs: readonly MaskPair[];
  /** The URL of a stream of events, one whenever the list or a file of it has changed; `null` if there is none. */
  readonly changes: string | null;
}

/** @throws {NamedError} */
export async function servedList(listUrl: string): Promise<ServedList> {
  const source = servedSource(listUrl, { base: document.baseURI, folder: "" });
  const list: unknown = parseJson(await (await source.load()).text(), source.name);
  const masks = (list as { readonly masks?: unknown } | null)?.masks;
  if (!Array.isArray(masks)) throw new NamedError(source.name, `the array "masks" is missing.`);
  const entries = masks.map((entry: unknown, place) =>
    checkEntry(entry, { list: source.name, path: `masks[${place}]` }),
  );
  const base = new URL(listUrl, document.baseURI).href;
  const references = entries.flatMap(({ mask, result, image }) => [mask, result, image]);
  const place = { base, folder: commonFolder(references, base) };
  const sourceOf = (reference: string | null) => (reference === null ? null : servedSource(reference, place));
  const found = entries.map(({ name, mask, result, image, legend, reading }, index) => ({
    name,
    entry: JSON.stringify(masks[index]),
    mask: servedSource(mask, place),
    result: legend === null ? sourceOf(result) : sourceOfPalette(legend),
    photo: sourceOf(image),
    reading,
  }));
  const { changes } = list as { readonly changes?: unknown };
  return { pairs: found, changes: typeof changes === "string" ? new URL(changes, base).href : null };
}

interface Entry {
  readonly name: string;
  readonly mask: string;
  readonly result: string | null;
  readonly image: string | null;
  /** A palette. */
  readonly legend: string | null;
  readonly reading: Reading;
}

interface Place {
  /** The URL that other URLs are relative to. */
  readonly base: string;
  /** The part of the path that names of files leave out. `""`: names leave out all folders. */
  readonly folder: string;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NamedError(name, "this is not valid JSON.");
  }
}

function checkEntry(entry: unknown, place: { readonly list: string; readonly path: string }): Entry {
  const fields = (entry ?? {}) as Record<string, unknown>;
  const { name, mask, result = null, image = null, legend = null, encoding, form } = fields;
  const isUrl = (value: unknown): value is string => typeof value === "string";
  const isUrlOrNull = (value: unknown): value is string | null => value === null || isUrl(value);
  if (!isUrl(name) || !isUrl(mask) || !isUrlOrNull(result) || !isUrlOrNull(image)) {
    throw new NamedError(
      place.list,
      `${place.path}: name and mask must be strings. Result and image must be strings or null.`,
    );
  }
  const isText = (value: unknown) => value === undefined || value === null || typeof value === "string";
  if (![legend, encoding, form].every(isText)) {
    throw new NamedError(place.list, `${place.path}: legend, encoding and form must be strings.`);
  }
  // The library checks the names.
  const reading = { ...(encoding ? { encoding } : {}), ...(form ? { form } : {}) } as Reading;
  return { name, mask, result, image, legend: legend as string | null, reading };
}

/** The innermost folder that contains all files. Several folders below it may each have an `a.png`. */
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
    const load = () => Promise.reject(new NamedError(reference, "this is not a valid URL."));
    return { name: reference, isServed: true, load };
  }
  const url = new URL(reference, base);
  const { pathname } = url;
  const name = decodeName(folder === "" ? pathname.split("/").at(-1)! : pathname.slice(folder.length));
  const answer = async (init: RequestInit = {}) => {
    if (url.origin !== location.origin)
      throw new NamedError(
        name,
        `this file is on another server, ${url.host}. Only files on this page's own server can be opened.`,
      );
    const response = await fetch(url, init).catch(() => {
      throw new NamedError(name, "the server did not answer.");
    });
    if (!response.ok) throw await refusal(name, response);
    return response;
  };
  const load = async () => (await answer()).blob();
  const loadStart = async (bytes: number) => {
    const ending = new AbortController();
    const reader = (await answer({ signal: ending.signal })).body!.getReader();
    const read: number[] = [];
    while (read.length < bytes) {
      const { value, done } = await reader.read();
      if (done) break;
      read.push(...value.subarray(0, bytes));
    }
    ending.abort();
    return Uint8Array.from(read);
  };
  return { name, isServed: true, load, loadStart };
}

/** How `labelmap view` says why it cannot make a file: the library's code and message. */
const REASON = /^([A-Z][A-Z0-9_]+): (.+)$/s;

async function refusal(name: string, response: Response): Promise<NamedError> {
  const [, code, message] = (response.status === 422 && REASON.exec((await response.text()).trim())) || [];
  return new NamedError(name, message ?? `the server answered ${response.status}.`, code);
}

/** Returns a name unchanged if it is not encoded correctly: `50%.png`. */
function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
