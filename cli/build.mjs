/**
 * Builds the command: src/ → dist/, and explorer/ → dist/explorer, which `labelmap view` serves. The library must be
 * built first: both import it by its name, as anyone who has installed it does. Nothing that is built is committed.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { licencesOf } from "../scripts/licences.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { resolve } = createRequire(import.meta.url);

rmSync(path("dist"), { recursive: true, force: true });
const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", path("tsconfig.json")], { stdio: "inherit" });
// For `npm link` and a clone. npm does this itself when it installs a package.
chmodSync(path("dist/main.js"), 0o755);

const explorer = await build({ root: path("explorer"), logLevel: "warn" });
// What the explorer's worker bundles is in the page's bundle too.
writeFileSync(path("dist/THIRD-PARTY-LICENSES.txt"), licencesOf("dist/explorer contains", [explorer]));
