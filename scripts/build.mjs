/**
 * Builds the package: assembly/ → build/labelmap.wasm → src/wasm/embedded.ts → dist/.
 *
 * The module is embedded, compressed and in base64, so that the package loads anywhere with no configuration (as plain
 * base64 it would be twice the size to a browser, since base64 hides the repeats from the transfer's compression). Node
 * and bundlers get the plain output of tsc with its imports left bare; a page without a bundler gets dist/browser, where
 * rolldown has put the dependencies in; and `labelmap view` the explorer, dist/explorer. Nothing that is built is committed.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { rolldown } from "rolldown";
import { build as buildWithVite } from "vite";
import { compileModule } from "./asc.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { resolve } = createRequire(import.meta.url);
const path = (...parts) => join(root, ...parts);
const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });

const packageRoot = (name) => dirname(resolve(`${name}/package.json`));
compileModule("release", [], "inherit");

const wasm = readFileSync(path("build/labelmap.wasm"));
writeFileSync(
  path("src/wasm/embedded.ts"),
  "/** Made by scripts/build.mjs: the module of assembly/, raw DEFLATE (RFC 1951) in base64. */\n" +
    `export const deflatedWasmBase64: string =\n  "${deflateRawSync(wasm, { level: 9 }).toString("base64")}";\n`,
);

rmSync(path("dist"), { recursive: true, force: true });
run(join(packageRoot("typescript"), "bin/tsc"), "-p", "tsconfig.json");
mkdirSync(path("dist"), { recursive: true });
copyFileSync(path("build/labelmap.wasm"), path("dist/labelmap.wasm"));

// For `npm link` and a clone; npm does so itself when it installs a package.
chmodSync(path("dist/cli/main.js"), 0o755);

const forBrowsers = await buildForBrowsers();
// Of `labelmap view`; from what is in dist, as whoever has the package would build it. What its worker bundles is in the
// other bundle too.
const explorer = await buildWithVite({ root: path("examples/explorer"), logLevel: "warn" });
writeFileSync(path("dist/THIRD-PARTY-LICENSES.txt"), licencesOf([forBrowsers, explorer]));
console.log(`labelmap.wasm: ${wasm.length} bytes`);

/**
 * For each export `./browser/NAME` one file, made from what `./NAME` is, and the files that these share. All that the
 * core loads at once is one file: cut along what others use of it, it would be a tenth larger.
 */
async function buildForBrowsers() {
  const { exports } = JSON.parse(readFileSync(path("package.json"), "utf8"));
  const names = Object.keys(exports).filter((name) => name.startsWith("./browser"));
  const core = new Set();
  const bundle = await rolldown({
    input: Object.fromEntries(
      names.map((name) => [
        basename(exports[name].default, ".js"),
        path(exports[name.replace("/browser", "")].default),
      ]),
    ),
    platform: "browser",
    plugins: [
      {
        name: "find-core",
        buildEnd() {
          const add = (id) => {
            if (core.has(id)) return;
            core.add(id);
            this.getModuleInfo(id)?.importedIds.forEach(add);
          };
          add(path("dist/index.js"));
        },
      },
    ],
  });
  return bundle.write({
    dir: path("dist/browser"),
    minify: true,
    chunkFileNames: "chunk-[hash].js",
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
  });
}

/** The licences of all packages that are in these bundles: who passes a bundle on passes them on. */
function licencesOf(bundles) {
  const modules = bundles.flatMap(({ output }) => output.flatMap(({ moduleIds = [] }) => moduleIds));
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const parts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    // The loader comes out of the compiler's repository, whose licence only the compiler's package has.
    const from = name === "@assemblyscript/loader" ? packageRoot("assemblyscript") : folder;
    const file = readdirSync(from).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(from, file), "utf8").trim()}\n`;
  });
  return `dist/browser and dist/explorer contain code of these packages.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
