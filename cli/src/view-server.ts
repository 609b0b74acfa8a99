/// <reference types="node" />
/**
 * The server of `labelmap view`: it serves the explorer, the list of the masks (`files.json`), the listed
 * files, and a stream that says when they change.
 *
 * It looks up each URL in a map of the files that were found in the folder. The path of a request is never joined to a
 * path on the disk. Other machines cannot reach the server. Pages of other sites that the user has open cannot reach it
 * either: if their host name resolves to this machine (DNS rebinding), the Host header shows it.
 *
 * Other users of this machine can reach the server, but every path starts with a random token that they do not know. The
 * page's own links are relative, so they have the token without knowing it. The address for `--open` is an argument of
 * the browser's process, which other users can see. So it has another token, which works once.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { LabelMapError } from "labelmap";
import { FolderChanges } from "./folder-changes.js";
import type { LegendFlags } from "./legend-flags.js";
import { type Listening, listen, type PortChoice } from "./loopback.js";
import type { MadeFile, Viewed, ViewedMask } from "./view-files.js";
import { foldersOf, toListed, USER_FILES, versionOf } from "./view-list.js";

export interface ViewServerOptions {
  /** The folder of the built explorer. */
  readonly explorer: string;
  /** What was found at the start. */
  readonly viewed: Viewed;
  /** Finds the masks again. It is called for each request of the list, so that a reload shows new files. */
  readonly find: () => Promise<Viewed>;
  /** The folder of the masks, absolute and without links, to see new files in it; `null` if a single mask is shown. */
  readonly folder?: string | null;
  readonly port: PortChoice;
  /** How all masks are read. */
  readonly reading?: Pick<LegendFlags, "encoding" | "form">;
}

export interface ViewServer {
  /** The address to open in a browser. It contains the token. */
  readonly url: string;
  /** An address that leads to `url`, but only once. */
  readonly urlForOnce: string;
  close(): Promise<void>;
}

/** From URL paths (decoded, without the first `/`) to absolute file paths without links, or to what makes the file. */
type Files = ReadonlyMap<string, string | MadeFile["make"]>;

const LIST = "files.json";
/** A stream of events: each says that the list or a file may have changed. */
const CHANGES = "changes";
const INDEX = "index.html";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};

/** The types that the user's files are served with: none of them can run code in the page's origin. */
const USER_TYPES = new Set([".jpeg", ".jpg", ".json", ".png", ".webp"]);

/** @throws {LabelMapError} ENGINE_UNAVAILABLE: the explorer is not built; OPTION_INVALID: the port cannot be used. */
export async function startViewServer(options: ViewServerOptions): Promise<ViewServer> {
  const { explorer, find, folder = null, port, reading = {} } = options;
  const page = await readExplorer(explorer);
  let listening: Listening | undefined;
  let { masks } = options.viewed;
  let files = filesOf(page.files, masks);
  const changes = new FolderChanges();
  changes.setFolders(foldersOf(options.viewed, folder));
  const token = newToken();
  let once: string | undefined = newToken();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headersOf(page.policy))) response.setHeader(name, value);
    if (!isOwnHost(request.headers.host, listening!.origin)) return refuse(response, 403, "not this host");
    const { first, rest } = splitUrl(request.url ?? "");
    const isOnce = once !== undefined && isSame(first, once);
    if (!isSame(first, token) && !isOnce) {
      return refuse(response, 403, "open the address that labelmap view has printed; it contains a token");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return refuse(response, 405, "only GET and HEAD");
    }
    if (isOnce || !rest.startsWith("/")) {
      if (isOnce) once = undefined;
      response.setHeader("location", `/${token}/?files=${LIST}`);
      return sendText(response, 302, "", "text/plain; charset=utf-8");
    }
    const path = pathOf(rest);
    if (path === INDEX) return sendText(response, 200, withPreloads(page.html, masks[0]), TYPES[".html"]!);
    if (path === LIST) {
      const viewed = await find();
      masks = viewed.masks;
      files = filesOf(page.files, masks);
      changes.setFolders(foldersOf(viewed, folder));
      const listed = await Promise.all(
        masks.map(async (mask) => ({ ...toListed(mask), ...reading, version: await versionOf(mask) })),
      );
      const list = { masks: listed, changes: CHANGES };
      return sendText(response, 200, JSON.stringify(list), TYPES[".json"]!);
    }
    if (path === CHANGES) return sendChanges(response, changes);
    const file = path === undefined ? undefined : files.get(path);
    if (typeof file === "function") return sendMade(response, file, typeOf(path!, path!));
    if (file === undefined || !(await sendFile(response, file, typeOf(path!, file))))
      refuse(response, 404, "no such file");
  }

  listening = await listen(port, (request, response) => {
    answer(request, response).catch((error: Error) => {
      // The client is gone or the file became shorter; or, before any header, the folder is gone.
      if (response.headersSent) response.destroy();
      else refuseFor(response, error);
    });
  });
  const { origin, close } = listening;
  return { url: `${origin}/${token}/?files=${LIST}`, urlForOnce: `${origin}/${once}`, close };
}

/** 192 random bits, of characters that need no escape in a URL. */
function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/** Compares two texts in a time that does not depend on how many of their characters are equal. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(one!, other!);
}

/** The first part of a URL's path, and the URL without that part. */
function splitUrl(url: string): { readonly first: string; readonly rest: string } {
  const [, first = "", rest = ""] = /^\/([^/?]*)(.*)$/s.exec(url) ?? [];
  return { first, rest };
}

/** The explorer's page and files, and the policy in the page. Sent as a header, the policy also applies to the page's worker. */
async function readExplorer(folder: string): Promise<{ html: string; files: Files; policy: string }> {
  try {
    const root = await realpath(folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const files = new Map(paths.map((path) => [relative(root, path).replaceAll(sep, "/"), path]));
    const html = await readFile(join(root, INDEX), "utf8");
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1]!;
    return { html, files, policy };
  } catch (cause) {
    throw new LabelMapError(
      "ENGINE_UNAVAILABLE",
      `the explorer is not built: ${folder} does not contain it; run \`npm run build\` in a clone, or install labelmap-cli again`,
      { cause },
    );
  }
}

/**
 * The page, with links to what its script will ask for: the list, and the mask that it shows first. So they are on their
 * way before the script is.
 */
function withPreloads(html: string, first: ViewedMask | undefined): string {
  const { mask = null, result = null, image = null } = first === undefined ? {} : toListed(first);
  const links = [LIST, mask, result, image]
    .filter((url) => url !== null)
    // The URLs are encoded, so they contain none of HTML's own characters but `&` and `'`.
    .map((url) => `<link rel="preload" as="fetch" crossorigin href="${url.replaceAll("&", "&amp;")}" />`);
  return html.replace("</head>", `${links.join("")}</head>`);
}

function headersOf(policy: string): Record<string, string> {
  return {
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    // Other sites can neither embed the files nor keep a reference to the window.
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    // Masks change, and another folder may be at the same address later.
    "cache-control": "no-store",
  };
}

function isOwnHost(host: string | undefined, origin: string): boolean {
  const { port } = new URL(origin);
  return ["127.0.0.1", "localhost"].some(
    (name) => host?.toLowerCase() === (port === "" ? name : `${name}:${port}`),
  );
}

/** The decoded path of a request, without the token; `undefined` if it is malformed. */
function pathOf(url: string): string | undefined {
  const path = /^\/([^?]*)/.exec(url)?.[1];
  if (path === "") return INDEX;
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function filesOf(explorer: Files, masks: readonly ViewedMask[]): Files {
  const files = masks
    .flatMap(({ mask, result, photo }) => [mask, result, photo])
    .filter((file) => file !== null);
  return new Map([
    ...explorer,
    ...files.map((file) => [USER_FILES + file.path, "make" in file ? file.make : file.realPath] as const),
  ]);
}

/** @param path the path of the URL. */
function typeOf(path: string, file: string): string {
  const ending = extname(file).toLowerCase();
  const isKnown = !path.startsWith(USER_FILES) || USER_TYPES.has(ending);
  return (isKnown && TYPES[ending]) || "application/octet-stream";
}

/** @returns false if the file has disappeared or become a link since it was listed. */
async function sendFile(response: ServerResponse, path: string, type: string): Promise<boolean> {
  try {
    // Opening a named pipe would wait forever.
    if ((await realpath(path)) !== path || !(await stat(path)).isFile()) return false;
  } catch {
    return false;
  }
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  const { size } = await file.stat();
  response.writeHead(200, {
    "content-type": type,
    "content-length": size,
  });
  if (response.req.method === "HEAD" || size === 0) {
    response.end();
    await file.close();
  } else {
    // Send no more than `content-length` says, even if the file grows in the meantime.
    await pipeline(file.createReadStream({ end: size - 1 }), response);
  }
  return true;
}

/** Stays open until the page closes it. */
function sendChanges(response: ServerResponse, changes: FolderChanges): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (response.req.method === "HEAD") return void response.end();
  response.write("\n");
  response.on(
    "close",
    changes.listen(() => response.write("data: changed\n\n")),
  );
}

async function sendMade(response: ServerResponse, make: MadeFile["make"], type: string): Promise<void> {
  const bytes = await make();
  response.writeHead(200, { "content-type": type, "content-length": bytes.length });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

/** A mask or a list that cannot be read is an answer that says why. */
function refuseFor(response: ServerResponse, error: Error): void {
  if (error instanceof LabelMapError) refuse(response, 422, `${error.code}: ${error.message}`);
  else refuse(response, 500, error.message);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  sendText(response, status, `${why}\n`, "text/plain; charset=utf-8");
}

function sendText(response: ServerResponse, status: number, text: string, type: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
}
