/**
 * The site that `npm run docs` builds, and what is generated beside it. TypeDoc and its TypeScript are installed by that command
 * (docs/site is a package of its own); where they are not, this is skipped, and fails where CI=true.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { documentedEntryPoints } from "../../scripts/entry-points.mjs";
import { ROOT } from "../support/docs-blocks.js";
import { runNode } from "../support/run-node.js";

const SITE = join(ROOT, "out/site");
const isInstalled = existsSync(join(ROOT, "docs/site/node_modules/typedoc"));
const MOST_MILLISECONDS = 170_000;

describe.skipIf(!isInstalled && !process.env.CI)("npm run docs", () => {
  it("has written docs/api.md, docs/errors.md, docs/legends.md and llms.txt as they would be written now", () => {
    expect(runNode(["scripts/api-summary.mjs", "--check"], { cwd: ROOT, timeout: MOST_MILLISECONDS })).toBe(
      "",
    );
  });

  describe("builds a site", () => {
    /** Of each page and picture its path in the site and its text. */
    let pages: Map<string, string>;
    beforeAll(() => {
      rmSync(SITE, { recursive: true, force: true });
      runNode(["docs/site/build.mjs"], { cwd: ROOT, timeout: MOST_MILLISECONDS });
      const files = readdirSync(SITE, { recursive: true, encoding: "utf8" });
      const ours = files.filter((file) => /\.(?:html|svg)$/.test(file) && !file.startsWith("explorer"));
      pages = new Map(ours.map((file) => [file, readFileSync(join(SITE, file), "utf8")]));
    });

    it("with a page for every guide and every entry point", () => {
      const guides = readdirSync(join(ROOT, "docs")).filter((file) => file.endsWith(".md"));
      const others = ["CHANGELOG", "CONTRIBUTING", "SECURITY", "cli/README", "cli/docs/explorer"];
      const names = documentedEntryPoints(ROOT).map(({ name }) => name);
      const made = (folder: string) =>
        readdirSync(join(SITE, folder)).filter((file) => file.endsWith(".html"));
      expect(made("documents").length).toBe(guides.length + others.length);
      expect(made("modules").sort()).toEqual(names.map((name) => `${name.replaceAll("/", "_")}.html`).sort());
    });

    it("whose links lead to a page or a place that is there", () => {
      const lost: string[] = [];
      let looked = 0;
      for (const [page, html] of pages) {
        for (const [, link = ""] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
          if (/^(?:\w+:|\/\/)/.test(link)) continue;
          looked++;
          const [path = "", place = ""] = decodeURI(link).split("#");
          const linked = join(dirname(page), path.split("?")[0]!);
          const target = path === "" ? page : linked;
          const file = join(SITE, target);
          // From a disk, a folder's files would be listed.
          if (!existsSync(file) || path.endsWith("/")) lost.push(`${page}: ${link}`);
          else if (place !== "" && !pages.get(target)?.includes(`id="${place}"`))
            lost.push(`${page}: ${link}`);
        }
      }
      expect(lost).toEqual([]);
      expect(looked).toBeGreaterThan(1000);
    });

    it("with the explorer, and a link to it on every page", () => {
      const guide = pages.get(join("documents", "Explorer.html")) ?? "";
      expect(guide).toContain('href="../explorer/index.html"');
      expect(pages.get("index.html")).toContain('href="explorer/index.html"');
    });

    it("whose llms.txt leads to pages of the site", () => {
      const links = [...readFileSync(join(SITE, "llms.txt"), "utf8").matchAll(/\]\(([^)]+)\)/g)].map(
        ([, link]) => link!,
      );
      expect(links.filter((link) => !existsSync(join(SITE, link)))).toEqual([]);
      expect(links.length).toBeGreaterThan(15);
    });

    it("in which no page of the documentation is linked as a file instead of as a page", () => {
      expect(readdirSync(join(SITE, "media")).filter((file) => file.endsWith(".md"))).toEqual([]);
    });
  });
});
