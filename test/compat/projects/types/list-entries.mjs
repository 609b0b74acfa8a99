/**
 * Writes all.ts, which imports the types of every entry point, as the manifests of the installed packages list them.
 * An argument says with what the names of entry points begin that are left out.
 */
import { readFile, writeFile } from "node:fs/promises";

const leftOut = process.argv.slice(2);
const lines = [];
for (const name of ["labelmap", "labelmap-cli"]) {
  const manifest = await readFile(`node_modules/${name}/package.json`, "utf8").catch(() => "{}");
  const { exports = {} } = JSON.parse(manifest);
  for (const [entry, target] of Object.entries(exports)) {
    const isWanted = !leftOut.some((left) => entry.startsWith(`./${left}`));
    if (target.types !== undefined && isWanted)
      lines.push(`export * as entry${lines.length} from "${name}${entry.slice(1)}";`);
  }
}
await writeFile("all.ts", `${lines.join("\n")}\n`);
