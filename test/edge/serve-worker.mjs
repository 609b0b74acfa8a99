/**
 * workerd, the runtime of Cloudflare Workers, for the edge blocks of the guides: a package of its own, since it takes 160 MB.
 * A worker is bundled as wrangler does it, with the .wasm file beside it as a compiled module.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORKERD = fileURLToPath(new URL("node_modules/.bin/workerd", import.meta.url));
const MOST_MILLISECONDS = 20_000;

export const isWorkerdInstalled = existsSync(WORKERD);

/** An address of port 0 is one that is free; the control channel says which. */
const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "worker.js", esModule = embed "worker.js"),
      (name = "labelmap.wasm", wasm = embed "labelmap.wasm"),
    ],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

/**
 * @param {string} code the worker
 * @param {string} folder where it is bundled; the package is found from there by its name
 */
export async function serveWorker(code, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "source.js"), code);
  await build({
    entryPoints: [join(folder, "source.js")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
    plugins: [{ name: "compiled-wasm", setup: keepWasm }],
  });
  cpSync(join(ROOT, "dist/labelmap.wasm"), join(folder, "labelmap.wasm"));
  writeFileSync(join(folder, "config.capnp"), CONFIG);
  const child = spawn(WORKERD, ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const close = async () => {
    const ended = once(child, "exit");
    if (child.kill("SIGKILL")) await ended;
  };
  try {
    const signal = AbortSignal.timeout(MOST_MILLISECONDS);
    const ended = once(child, "exit", { signal }).then(() => Promise.reject(new Error("workerd has ended")));
    const listens = once(createInterface(child.stdio[3]), "line", { signal });
    const [line] = await Promise.race([listens, ended]);
    ended.catch(() => {});
    return { origin: `http://127.0.0.1:${JSON.parse(line).port}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function keepWasm({ onResolve }) {
  onResolve({ filter: /^labelmap\/labelmap\.wasm$/ }, () => ({ path: "./labelmap.wasm", external: true }));
}
