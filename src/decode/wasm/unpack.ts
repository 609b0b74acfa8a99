/**
 * The embedded module's bytes, unpacked with what the runtime has. Every current browser and server has
 * `DecompressionStream`. Test environments and older runtimes may not, even where Node is underneath.
 */
import { deflatedWasmBase64, wasmLength } from "./embedded.js";

/** Inflates a zlib stream (RFC 1950). */
export type Inflate = (zlibStream: Uint8Array) => Uint8Array;

let inflate: Inflate | undefined;

/** For code that brings its own inflater: it is used where Node's is not there. */
export function unpackWith(own: Inflate): void {
  inflate = own;
}

export async function embeddedBytes(): Promise<Uint8Array<ArrayBuffer>> {
  const text = atob(deflatedWasmBase64);
  // Not Uint8Array.from, which takes the text apart through its iterator: 3 ms instead of 0.3 before the first mask.
  const deflated = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) deflated[place] = text.charCodeAt(place);
  const bytes = new Uint8Array(wasmLength);
  const unpack = nodeInflate() ?? inflate;
  if (unpack !== undefined) {
    bytes.set(unpack(deflated));
    return bytes;
  }
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  // Errors of the writer are also those of the reader.
  writer.write(deflated).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  for (let length = 0; ; ) {
    const { value } = await reader.read();
    if (value === undefined) return bytes;
    bytes.set(value, length);
    length += value.length;
  }
}

/** Jest's jsdom hides `DecompressionStream`, but not this door to Node's modules, which needs no import. */
function nodeInflate(): Inflate | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): { inflateSync: Inflate } | undefined };
  };
  return process?.getBuiltinModule?.("node:zlib")?.inflateSync;
}
