/**
 * Builds the command: src/ → dist/, the manual page, and explorer/ → dist/explorer, which `labelmap view` serves. Build the library first:
 * both import it by its package name, as its users do. Build outputs are not committed.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { makePortable } from "../scripts/declarations.mjs";
import { licencesOf } from "../scripts/licences.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { resolve } = createRequire(import.meta.url);

rmSync(path("dist"), { recursive: true, force: true });
const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", path("tsconfig.json")], { stdio: "inherit" });
makePortable(path("dist"));
// Needed in a clone and for `npm link`. When npm installs a package, it does this itself.
chmodSync(path("dist/main.js"), 0o755);

const [{ manualPage }, { COMMANDS }] = await Promise.all([
  import("./dist/manual.js"),
  import("./dist/program.js"),
]);
writeFileSync(path("dist/labelmap.1"), await manualPage(COMMANDS));

const explorer = await build({ root: path("explorer"), logLevel: "warn" });
// The page's bundle is enough: everything that the explorer's worker bundles is also in the page's bundle.
writeFileSync(path("dist/THIRD-PARTY-LICENSES.txt"), licencesOf("dist/explorer contains", [explorer]));
