/** Sources of no format that is read, but whose kind is known: what to do with them instead. */

const KINDS: readonly (readonly [ending: RegExp, problem: string, remedy: string])[] = [
  [
    /(?:^|\/)shard-\d+\.tar$/i,
    "is a WebDataset shard; labelmap writes these but does not read them",
    "convert the set that the shards were made from",
  ],
  [
    /\.parquet$/i,
    "is a Parquet file; labelmap writes these but does not read them",
    "convert the set that it was made from, or read it with pyarrow or datasets",
  ],
  [
    /\.(?:tar|tgz|tar\.gz|tar\.zst|7z|rar|gz|xz)$/i,
    "is an archive of a kind that labelmap does not unpack",
    "unpack it, and give the folder",
  ],
];

/** What the first file of a known kind is, and what to do instead; undefined if there is none. */
export function notRead(
  paths: readonly string[],
): { readonly problem: string; readonly remedy: string } | undefined {
  for (const [ending, problem, remedy] of KINDS) {
    const path = paths.find((each) => ending.test(each));
    if (path !== undefined) return { problem: `${path} ${problem}`, remedy };
  }
  return undefined;
}
