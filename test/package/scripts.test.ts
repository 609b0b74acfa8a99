/** What no other test runs, benchmarks, drawings and mutation testing, imports only what is there: bundling them finds every name. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

it.each(["bench", "docs", "scripts", "test/mutation"])(
  "the programs in %s/ import only what is there",
  async (folder) => {
    const programs = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith(".mjs"));
    expect(programs.length).toBeGreaterThan(1);
    await build({
      entryPoints: programs.map((file) => join(ROOT, folder, file)),
      outdir: "out",
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "silent",
    });
  },
);
