/// <reference types="node" />
/**
 * S3-compatible storage, `s3://bucket/prefix`, with the `Storage` interface of `labelmap-cli/batch`. An S3 upload either
 * succeeds as a whole or fails as a whole, and it is safe once the server has answered.
 *
 * Credentials, region and endpoint come from the usual places of the official client: the environment
 * (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`), its files, or
 * the machine's role. An error of the client contains the id of the access key and the signed request, so only its code is
 * passed on.
 */

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import type { S3Client } from "@aws-sdk/client-s3";
import { invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { storageError } from "../batch/directory-storage.js";
import type { Pieces, Storage } from "../batch/storage.js";
import { loadPeer } from "./peers.js";
import { parseS3 } from "./s3-address.js";

type Sdk = typeof import("@aws-sdk/client-s3");

/** A request without an answer for this long is retried, as often as the client does, and then fails. */
const MOST_SILENT_MILLISECONDS = 60_000;
const MOST_MILLISECONDS_TO_CONNECT = 10_000;
const MISSING = ["NoSuchKey", "NotFound"];
const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket: "the bucket does not exist; create it first",
  AccessDenied:
    "permission denied; check the bucket's policy (without the permission to list, missing files look the same)",
  InvalidAccessKeyId: "the storage does not know the access key",
  SignatureDoesNotMatch: "the storage refuses the secret access key",
  CredentialsProviderError: "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  EntityTooLarge: "the file is too large for one upload",
};

export class S3Storage implements Storage {
  readonly name: string;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #endpoint: string | undefined;
  readonly #bucket: string;
  /** Empty, or ends with `/`. */
  readonly #prefix: string;

  private constructor(sdk: Sdk, bucket: string, prefix: string, silence: number) {
    this.name = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
    this.#sdk = sdk;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    const { env } = process;
    this.#endpoint = endpointOf(env);
    this.#client = new sdk.S3Client({
      region: env.AWS_REGION || env.AWS_DEFAULT_REGION || "us-east-1",
      followRegionRedirects: true,
      // Other servers than Amazon's rarely have a host name for each bucket, and may not support the newer checksums.
      ...(this.#endpoint === undefined ? {} : { endpoint: this.#endpoint, forcePathStyle: true }),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: MOST_MILLISECONDS_TO_CONNECT, socketTimeout: silence },
    });
  }

  /**
   * @param place `s3://bucket` or `s3://bucket/prefix`. The bucket must exist; this is noticed at its first use.
   * @param silence the longest time without an answer, in milliseconds.
   * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING.
   */
  static async open(place: string, silence = MOST_SILENT_MILLISECONDS): Promise<S3Storage> {
    const parsed = parseS3(place);
    // Do not quote the place: it may contain a key by mistake.
    if (parsed === undefined) {
      throw invalid(
        "The storage must have the form s3://bucket/prefix; the name of the bucket has 3 to 63 letters, digits, dots, hyphens and underscores.",
      );
    }
    // Only the main thread should warn about an old Node. Other threads have their own environment, so switch it off there.
    if (!isMainThread) process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
    const sdk = await loadPeer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
    return new S3Storage(sdk, parsed.bucket, parsed.prefix, silence);
  }

  async write(path: string, pieces: Pieces): Promise<void> {
    if (!(Symbol.asyncIterator in pieces)) {
      const content = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      await this.#put(path, content, content.length);
      return;
    }
    // An upload must state its length first. So collect the pieces in a file, not in memory.
    const gathered = join(tmpdir(), `labelmap-${randomUUID()}`);
    try {
      await gather(pieces, gathered);
      await this.#put(path, createReadStream(gathered), (await stat(gathered)).size);
    } finally {
      await rm(gathered, { force: true });
    }
  }

  #put(
    path: string,
    body: Uint8Array | ReturnType<typeof createReadStream>,
    bytes: number,
  ): Promise<unknown> {
    const { PutObjectCommand } = this.#sdk;
    return this.#try(path, (object) =>
      this.#client.send(new PutObjectCommand({ ...object, Body: body, ContentLength: bytes })),
    );
  }

  read(path: string): Promise<Uint8Array | undefined> {
    const { GetObjectCommand } = this.#sdk;
    return this.#try(path, (object) =>
      this.#client
        .send(new GetObjectCommand(object))
        .then(({ Body }) => Body!.transformToByteArray())
        .catch(undefinedIfMissing),
    );
  }

  size(path: string): Promise<number | undefined> {
    const { HeadObjectCommand } = this.#sdk;
    return this.#try(
      path,
      async (object) =>
        (await this.#client.send(new HeadObjectCommand(object)).catch(undefinedIfMissing))?.ContentLength,
    );
  }

  async remove(path: string): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk;
    await this.#try(path, (object) => this.#client.send(new DeleteObjectCommand(object)));
  }

  async *list(folder: string): AsyncIterable<string> {
    const { ListObjectsV2Command } = this.#sdk;
    const start = `${this.#prefix}${folder}/`;
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const page = await this.#try(folder, ({ Bucket }) =>
        this.#client.send(new ListObjectsV2Command({ Bucket, Prefix: start, ContinuationToken: token })),
      );
      for (const { Key } of page.Contents ?? []) yield Key!.slice(this.#prefix.length);
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    }
  }

  /** Nothing to do: an upload is safe once it is answered. */
  async settle(): Promise<void> {}

  async #try<T>(path: string, action: (object: { Bucket: string; Key: string }) => Promise<T>): Promise<T> {
    const key = `${this.#prefix}${path}`;
    try {
      return await action({ Bucket: this.#bucket, Key: key });
    } catch (error) {
      const cause = { code: nameOf(error) };
      throw new BatchError("STORAGE_FAILED", `s3://${this.#bucket}/${key}: ${this.#reason(error)}`, {
        cause,
      });
    }
  }

  #reason(error: unknown): string {
    const { code = "", $metadata } = error as Partial<Record<string, string>> & {
      $metadata?: { httpStatusCode?: number };
    };
    const status = $metadata?.httpStatusCode;
    const known = [nameOf(error), wordOf(code)];
    if (status !== undefined)
      return ADVICE[known[0]!] ?? `the storage answered ${status} ${known[0]}`.trimEnd();
    const advice = ADVICE[known[0]!];
    if (advice !== undefined) return advice;
    const host = this.#endpoint === undefined ? "the storage" : new URL(this.#endpoint).host;
    if (known[0] === "TimeoutError") return `${host} does not answer; check the endpoint and the network`;
    return `${host} cannot be reached (${known[1] || known[0] || "unknown"}); check the endpoint and the network`;
  }
}

function nameOf(error: unknown): string {
  return wordOf((error as Partial<Error>).name ?? "");
}

/** Names come from the server, so do not repeat text that does not look like a name. */
function wordOf(text: string): string {
  return /^\w{1,60}$/.test(text) ? text : "";
}

/** @throws {DecodeError} OPTION_INVALID */
function endpointOf(env: NodeJS.ProcessEnv): string | undefined {
  for (const name of ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) {
    const endpoint = env[name];
    if (!endpoint) continue;
    // Do not quote the endpoint: it may contain a key by mistake.
    if (/^https?:\/\//.test(endpoint) && URL.canParse(endpoint)) return endpoint;
    throw invalid(`The variable ${name} must have the form https://host:port.`);
  }
  return undefined;
}

async function gather(pieces: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const file = await open(path, "wx").catch((error: unknown) => {
    throw storageError(path, error);
  });
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece).catch((error: unknown) => {
        throw storageError(path, error);
      });
    }
  } finally {
    await file.close();
  }
}

function undefinedIfMissing(error: Error): undefined {
  if (!MISSING.includes(error.name)) throw error;
  return undefined;
}
