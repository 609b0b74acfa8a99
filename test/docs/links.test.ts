/**
 * The pages of both packages as npm would pack them: the README is short, each relative link leads to a file of the same
 * tarball, and a tarball carries no page or picture that nothing links to.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/docs-blocks.js";

const MOST_LINES_OF_README = 150;

/** The files that `npm pack` puts into a package's tarball. */
function packedFiles(folder: string): string[] {
  // Without scripts: prepare would build the package anew beneath the other tests.
  const printed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: join(ROOT, folder),
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = JSON.parse(printed) as { files: { path: string }[] }[];
  return packed!.files.map(({ path }) => path);
}

/** The relative links and pictures of a page, as paths in its package. What stands in code is no link. */
function linksOf(page: string, text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^(?:\w+:|#)/.test(link))
    .map((link) => posix.join(posix.dirname(page), link.split("#")[0]!));
}

it(`README.md has at most ${MOST_LINES_OF_README} lines`, () => {
  const lines = readFileSync(join(ROOT, "README.md"), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES_OF_README);
});

describe.each([
  ["labelmap", "."],
  ["labelmap-cli", "cli"],
])("the tarball of %s", (_, folder) => {
  const files = packedFiles(folder);
  const pages = files.filter((file) => /\.md$|^llms\.txt$/.test(file));
  const links = pages.flatMap((page) =>
    linksOf(page, readFileSync(join(ROOT, folder, page), "utf8")).map((target) => ({ page, target })),
  );

  it("has a README and a guide with links", () => {
    expect(pages).toContain("README.md");
    expect(pages.filter((page) => page.startsWith("docs/"))).not.toEqual([]);
    expect(links).not.toEqual([]);
  });

  it("holds the target of each relative link in its pages", () => {
    expect(links.filter(({ target }) => !files.includes(target))).toEqual([]);
  });

  it("carries no page, picture or data in docs/ that no page links to", () => {
    const linked = new Set(links.map(({ target }) => target));
    expect(files.filter((file) => file.startsWith("docs/") && !linked.has(file))).toEqual([]);
  });
});
