/**
 * Builds the explorer to dist/explorer: static files that work from any folder of any host. What it shows at first is in
 * the HTML, so that it is seen as soon as the style sheet is there and need not wait for the script.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { createServer, defineConfig } from "vite";

const root = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

const oxc = { jsx: { runtime: "automatic", importSource: "preact" } };
const APP_PLACE = '<div id="app"></div>';

const firstView = {
  name: "first-view",
  async transformIndexHtml(html) {
    if (!html.includes(APP_PLACE)) throw new Error(`index.html has no ${APP_PLACE}`);
    const server = await createServer({
      configFile: false,
      root: fileURLToPath(new URL(".", import.meta.url)),
      server: { middlewareMode: true, ws: false, watch: null },
      optimizeDeps: { noDiscovery: true },
      oxc,
    });
    try {
      const { App } = await server.ssrLoadModule("/src/app.tsx");
      return html.replace(APP_PLACE, `<div id="app">${renderToString(h(App))}</div>`);
    } finally {
      await server.close();
    }
  },
};

export default defineConfig({
  plugins: [firstView],
  base: "./",
  // The published entry points, by their names, as whoever installs the package has them.
  resolve: {
    alias: Object.entries(exports).map(([name, { default: file }]) => ({
      find: new RegExp(`^labelmap${name.slice(1)}$`),
      replacement: fileURLToPath(new URL(file, root)),
    })),
  },
  // In one file, which the page keeps for the workers that it starts later: see decoding/decoder.ts.
  worker: { format: "es", rolldownOptions: { output: { codeSplitting: false } } },
  oxc,
  build: {
    outDir: fileURLToPath(new URL("dist/explorer/", root)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
});
