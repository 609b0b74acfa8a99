/// <reference types="node" />
/** Reads masks, results and images from files. One of them can come from standard input. */

import { createReadStream, existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DEFAULT_LIMITS, FormatError, LabelMapError, LegendError, PngError, ResultError } from "labelmap";
import { nameOfMask } from "labelmap/dataset/node";
import { STANDARD_STREAM } from "./output.js";
import { UsageError } from "./usage-error.js";

/** The decoder's limit. It also ends the reading of an endless file, such as a device. */
const MOST_BYTES = DEFAULT_LIMITS.maxBytes;

/**
 * @param path `-` is standard input.
 * @throws {LabelMapError} PNG_TOO_LARGE: more than 1 GiB. @throws the system's error, with its path
 */
export async function readInput(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream =
    path === STANDARD_STREAM ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 20 });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > MOST_BYTES) {
        throw new LabelMapError(
          "PNG_TOO_LARGE",
          `${nameOf(path)} has more than ${MOST_BYTES} bytes, the most that is decoded`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    // A folder can be opened like a file, and the error of reading it has no path.
    throw Object.assign(error as Error, { path });
  }
  return new Uint8Array(Buffer.concat(chunks, length));
}

const PNG_START = [0x89, 0x50, 0x4e, 0x47];

/**
 * A mask as a PNG. TIFF, BMP, WebP and GIF become PNGs with the same samples.
 *
 * @param path `-` is standard input.
 * @param isSnapped whether colours that are not in the legend get a label. Only then a JPEG may be a mask.
 * @throws {LabelMapError}: the file is damaged, or too large; the system's error
 */
export async function readMask(path: string, isSnapped: boolean): Promise<Uint8Array> {
  const bytes = await readInput(path);
  if (PNG_START.every((byte, place) => bytes[place] === byte)) return bytes;
  const { kindOfBytes, toPng } = await import("./containers/index.js");
  const kind = kindOfBytes(bytes);
  if (kind === null || kind === "png" || (kind === "jpeg" && !isSnapped)) return bytes;
  const { png } = await toPng(bytes, nameOf(path), { lossy: isSnapped ? "accept" : "refuse" });
  return png;
}

/**
 * The result beside a mask: the file with its name and `.json`. `undefined` if there is none. The name may be written with
 * other code points (NFC, NFD), as `listMasks` says.
 */
export function resultBeside(mask: string): string | undefined {
  if (mask === STANDARD_STREAM) return undefined;
  const path = `${nameOfMask(mask)}.json`;
  if (existsSync(path)) return path;
  const folder = dirname(path);
  const name = basename(path).normalize("NFC");
  const file = existsSync(folder) && readdirSync(folder).find((other) => other.normalize("NFC") === name);
  return file ? join(folder, file) : undefined;
}

/** The text of a UTF-8 file, without a byte order mark. @throws {ResultError} RESULT_INVALID; the system's error */
export async function readText(path: string): Promise<string> {
  const bytes = await readInput(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ResultError("RESULT_INVALID", "", `${nameOf(path)} is not UTF-8 text; save it as UTF-8.`, {
      cause,
    });
  }
}

/** Standard input can be read once. @throws {UsageError} */
export function checkOneStandardInput(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === STANDARD_STREAM).length > 1) {
    throw new UsageError("only one of the files can be standard input (-)");
  }
}

/** Adds to an error of decoding the name of the file that caused it: the mask or the result. */
export function nameFile(error: unknown, { mask, result }: { mask: string; result: string | null }): unknown {
  const isMasks =
    error instanceof LabelMapError && ["ENCODING_MISMATCH", "IDS_TOO_MANY"].includes(error.code);
  const isResults =
    error instanceof ResultError || error instanceof LegendError || error instanceof FormatError;
  if (isResults && result !== null) return inFile(error, result);
  return error instanceof PngError || isMasks ? inFile(error, mask, result) : error;
}

/** Puts the file's name in front of the error's message, unless the message begins with one of the names. */
export function inFile(error: unknown, path: string, other: string | null = null): unknown {
  if (!(error instanceof LabelMapError)) return error;
  const names = [path, ...(other === null ? [] : [other])].map(nameOf);
  const { message } = error;
  const isNamed = names.some((name) => [`${name}: `, `${name} (`].some((start) => message.startsWith(start)));
  // The library calls a legend without a name `legend`.
  if (!isNamed) error.message = `${names[0]}: ${message.replace(/^legend: /, "")}`;
  return error;
}

/** A file's name for messages. */
export function nameOf(path: string): string {
  return path === STANDARD_STREAM ? "standard input" : path;
}
