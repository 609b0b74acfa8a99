/** transformers.js as it is: it is one large file already. */
export default { build: { target: "es2022" }, optimizeDeps: { exclude: ["@huggingface/transformers"] } };
