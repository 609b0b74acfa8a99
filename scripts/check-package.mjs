/** `npm run check:package`: packs both packages and has publint and arethetypeswrong judge the tarballs. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packAll } from "./pack.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { library, command } = packAll(join(ROOT, "out"));
for (const tarball of [library, command]) {
  run("publint", tarball, "--strict");
  // The module's file has no types, and both packages are ESM only.
  run("attw", tarball, "--profile", "esm-only", "--exclude-entrypoints", "labelmap.wasm");
}

function run(program, ...args) {
  const { status } = spawnSync(join(ROOT, "node_modules/.bin", program), args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
