/// <reference types="node" />
/** Opens a storage: a directory by its path, or a bucket by its `s3://` address. */
import { invalid } from "labelmap/checks";
import { DirectoryStorage } from "./directory-storage.js";
import type { Storage } from "./storage.js";

/**
 * Opens the place where outputs and records are kept: a directory or an S3-compatible bucket.
 *
 * @param place the path of a directory, which the first write creates if it is missing; or `s3://bucket/prefix`. Amazon's
 *   client reads the endpoint, region and credentials from the environment.
 * @throws {DecodeError} OPTION_INVALID: another scheme, or an invalid bucket name.
 * @throws {BatchError} STORAGE_FAILED. PEER_MISSING: the package @aws-sdk/client-s3 is not installed.
 */
export async function openStorage(place: string): Promise<Storage> {
  const scheme = schemeOf(place);
  if (scheme === undefined) return new DirectoryStorage(place);
  if (scheme !== "s3")
    throw invalid(`${scheme}:// is not supported; give a directory or s3://bucket/prefix.`);
  const { S3Storage } = await import("../cluster/s3-storage.js");
  return S3Storage.open(place);
}

/** The scheme of a place that is not a directory: `s3` for `s3://bucket/prefix`. */
export function schemeOf(place: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1];
}
