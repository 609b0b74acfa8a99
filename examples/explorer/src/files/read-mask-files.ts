/** What the worker needs of a mask, read at the moment that it is needed. */
import type { MaskFiles } from "../decoding/protocol.js";
import { load } from "../open-mask.js";
import type { MaskPair } from "./mask-pair.js";

/** @throws {NamedError} a file cannot be read. */
export async function readMaskFiles({ name, mask, result }: MaskPair): Promise<MaskFiles> {
  const [png, text] = await Promise.all([
    load(mask).then((blob) => blob.arrayBuffer()),
    result === null ? null : load(result).then((blob) => blob.text()),
  ]);
  return { name, png: new Uint8Array(png), result: text };
}
