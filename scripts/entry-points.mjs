/** What can be imported of both packages, for the documentation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The entry points of both packages. The bundles for pages without a bundler are left out: they are other entry points
 * again. So is a second name for the same file (`labelmap-cli` is `labelmap-cli/batch`, `labelmap/all` is `labelmap`).
 *
 * @param {string} root the repository.
 * @returns {{ name: string, types: string }[]} what is imported, and the path of its declarations from `root`.
 */
export function documentedEntryPoints(root) {
  const entries = ["", "cli"].flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    return Object.entries(exports)
      .filter(([place, { types }]) => types && !place.startsWith("./browser") && place !== "./all")
      .map(([place, { types }]) => ({ name: `${name}${place.slice(1)}`, types: join(folder, types) }));
  });
  return entries.filter(
    ({ types }, index) => entries.findLastIndex((entry) => entry.types === types) === index,
  );
}
