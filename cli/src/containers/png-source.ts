/**
 * A source of files in which masks of other containers look like PNGs: `masks/a.tif` is listed as `masks/a.png`, and is one when
 * it is read. So every reader of data sets takes them.
 */

import { FormatError, type Issue } from "labelmap";
import { quote } from "labelmap/checks";
import type { FileSource } from "labelmap/formats";
import { type ContainerKind, kindOfName } from "./kinds.js";
import { type ToPngOptions, toPng } from "./to-png.js";

export interface PngSourceOptions extends ToPngOptions {
  /**
   * Which containers may be masks. Default: all but JPEG, since JPEGs are photos. With `lossy: "accept"` and `jpeg` in the
   * list, masks are read from JPEGs too.
   */
  readonly kinds?: readonly ContainerKind[];
  /** What is odd about a file. It is called whenever the file is read. */
  readonly onIssue?: (path: string, issue: Issue) => void;
}

const DEFAULT_KINDS: readonly ContainerKind[] = ["tiff", "bmp", "webp", "gif"];

/**
 * A file keeps its name if there is a PNG of the same name, since that is the mask, and the file its photo.
 *
 * @param source the files as they are. `read` gives the errors of `toPng`, with the path of the file as it is.
 */
export function pngSource(source: FileSource, options: PngSourceOptions = {}): FileSource {
  const { kinds = DEFAULT_KINDS, onIssue, ...rest } = options;
  let listed: Promise<ReadonlyMap<string, string>> | undefined;
  const files = () => {
    listed ??= source.list().then((paths) => asPngs(paths, kinds));
    return listed;
  };
  return {
    list: async () => [...(await files()).keys()].sort(),
    async read(path, first) {
      const file = (await files()).get(path) ?? path;
      if (file === path) return source.read(path, first);
      const { png, issues } = await toPng(await source.read(file), file, rest);
      for (const issue of issues) onIssue?.(file, issue);
      return png.subarray(0, first);
    },
  };
}

/** The path of each file as it is, by the path that it is listed with. @throws {FormatError} FORMAT_INVALID */
function asPngs(paths: readonly string[], kinds: readonly ContainerKind[]): Map<string, string> {
  const there = new Set(paths);
  const files = new Map<string, string>();
  for (const path of paths) {
    const kind = kindOfName(path);
    const png = path.replace(/\.[^./]+$/, ".png");
    const listed = kind === null || kind === "png" || !kinds.includes(kind) || there.has(png) ? path : png;
    const other = files.get(listed);
    if (other !== undefined) {
      const problem = `${quote(other)} and ${quote(path)} may both be the mask ${quote(listed)}`;
      throw new FormatError("FORMAT_INVALID", "data set", `${problem}; remove one.`);
    }
    files.set(listed, path);
  }
  return files;
}
