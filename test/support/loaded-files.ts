/** Which files a program loads, by the coverage that V8 writes at its end: it lists every script, of worker threads too. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./run-cli.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/**
 * Runs Node in the repository.
 *
 * @returns the paths from the repository's root, with `/`, sorted, each once; and what the program printed.
 * @throws the program's stderr, if its exit code is not 0
 */
export function loadedFiles(args: readonly string[]): { files: string[]; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-loaded-"));
  try {
    const env = { NODE_V8_COVERAGE: folder };
    const { code, stdout, stderr } = runProgram(process.execPath, args, { cwd: ROOT, env });
    if (code !== 0) throw new Error(stderr);
    const files = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Coverage;
      return result.filter(({ url }) => url.startsWith("file:")).map(({ url }) => fileURLToPath(url));
    });
    // The text of --eval is listed too, as if it were a file.
    const paths = files
      .filter((file) => existsSync(file))
      .map((file) => relative(ROOT, file).replaceAll("\\", "/"));
    return { files: [...new Set(paths)].sort(), stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
