/// <reference types="node" />
/** Files of the disk as inputs, in Node, Bun and Deno: `fromFile`, and `file:` URLs wherever a URL is fetched. */

import { type FileHandle, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LabelMapError } from "../../errors.js";
import type { StreamInput, UrlInput } from "../input-types.js";
import { fetchUrlsWith } from "../open-input.js";

const PIECE_BYTES = 65_536;

/**
 * A file as a stream of its bytes, for every function that takes a mask or a legend: `decodeMask(fromFile("mask.png"),
 * fromFile("result.json"))`. The file is opened once it is read, and closed at its end, or once the call fails or is
 * aborted.
 *
 * The stream fails with a LabelMapError SOURCE_MISSING if there is no such file, and otherwise with Node's own error.
 *
 * @param path a path, or a `file:` URL.
 */
export function fromFile(path: string | UrlInput): StreamInput {
  let file: FileHandle | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          file ??= await open(path as string).catch((cause) => {
            throw missing(path, cause);
          });
          const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES);
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          else controller.close();
          if (bytesRead === 0) await file.close();
        } catch (error) {
          await file?.close();
          throw error;
        }
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}

function missing(path: string | UrlInput, cause: NodeJS.ErrnoException): Error {
  if (cause.code !== "ENOENT") return cause;
  const name = typeof path === "string" ? path : fileURLToPath(path.href);
  return new LabelMapError("SOURCE_MISSING", `${name} does not exist`, { cause });
}

fetchUrlsWith(async (input, init) => {
  if (!(input instanceof URL) || input.protocol !== "file:") return fetch(input, init);
  return new Response(fromFile(input) as ReadableStream);
});
