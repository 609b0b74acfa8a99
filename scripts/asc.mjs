/** Runs the AssemblyScript compiler with the project's settings. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const ASC = join(
  dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")),
  "bin/asc.js",
);

/**
 * Compiles assembly/ for a target of asconfig.json.
 * @param {string} target
 * @param {string[]} more further arguments for the compiler
 * @param {import("node:child_process").StdioOptions} stdio where the compiler's output goes
 */
export function compileModule(target, more = [], stdio = "pipe") {
  execFileSync(process.execPath, [ASC, "--config", "asconfig.json", "--target", target, ...more], {
    cwd: ROOT,
    stdio,
  });
}
