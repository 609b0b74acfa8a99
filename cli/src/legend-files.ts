/**
 * Which legend file belongs to a mask that has no result. It goes by names alone, like `pairFiles` of `labelmap/dataset`:
 *
 *   street.csv, street.txt      a legend of street.png alone
 *   labelmap.txt, meta.json     a legend of all masks in its folder and in the folders below
 */

/** Files that are legends of a folder by their name; see the forms of `labelmap/legend`. */
const LEGEND_NAME = /(^|\/)(meta\.json|[^/]*(labelmap|label_?colou?rs?)[^/]*\.txt|[^/]*\.(csv|tsv|gpl))$/i;
/** Files that are probably legends, if the user has chosen them one by one. `classes.json` is a class list. */
const LIKELY_NAME =
  /(^|\/)(?!classes\.json$)[^/]*(label|class|colou?r|categor|legend|names|palette)[^/]*\.(txt|json)$/i;

export interface LegendFilesOptions {
  /** Whether the files were chosen one by one. Then more names are those of legends. Default false. */
  readonly areChosen?: boolean;
}

/**
 * @param masks the paths of masks without a result, with `/` between folders.
 * @param others the paths of all files that belong to no mask.
 * @returns the path of the legend by the path of the mask. A mask for which there is none, or for which there are
 *   several, is left out.
 */
export function findLegends(
  masks: readonly string[],
  others: readonly string[],
  { areChosen = false }: LegendFilesOptions = {},
): ReadonlyMap<string, string> {
  const paths = new Set(others);
  const stems = new Set(masks.map(stemOf));
  const named = others
    .filter((path) => LEGEND_NAME.test(path) || (areChosen && LIKELY_NAME.test(path)))
    .filter((path) => !stems.has(stemOf(path)));
  const found = new Map<string, string>();
  for (const mask of masks) {
    const own = ["txt", "csv", "tsv", "gpl"]
      .map((ending) => `${stemOf(mask)}.${ending}`)
      .find((path) => paths.has(path));
    const legend = own ?? nearest(mask, named);
    if (legend !== undefined) found.set(mask, legend);
  }
  return found;
}

/** The one file in the folder of the mask, or in the nearest folder above that has any. */
function nearest(mask: string, named: readonly string[]): string | undefined {
  for (let folder = folderOf(mask); ; folder = folderOf(folder.slice(0, -1))) {
    const here = named.filter((path) => folderOf(path) === folder);
    if (here.length > 0) return here.length === 1 ? here[0] : undefined;
    if (folder === "") return undefined;
  }
}

/** The path without its ending. */
function stemOf(path: string): string {
  return path.replace(/\.[^./]*$/, "");
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
