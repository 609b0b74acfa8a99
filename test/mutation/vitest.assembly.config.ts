/** The tests of decode/ with another module in place of the built one: the file that LABELMAP_MUTANT names. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { defineConfig } from "vitest/config";

const mutant = process.env.LABELMAP_MUTANT!;

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  plugins: [
    {
      // Not `init({ wasm })` before the tests, since some of them load the library anew.
      name: "load-mutant",
      enforce: "pre",
      load(id) {
        if (!id.endsWith("/src/decode/wasm/embedded.ts")) return null;
        const wasm = readFileSync(mutant);
        const deflated = deflateSync(wasm).toString("base64");
        return `export const deflatedWasmBase64 = "${deflated}"; export const wasmLength = ${wasm.length};`;
      },
    },
  ],
  test: {
    include: ["test/decode/**/*.test.ts"],
    // It compares the module with the built one, and so would fail for every mutant.
    testNamePattern: /^(?!.* is built from the bytes that the package exports)/,
    setupFiles: ["test/mutation/load-mutant.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
