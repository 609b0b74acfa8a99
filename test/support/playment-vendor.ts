/** A vendor on loopback with one job, new for each test, and clients for it. */

import { afterEach, beforeEach, expect, vi } from "vitest";
import { startVendorServer } from "../../cli/src/sample-server/index.js";
import { PlaymentClient, type PlaymentClientOptions } from "../../src/playment/index.js";
import { FIXTURES, loadCorpus } from "./corpus.mjs";

export const KEY = "secret-key-1234567890";
export const [project, job] = ["project-1", "job-1"] as const;
const fixture = loadCorpus().find(({ folder, name }) => folder === FIXTURES && name === "brush-511-grey")!;
export const { png, result, expected } = fixture;

export type Vendor = Awaited<ReturnType<typeof startVendorServer>>;
export let vendor: Vendor;

/** Call it at the top of a file of tests. (A mutation run loads this module once for several such files.) */
export function startVendorForEachTest(): void {
  beforeEach(async () => {
    const jobs = [{ projectId: project, jobId: job, result, mask: png }];
    vendor = await startVendorServer({ jobs, apiKey: KEY });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await vendor.close();
    expect(vendor.violations).toEqual([]);
  });
}

export const retry = { limit: 2, minDelay: 1, maxDelay: 5 };
export const client = (options: Partial<PlaymentClientOptions> = {}) =>
  new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry, timeout: 5000, ...options });
