/**
 * Builds the explorer to dist/explorer: static files that work from any folder of any host. The HTML contains the first
 * view, so that it appears as soon as the style sheet is loaded and does not wait for the script.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { createServer, defineConfig } from "vite";

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

/** The worker's script is loaded together with the page's, and not only once that one runs. */
const preloadWorker = {
  name: "preload-worker",
  async writeBundle({ dir }) {
    const assets = await readdir(join(dir, "assets"));
    const [worker] = assets.filter((name) => /^decode-worker-.*\.js$/.test(name));
    if (worker === undefined) throw new Error("the build has no script of the worker");
    const page = join(dir, "index.html");
    const html = await readFile(page, "utf8");
    const link = `<link rel="preload" as="fetch" crossorigin href="./assets/${worker}" />`;
    await writeFile(page, html.replace("</head>", `  ${link}\n  </head>`));
  },
};

export default defineConfig({
  plugins: [firstView, preloadWorker],
  base: "./",
  // One file, which the page keeps for the workers that it starts later: see decoding/decoder.ts.
  worker: { format: "es", rolldownOptions: { output: { codeSplitting: false } } },
  oxc,
  build: {
    outDir: fileURLToPath(new URL("../dist/explorer/", import.meta.url)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
});
