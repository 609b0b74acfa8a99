/** Both pages, and onnxruntime as it is: it finds its WebAssembly beside its own file. */
export default {
  build: { target: "es2022", rolldownOptions: { input: ["onnxruntime.html", "tfjs.html"] } },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
};
