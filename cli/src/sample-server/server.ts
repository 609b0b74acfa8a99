/// <reference types="node" />
/**
 * A vendor to test against and to try the client with: the documented protocol on loopback, nothing real behind it.
 *
 * Two origins, as in reality. The API wants the key: jobs, and attachments that redirect to the storage with a
 * signature that expires. The storage must never see the key. Anything on the way can be made to go wrong.
 */

import type { IncomingMessage } from "node:http";
import { checkKeys, checkOptions, invalid, isCount } from "labelmap/checks";
import { listen } from "../loopback.js";
import { Api } from "./api.js";
import { FaultCounter } from "./fault-counter.js";
import type { Faults } from "./faults.js";
import { type JobSource, type ServedJob, toSource } from "./jobs.js";
import { type RecordedRequest, type RequestCounts, RequestLog } from "./request-log.js";
import { Storage } from "./storage.js";

export interface VendorServerOptions {
  readonly jobs: readonly ServedJob[] | JobSource;
  /** What requests to the API must carry as `x-api-key`. */
  readonly apiKey: string;
  /** The API's port; the storage has another. Default 0: any that is free. */
  readonly port?: number;
  /** How long a signed URL opens its file. Default 60. */
  readonly signatureSeconds?: number;
  /** Attachments answer with the bytes and no key is asked for, as a user's own proxy for pages does. */
  readonly proxy?: boolean;
  /** Pages of other origins may ask, which a proxy always allows. */
  readonly cors?: boolean;
  /** Of how many latest requests `requests` tells. Default 10,000. */
  readonly keepRequests?: number;
  /** Counts requests for each job as well, for `requestsOf`: some 200 bytes of memory a job. */
  readonly countByJob?: boolean;
}

export interface VendorServer {
  /** The client's `baseUrl`, on 127.0.0.1. */
  readonly baseUrl: string;
  readonly storageOrigin: string;
  /** What goes wrong from now on, whichever the job. */
  readonly faults: Faults;
  /** Requests to the storage that carried the key: must stay empty. */
  readonly violations: readonly string[];
  /** The latest requests, in the order in which they came. */
  readonly requests: readonly RecordedRequest[];
  /** How often a job was asked for so far, whether there is one or not; all 0 without `countByJob`. */
  requestsOf(projectId: string, jobId: string): RequestCounts;
  /** Stops, and cuts what is under way. */
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that answers as the vendor's API and its storage do.
 * @throws DecodeError OPTION_INVALID: also a port that is taken.
 */
export async function startVendorServer(options: VendorServerOptions): Promise<VendorServer> {
  const { port, keepRequests, countByJob, jobs, ...settings } = withDefaults(options);
  const source = toSource(jobs);
  const faults = new FaultCounter();
  const log = new RequestLog(keepRequests, countByJob);
  const storage = new Storage(source, faults, log);
  const api = new Api(source, faults, log, storage, settings);

  const listeningStorage = await listen(0, (request, response) =>
    storage.handle(urlOf(request), request, response),
  );
  storage.origin = listeningStorage.origin;
  const listeningApi = await listen(port, (request, response) =>
    api.handle(urlOf(request), request, response),
  ).catch(async (error) => {
    await listeningStorage.close();
    throw error;
  });
  return {
    baseUrl: `${listeningApi.origin}/v1`,
    storageOrigin: storage.origin,
    faults: faults.global,
    violations: storage.violations,
    requests: log.requests,
    requestsOf: (projectId, jobId) => log.countsOf(projectId, jobId),
    close: async () => {
      await Promise.all([listeningApi.close(), listeningStorage.close()]);
    },
  };
}

/** Joined, not resolved against a base: `//` is a request line that Node lets pass, but no relative URL. */
function urlOf({ url }: IncomingMessage): URL {
  return new URL(`http://127.0.0.1${url}`);
}

function withDefaults(options: VendorServerOptions): Required<VendorServerOptions> {
  checkOptions(options, "proxy", "cors", "countByJob");
  checkKeys(
    options,
    "jobs apiKey port signatureSeconds proxy cors keepRequests countByJob",
    "startVendorServer",
  );
  const {
    jobs,
    apiKey,
    port = 0,
    signatureSeconds = 60,
    proxy = false,
    cors = proxy,
    keepRequests = 10_000,
    countByJob = false,
  } = options;
  if (typeof apiKey !== "string" || apiKey === "")
    throw invalid("apiKey must be a string that is not empty.");
  if (!isCount(port) || port > 65_535) throw invalid("port must be an integer from 0 to 65535.");
  if (!(typeof signatureSeconds === "number" && signatureSeconds >= 0)) {
    throw invalid("signatureSeconds must be a number of at least 0.");
  }
  if (!isCount(keepRequests)) throw invalid("keepRequests must be an integer of at least 0.");
  return { jobs, apiKey, port, signatureSeconds, proxy, cors, keepRequests, countByJob };
}
