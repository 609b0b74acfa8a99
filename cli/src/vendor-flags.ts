/// <reference types="node" />
/**
 * The flags of `fetch` and `worker` that concern the vendor. The API key comes from the environment or a file, never from
 * an argument: other users of the machine can see the arguments of every process.
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
    .option(
      "--base-url <url>",
      "the address of the API (default: the variable PLAYMENT_BASE_URL, or the vendor's address)",
    )
    .option("--key-file <file>", "a file that contains the API key (default: the variable PLAYMENT_API_KEY)")
    .option(
      "--downloads <number>",
      "number of jobs to download at the same time (default: 8)",
      parsePositiveInteger,
    )
    .option("--rate <number>", "the most requests per second to one host (default: 50)", parsePositiveNumber);
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
    throw new UsageError(
      "the API key is missing; set the variable PLAYMENT_API_KEY, or name a file with --key-file",
    );
  if (/\s/.test(apiKey)) {
    throw new UsageError(
      `${keyFile ?? "PLAYMENT_API_KEY"} contains a space or a line break, so it is not an API key; store the key alone there`,
    );
  }
  return new PlaymentClient({ apiKey, baseUrl: baseUrl ?? PLAYMENT_BASE_URL, throttle: limitRate(rate) });
}
