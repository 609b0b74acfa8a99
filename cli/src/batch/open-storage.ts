/// <reference types="node" />
/** Opens the storage that a place names: a directory by its path, or a bucket by its `s3://` address. */
import { invalid } from "labelmap/checks";
import { DirectoryStorage } from "./directory-storage.js";
import type { Storage } from "./storage.js";

/**
 * Where outputs and records are kept: a directory or an S3-compatible bucket.
 *
 * @param place a directory's path, made by the first write where it is missing; or `s3://bucket/prefix`, with endpoint, region and
 *   credentials from the environment, as Amazon's client takes them.
 * @throws {DecodeError} OPTION_INVALID: another scheme, or no bucket's name.
 * @throws {BatchError} STORAGE_FAILED. PEER_MISSING: the package @aws-sdk/client-s3 is not installed.
 */
export async function openStorage(place: string): Promise<Storage> {
  const scheme = schemeOf(place);
  if (scheme === undefined) return new DirectoryStorage(place);
  if (scheme !== "s3") throw invalid(`${scheme}:// is not known; give a directory or s3://bucket/prefix.`);
  const { S3Storage } = await import("../cluster/s3-storage.js");
  return S3Storage.open(place);
}

/** What a place that is no directory begins with: the `s3` of `s3://bucket/prefix`. */
export function schemeOf(place: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1];
}
