/** A file's content, or what is wrong with it in words for whoever has dropped it. */
import { NamedError } from "../named-error.js";
import type { Source } from "./mask-pair.js";

/** @throws {NamedError} */
export async function load(source: Source): Promise<Blob> {
  const blob = await readable(source, () => source.load());
  // Reading a file that has changed or gone since it was dropped fails only here.
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
    throw new NamedError(name, "it cannot be read, or has changed since it was dropped.");
  }
}
