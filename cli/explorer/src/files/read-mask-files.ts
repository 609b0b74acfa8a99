/** Reads the files of a mask that the worker needs, at the moment when it needs them. */
import type { MaskFiles } from "../decoding/protocol.js";
import type { MaskPair } from "./mask-pair.js";
import { bytesOf, load } from "./read-source.js";

/** @throws {NamedError} if a file cannot be read. */
export async function readMaskFiles({ name, mask, result, reading = {} }: MaskPair): Promise<MaskFiles> {
  const [png, text] = await Promise.all([
    load(mask).then((blob) => bytesOf(blob, mask)),
    result === null ? null : load(result).then((blob) => blob.text()),
  ]);
  return { name, png, result: text, resultName: result?.name ?? null, reading };
}
