/** What `labelmap/webgpu` adds to a page, after compression: nothing to a page that does not import it. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const MOST_BYTES = 12 * 1024;

async function bundle(...lines: string[]) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: lines.join("\n"), resolveDir: DIST },
    ...{ bundle: true, minify: true, format: "esm", platform: "browser", write: false, metafile: true },
  });
  return {
    bytes: gzipSync(outputFiles[0]!.contents, { level: 9 }).length,
    files: Object.keys(metafile.inputs),
  };
}

/** A page that decodes to runs. */
const RUNS = ['export { decodeMask } from "./index.js";', 'import "./decode/register/maps.js";'];

it("is not in a page that decodes without it", async () => {
  const { files } = await bundle(...RUNS);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => file.includes("/webgpu/"))).toEqual([]);
});

it("adds less than 12 KiB to a page that decodes to runs", async () => {
  const [before, after] = [
    await bundle(...RUNS),
    await bundle(...RUNS, 'export * from "./webgpu/index.js";'),
  ];
  console.log(`labelmap/webgpu adds ${after.bytes - before.bytes} bytes`);
  expect(after.bytes - before.bytes).toBeLessThan(MOST_BYTES);
});

it("takes less than 12 KiB on its own for a page that only paints", async () => {
  const { bytes } = await bundle('export { paint, uploadRuns } from "./webgpu/index.js";');
  console.log(`paint and uploadRuns take ${bytes} bytes`);
  expect(bytes).toBeLessThan(MOST_BYTES);
});
