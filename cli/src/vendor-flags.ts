/// <reference types="node" />
/**
 * What `fetch` and `worker` are told of the vendor. The API key comes from the environment or a file, never from an
 * argument: other users of a machine see the arguments of every process.
 */

import type { Command } from "commander";
import { PlaymentClient } from "labelmap/playment";
import { limitRate } from "./batch/rate-limit.js";
import { readText } from "./input.js";
import { parsePositiveInteger, parsePositiveNumber } from "./options.js";
import { refusePassword } from "./secrets.js";
import { UsageError } from "./usage-error.js";

export interface VendorFlags {
  readonly baseUrl?: string;
  readonly keyFile?: string;
  readonly downloads?: number;
  readonly rate?: number;
}

export function addVendorFlags(command: Command): void {
  command
    .option("--base-url <url>", "the API (default: PLAYMENT_BASE_URL, or the vendor's)")
    .option("--key-file <file>", "a file with the API key (default: the variable PLAYMENT_API_KEY)")
    .option("--downloads <number>", "jobs that are downloaded at once (default: 8)", parsePositiveInteger)
    .option("--rate <number>", "most requests a second to one host (default: 50)", parsePositiveNumber);
}

const DEFAULT_RATE = 50;

/** @throws {UsageError}: no key; {DecodeError} OPTION_INVALID; the system's error */
export async function clientOf({
  baseUrl,
  keyFile,
  rate = DEFAULT_RATE,
}: VendorFlags): Promise<PlaymentClient> {
  const { PLAYMENT_API_KEY, PLAYMENT_BASE_URL } = process.env;
  refusePassword(baseUrl, "PLAYMENT_BASE_URL");
  const apiKey = keyFile === undefined ? PLAYMENT_API_KEY : (await readText(keyFile)).trim();
  if (!apiKey)
    throw new UsageError("there is no API key; set PLAYMENT_API_KEY, or name a file by --key-file");
  if (/\s/.test(apiKey)) {
    throw new UsageError(
      `${keyFile ?? "PLAYMENT_API_KEY"}: has a space or a line break, which no API key has`,
    );
  }
  return new PlaymentClient({ apiKey, baseUrl: baseUrl ?? PLAYMENT_BASE_URL, throttle: limitRate(rate) });
}
