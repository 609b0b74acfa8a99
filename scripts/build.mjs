/**
 * Builds the package: assembly/ → build/labelmap.wasm → src/decode/wasm/embedded.ts → dist/.
 *
 * The module is embedded, compressed and in base64, so that the package loads anywhere without configuration. As plain
 * base64 it would be twice the size to download, since base64 hides repeats from the compression of the transfer. Zopfli
 * compresses it 4 to 5 % better than zlib.
 *
 * Bundlers use the plain output of tsc, with bare imports. Pages without a bundler use dist/browser, into which rolldown
 * has bundled the dependencies. Node uses dist/node, which has few files and so loads faster than the output of tsc.
 * Nothing that is built is committed. cli/build.mjs builds the command.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { compileModule } from "./asc.mjs";
import { makePortable } from "./declarations.mjs";
import { filesFrom } from "./files-from.mjs";
import { licencesOf } from "./licences.mjs";
import { stripShaders } from "./shaders.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { resolve } = createRequire(import.meta.url);
const path = (...parts) => join(root, ...parts);
const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });

/** Entry points for which Node has another source than bundlers: most have every part of the decoder there. */
const IN_NODE = {
  ".": "dist/all.js",
  "./playment": "dist/playment/node.js",
  "./formats": "dist/formats/node.js",
  "./loader": "dist/loader/node.js",
  "./loader/worker": "dist/loader/loader-worker.js",
  "./ids": "dist/decode/register/ids-in-node.js",
};

compileModule("release", [], "inherit");

const wasm = readFileSync(path("build/labelmap.wasm"));
const deflated = execFileSync(process.execPath, [path("scripts/zopfli.mjs")], { input: wasm });
writeFileSync(
  path("src/decode/wasm/embedded.ts"),
  "/** Made by scripts/build.mjs: the module of assembly/, a zlib stream (RFC 1950) in base64, and its unpacked length. */\n" +
    "// A call, which minifiers do not move. So the text stays at the start of a bundle: see module.ts.\n" +
    `export const deflatedWasmBase64: string = String.raw\`${deflated.toString("base64")}\`;\n` +
    `export const wasmLength: number = ${wasm.length};\n`,
);

rmSync(path("dist"), { recursive: true, force: true });
run(join(dirname(resolve("typescript/package.json")), "bin/tsc"), "-p", "tsconfig.json");
makePortable(path("dist"));
stripShaders(path("dist/webgpu"));
mkdirSync(path("dist"), { recursive: true });
copyFileSync(path("build/labelmap.wasm"), path("dist/labelmap.wasm"));

const { exports } = JSON.parse(readFileSync(path("package.json"), "utf8"));
const bundles = [await bundleLoader(), await buildForBrowsers(), await buildWorker(), await buildForNode()];
writeFileSync(path("dist/THIRD-PARTY-LICENSES.txt"), licencesOf("dist contains", bundles));
console.log(`labelmap.wasm: ${wasm.length} bytes`);

/**
 * Puts the one function of @assemblyscript/loader that is used into dist/decode/wasm/loader.js; see its source. What it does
 * for classes, accessors and optional parameters is left out, since the module exports none.
 */
async function bundleLoader() {
  const names = WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  const others = names.filter((name) => /#|[gs]et:|^__/.test(name));
  if (others.length > 0) throw new Error(`the module exports what the loader lacks: ${others.join(", ")}`);
  const file = path("dist/decode/wasm/loader.js");
  const bundle = await rolldown({
    input: file,
    // Its result is used by functions for strings only, which are left out as well.
    treeshake: { manualPureFunctions: ["TextDecoder"], propertyReadSideEffects: false },
    plugins: [
      {
        name: "names-only",
        transform: (code) =>
          code
            .replaceAll('name.indexOf("#")', "-1")
            .replaceAll("/^(get|set):/.test(name)", "false")
            .replaceAll('typeof elem === "function" && elem !== setArgumentsLength', "false"),
      },
    ],
  });
  return bundle.write({ file, minify: "dce-only" });
}

/**
 * Bundles one file for each export `./browser/NAME`, from the file of `./NAME`, and the files that they share. Everything
 * that the core loads at once goes into one file. Split by what other entry points use of it, it would be a tenth larger.
 */
async function buildForBrowsers() {
  const names = Object.keys(exports).filter(
    (name) => name.startsWith("./browser") && name !== "./browser/loader/worker",
  );
  const core = filesFrom(path("dist/index.js"));
  const bundle = await rolldown({
    input: Object.fromEntries(
      names.map((name) => [
        basename(exports[name].default, ".js"),
        path(exports[name.replace("/browser", "")].default),
      ]),
    ),
    platform: "browser",
    plugins: [core.plugin],
  });
  return bundle.write({
    dir: path("dist/browser"),
    minify: true,
    chunkFileNames: "chunk-[hash].js",
    codeSplitting: { groups: [{ name: "core", test: core.has }] },
  });
}

/**
 * Bundles the loader's worker into one file without imports. Bundlers and development servers take such a file as it is,
 * where they would otherwise have to find the worker's dependencies, or refuse to split a worker into several files.
 */
async function buildWorker() {
  const bundle = await rolldown({ input: path("dist/loader/loader-worker.js"), platform: "browser" });
  return bundle.write({ file: path("dist/browser/loader-worker.js"), minify: true, codeSplitting: false });
}

/**
 * Bundles the file that the condition `node` of each export names. Node takes up to a millisecond to load a file, more
 * than for the code in most of them. So all that `labelmap` has in Node is in two files: `base.js`, which is enough for
 * the entry points that do not decode, and `decoder.js`. The other entry points add what they need besides. Since no code
 * is in two files, there is one registry of parts and one class for each error.
 *
 * pako, upng-js and ky are in the bundle: on their own they are 32 small files, which take longer to load than the rest of
 * the entry points that need them. So is fflate, of which a quarter is needed. The XML parser is loaded with the first XML
 * file. The code is not minified, so that stack traces and profiles show its names.
 */
async function buildForNode() {
  const decoder = filesFrom(path("dist/all.js"));
  const others = filesFrom(
    ...["compare", "objects", "tensors"].map((room) => path("dist", room, "index.js")),
  );
  const bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries(exports)
        .filter(([, { node }]) => node !== undefined)
        .map(([name, { node, default: file }]) => [basename(node, ".js"), path(IN_NODE[name] ?? file)]),
    ),
    platform: "node",
    external: ["@rgrove/parse-xml"],
    // By this upng-js finds out whether it may load pako.
    transform: { define: { "typeof require": '"function"' } },
    plugins: [decoder.plugin, others.plugin],
  });
  return bundle.write({
    dir: path("dist/node"),
    comments: { jsdoc: false },
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        { name: "base", test: (id) => decoder.has(id) && others.has(id), priority: 2 },
        { name: "decoder", test: decoder.has, priority: 1 },
      ],
    },
  });
}
