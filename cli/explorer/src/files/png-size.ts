/** Reads the size of a PNG from its first bytes, without loading the file. */
import type { Source } from "./mask-pair.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The signature, the head of the chunk IHDR, width and height: PNG specification, 5.2 and 11.2.1. */
const HEADER_BYTES = 24;

async function startOf(source: Source): Promise<Uint8Array> {
  if (source.loadStart !== undefined) return source.loadStart(HEADER_BYTES);
  const blob = await source.load();
  return new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer());
}

/** @returns `null` if the file cannot be read, or is not a PNG. */
export async function readPngSize(source: Source): Promise<Size | null> {
  try {
    const bytes = await startOf(source);
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (header.getUint32(12) !== 0x49484452 /* IHDR */) return null;
    return { width: header.getUint32(16), height: header.getUint32(20) };
  } catch {
    return null;
  }
}
