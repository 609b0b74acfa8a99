/** What the worker needs of a mask, read at the moment that it is needed. */
import type { MaskFiles } from "../decoding/protocol.js";
import type { MaskPair } from "./mask-pair.js";
import { bytesOf, load } from "./read-source.js";

/** @throws {NamedError} a file cannot be read. */
export async function readMaskFiles({ name, mask, result }: MaskPair): Promise<MaskFiles> {
  const [png, text] = await Promise.all([
    load(mask).then((blob) => bytesOf(blob, mask)),
    result === null ? null : load(result).then((blob) => blob.text()),
  ]);
  return { name, png, result: text };
}
