/**
 * Builds the command: src/ → dist/, the manual page, and explorer/ → dist/explorer, which `labelmap view` serves. Build the
 * library first: both import it by its package name, as its users do. Build outputs are not committed.
 *
 * Node needs longer to load many files than to load the code in them. So rolldown bundles src/ into few. Packages stay
 * outside, the library too, so that the command and its users have the same classes.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { build } from "vite";
import { makePortable } from "../scripts/declarations.mjs";
import { filesFrom } from "../scripts/files-from.mjs";
import { licencesOf } from "../scripts/licences.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { resolve } = createRequire(import.meta.url);

for (const folder of ["build", "dist"]) rmSync(path(folder), { recursive: true, force: true });
const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
const folders = ["--outDir", path("build"), "--declarationDir", path("dist")];
execFileSync(process.execPath, [tsc, "-p", path("tsconfig.json"), ...folders], { stdio: "inherit" });
makePortable(path("dist"));
await bundle();
// Needed in a clone and for `npm link`. When npm installs a package, it does this itself.
chmodSync(path("dist/main.js"), 0o755);

const [{ manualPage }, { COMMANDS }] = await Promise.all([
  import("./dist/manual.js"),
  import("./dist/program.js"),
]);
writeFileSync(path("dist/labelmap.1"), await manualPage(COMMANDS));

copyFont();

const explorer = await build({ root: path("explorer"), logLevel: "warn" });
// The page's bundle is enough: everything that the explorer's worker bundles is also in the page's bundle.
writeFileSync(path("dist/THIRD-PARTY-LICENSES.txt"), licencesOf("dist/explorer contains", [explorer]));

/**
 * Bundles what is started or imported from outside, each command, and the files that they share. What `labelmap --version`
 * loads is in `chunks/program.js`.
 */
async function bundle() {
  const entries = ["main", "manual", "program", "batch/index", "batch/decode-worker", "cluster/index"];
  const program = filesFrom(path("build/program.js"));
  const bundle = await rolldown({
    input: Object.fromEntries(
      [...entries, "sample-server/index"].map((name) => [name, path(`build/${name}.js`)]),
    ),
    platform: "node",
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    plugins: [program.plugin],
  });
  await bundle.write({
    dir: path("dist"),
    comments: { jsdoc: false },
    // One folder below dist, as in src, since some files look for others from there: `new URL("../explorer", …)`.
    chunkFileNames: "chunks/[name].js",
    codeSplitting: { groups: [{ name: "program", test: program.has }] },
  });
}

/** The font of the pictures that `labelmap overlay` draws, with its licence. */
function copyFont() {
  const from = dirname(resolve("@expo-google-fonts/inter/package.json"));
  mkdirSync(path("dist/fonts"));
  copyFileSync(join(from, "500Medium/Inter_500Medium.ttf"), path("dist/fonts/Inter-Medium.ttf"));
  copyFileSync(join(from, "LICENSE_FONT"), path("dist/fonts/OFL.txt"));
}
