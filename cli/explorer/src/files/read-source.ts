/** Reads a file. If that fails, the error says why in words for the user who opened it. */
import { NamedError } from "../named-error.js";
import type { Source } from "./mask-pair.js";

/** @throws {NamedError} */
export async function load(source: Source): Promise<Blob> {
  const blob = await readable(source, () => source.load());
  // If the file was changed or removed since it was dropped, only reading it fails.
  await bytesOf(blob.slice(0, 1), source);
  return blob;
}

/** @throws {NamedError} */
export async function bytesOf(blob: Blob, source: Source): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readable(source, () => blob.arrayBuffer()));
}

async function readable<T>({ name }: Source, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NamedError) throw error;
    throw new NamedError(name, "the file cannot be read, or it has changed since you opened it.");
  }
}
