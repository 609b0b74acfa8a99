/**
 * Where the module's bytes may come from. These types say what is used of a URL, a `Response` and a compiled module, so
 * that they need neither the DOM's types nor Node's, and fit objects of another realm.
 */

/** What is used of a `URL`. */
export interface UrlSource {
  readonly href: string;
}

/** What is used of a `Response` or a `Blob`. */
export interface ResponseSource {
  readonly ok?: boolean;
  readonly status?: number;
  readonly body?: { cancel(): Promise<void> } | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A `WebAssembly.Module`: it has nothing that can be used, and no property but its tag. */
export interface ModuleSource {
  readonly [Symbol.toStringTag]?: "WebAssembly.Module";
}

/** The source of the module: a URL to fetch, a `Response`, the bytes, or a compiled module. */
export type WasmSource = string | UrlSource | ResponseSource | ModuleSource | ArrayBuffer | ArrayBufferView;

/** What `WebAssembly.instantiate` takes. */
export type BytesOrModule = ArrayBuffer | ArrayBufferView | ModuleSource;

/** Tells sources apart by what they can do, not by `instanceof`: a page's frame or a sandbox has classes of its own. */
export async function toBytesOrModule(source: WasmSource): Promise<BytesOrModule> {
  const address = typeof source === "string" ? source : (source as UrlSource).href;
  const response = (address === undefined ? source : await fetch(address)) as ResponseSource;
  if (response.arrayBuffer === undefined) return source as BytesOrModule;
  if (response.ok === false) {
    response.body?.cancel().catch(() => {});
    throw new TypeError(`the server answered ${response.status}`);
  }
  // Not compileStreaming, which requires the MIME type application/wasm. Many static servers do not send it.
  return response.arrayBuffer();
}
