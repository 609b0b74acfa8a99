/// <reference types="node" />
/**
 * A simulated vendor for tests and for trying out the client. It speaks the documented protocol on loopback.
 *
 * There are two origins, as in reality. The API requires the key. It serves jobs, and attachments that redirect to the
 * storage with a signature that expires. The storage must never see the key. Every step can be made to fail.
 */

import type { IncomingMessage } from "node:http";
import { checkKeys, checkOptions, invalid, isCount, isSize } from "labelmap/checks";
import { listen } from "../loopback.js";
import { Api } from "./api.js";
import { FaultCounter } from "./fault-counter.js";
import type { Faults } from "./faults.js";
import { type JobSource, type ServedJob, toSource } from "./jobs.js";
import { type RecordedRequest, type RequestCounts, RequestLog } from "./request-log.js";
import { Storage } from "./storage.js";

export interface VendorServerOptions {
  readonly jobs: readonly ServedJob[] | JobSource;
  /** The key that requests to the API must send as `x-api-key`. */
  readonly apiKey: string;
  /** The port of the API; the storage has another one. Default 0: any free port. */
  readonly port?: number;
  /** How long a signed URL is valid, in seconds. Default 60. */
  readonly signatureSeconds?: number;
  /**
   * Whether to behave like a user's own proxy for web pages: no key is needed, and attachments are answered with their
   * bytes.
   */
  readonly proxy?: boolean;
  /** Whether web pages of other origins may send requests. A proxy allows this by default. */
  readonly cors?: boolean;
  /** How many jobs a page of a batch has. Default 100, as the vendor's pages. */
  readonly pageSize?: number;
  /** How many of the latest requests are kept in `requests`. Default 10,000. */
  readonly keepRequests?: number;
  /** Whether to count the requests for each job, for `requestsOf`. It takes some 200 bytes of memory per job. */
  readonly countByJob?: boolean;
}

export interface VendorServer {
  /** The client's `baseUrl`, on 127.0.0.1. */
  readonly baseUrl: string;
  readonly storageOrigin: string;
  /** Faults that strike from now on, for any job. */
  readonly faults: Faults;
  /** Requests that sent the key to the storage. This must stay empty. */
  readonly violations: readonly string[];
  /** The latest requests, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The number of requests for a job so far, even if the job does not exist. All are 0 without `countByJob`. */
  requestsOf(projectId: string, jobId: string): RequestCounts;
  /** Stops the server and cuts open connections. */
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that answers like the vendor's API and its storage.
 * @throws DecodeError OPTION_INVALID: an invalid option, or a port that is already in use.
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

/** Joins the parts instead of resolving against a base: Node accepts the request `//`, but it is not a relative URL. */
function urlOf({ url }: IncomingMessage): URL {
  return new URL(`http://127.0.0.1${url}`);
}

function withDefaults(options: VendorServerOptions): Required<VendorServerOptions> {
  checkOptions(options, "proxy", "cors", "countByJob");
  checkKeys(
    options,
    "jobs apiKey port signatureSeconds proxy cors pageSize keepRequests countByJob",
    "startVendorServer",
  );
  const {
    jobs,
    apiKey,
    port = 0,
    signatureSeconds = 60,
    proxy = false,
    cors = proxy,
    pageSize = 100,
    keepRequests = 10_000,
    countByJob = false,
  } = options;
  if (typeof apiKey !== "string" || apiKey === "") throw invalid("apiKey must be a non-empty string.");
  if (!isCount(port) || port > 65_535) throw invalid("port must be an integer from 0 to 65535.");
  if (!(typeof signatureSeconds === "number" && signatureSeconds >= 0)) {
    throw invalid("signatureSeconds must be a number of at least 0.");
  }
  if (!isSize(pageSize)) throw invalid("pageSize must be an integer of at least 1.");
  if (!isCount(keepRequests)) throw invalid("keepRequests must be an integer of at least 0.");
  return { jobs, apiKey, port, signatureSeconds, proxy, cors, pageSize, keepRequests, countByJob };
}
