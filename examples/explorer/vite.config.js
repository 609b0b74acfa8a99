/** Builds the explorer to dist/explorer: static files that work from any folder of any host. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

export default defineConfig({
  base: "./",
  // The published entry points, by their names, as whoever installs the package has them.
  resolve: {
    alias: Object.entries(exports).map(([name, { default: file }]) => ({
      find: new RegExp(`^labelmap${name.slice(1)}$`),
      replacement: fileURLToPath(new URL(file, root)),
    })),
  },
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("dist/explorer/", root)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
});
