/** Reads the address of an S3-compatible storage: `s3://bucket/prefix`. */

/** A bucket and a prefix without slashes at its ends; `undefined` if the text is no address of S3. */
export function parseS3(place: string): { readonly bucket: string; readonly prefix: string } | undefined {
  const [, bucket, prefix = ""] =
    /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9])(?:\/+(.*?))?\/*$/.exec(place) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix };
}
