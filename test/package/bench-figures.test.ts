/** The figures of the pages are those of the committed results: `npm run bench:readme` would change nothing. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the figures of benchmarks", () => {
  const script = `import { makePages } from "./bench/readme.mjs"; console.log(JSON.stringify(makePages()));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const pages: { page: string; text: string; made: string }[] = JSON.parse(output);

  it("are in the README and in the page about benchmarks", () => {
    expect(pages.map(({ page }) => page)).toEqual(["README.md", "docs/benchmarks.md"]);
  });

  it.each(pages)("of $page are those of the committed results", ({ text, made }) => {
    expect(text).toBe(made);
  });
});
