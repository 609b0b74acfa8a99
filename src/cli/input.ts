/// <reference types="node" />
/** Where masks, results and images come from: files, or for one of them standard input. */
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { LabelMapError, LegendError, PngError, ResultError } from "../errors.js";
import { STANDARD_STREAM } from "./output.js";
import { UsageError } from "./usage-error.js";

/**
 * @param path `-` is standard input.
 * @throws the system's error, with its path
 */
export async function readInput(path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (path === STANDARD_STREAM) return new Uint8Array(await buffer(process.stdin));
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    // A folder can be opened, and the error of reading it has no path.
    throw Object.assign(error as Error, { path });
  }
}

/** The text of a UTF-8 file without its byte order mark. @throws {ResultError} RESULT_INVALID; the system's error */
export async function readText(path: string): Promise<string> {
  const bytes = await readInput(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ResultError("RESULT_INVALID", "", `${nameOf(path)}: is not UTF-8 text.`, { cause });
  }
}

/** Standard input can be read once. @throws {UsageError} */
export function checkOneStandardInput(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === STANDARD_STREAM).length > 1) {
    throw new UsageError("only one of the files can be standard input (-)");
  }
}

/** Says in the message of an error of the decoding which file it is about. */
export function nameFile(error: unknown, { mask, result }: { mask: string; result?: string }): unknown {
  if (!(error instanceof LabelMapError)) return error;
  const isResult = error instanceof ResultError || error instanceof LegendError;
  const path = isResult ? result : error instanceof PngError ? mask : undefined;
  if (path !== undefined) error.message = `${nameOf(path)}: ${error.message}`;
  return error;
}

/** A file's name for people. */
export function nameOf(path: string): string {
  return path === STANDARD_STREAM ? "standard input" : path;
}
