/** Vite, for core.js alone. */
export default {
  build: { outDir: "core", rollupOptions: { input: "core.js" }, modulePreload: { polyfill: false } },
  publicDir: false,
};
