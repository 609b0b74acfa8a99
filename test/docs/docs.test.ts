/**
 * Every code block of README.md, docs/*.md and the pages of labelmap-cli runs where it is meant to (support/docs-blocks.ts), in the order of its page, on a
 * sample mask, and prints what it says. Those for Node are type-checked too, since JavaScript says nothing of a name that
 * is wrong. A block of a kind that is not known is a failure.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { MATRIX } from "../compat/matrix.mjs";
import { isWorkerdInstalled, serveWorker } from "../edge/serve-worker.mjs";
import { type Block, blocksOf, NOT_RUN, PAGES, promisedOutput, ROOT } from "../support/docs-blocks.js";
import {
  closeChromium,
  makePageFolder,
  PAGE_FOLDERS,
  runInChromium,
  runInNode,
  toLines,
} from "../support/docs-runners.js";
import { expectPythonInCi, itWithPython, runPythonProgram } from "../support/python.js";

/** Where wrangler serves a worker while it is being developed. */
const EDGE_ORIGIN = "http://localhost:8787";
/** The package has no types of its own. */
const UPNG_TYPES = join(ROOT, "src/decode/engines/upng-js.d.ts");
/** What a program prints last, where its page does not say it. */
const LAST_LINES: Readonly<Record<string, string>> = { "docs/datasets.md": "36 4" };
const itInChromium = it.skipIf(findChromium() === undefined && !process.env.CI);
const itAtTheEdge = it.skipIf(!isWorkerdInstalled && !process.env.CI);

expectPythonInCi();
afterAll(closeChromium);

describe.each(PAGES)("%s", (page) => {
  const blocks = blocksOf(page);
  let folder: string;
  let edge: Awaited<ReturnType<typeof serveWorker>> | undefined;
  beforeAll(() => {
    folder = makePageFolder(page);
  });
  afterAll(() => edge?.close());

  it("has no code block that is neither run nor known as one that is not", () => {
    const unknown = blocks.filter(({ runner, words }) => runner === undefined && !(words in NOT_RUN));
    expect(unknown.map(({ line, words }) => `${page}:${line} ${words}`)).toEqual([]);
  });

  if (page.startsWith("docs/") && page !== "docs/README.md") {
    it("ends with the way to the other pages", () => {
      expect(readFileSync(join(ROOT, page), "utf8")).toMatch(
        /\n\nNext: [^#]*All pages: \[docs\]\(README\.md\)\.\n$/,
      );
    });
  }

  for (const block of blocks) {
    const name = `runs its block of line ${block.line}: ${block.words}`;
    const expectOutput = (printed: readonly string[]) => {
      const promised = promisedOutput(block);
      if (promised !== null) expect(printed).toEqual(promised);
    };
    if (block.runner === "file") {
      const isLoaded = ({ code, runner }: Block) => runner !== "file" && code.includes(`./${block.name}`);
      it(`loads its file ${block.name}`, () => {
        writeFileSync(join(folder, block.name), block.code);
        expect(blocks.filter(isLoaded)).not.toEqual([]);
      });
    } else if (block.runner === "compat") {
      it(`shows ${block.name} as test:compat runs it`, () => {
        expect(block.code).toBe(readFileSync(join(ROOT, "test/compat/projects", block.name), "utf8"));
        const template = block.name.split("/")[0];
        expect(MATRIX.map((entry) => entry.template)).toContain(template);
      });
    } else if (block.runner === "node") {
      // One asks the worker that runs at the edge.
      const itWhereItCan = block.code.includes(EDGE_ORIGIN) ? itAtTheEdge : it;
      itWhereItCan(name, () => {
        const code = block.code.replaceAll(EDGE_ORIGIN, edge?.origin ?? EDGE_ORIGIN);
        const printed = runInNode({ ...block, code }, folder);
        expectOutput(printed);
        if (page in LAST_LINES) expect(printed.at(-1)).toBe(LAST_LINES[page]);
      });
    } else if (block.runner === "python") {
      itWithPython(name, () => expectOutput(toLines(runPythonProgram(block.code, folder))));
    } else if (block.runner === "browser") {
      itInChromium(name, async () => expectOutput(await runInChromium(block, folder)));
    } else if (block.runner === "edge") {
      itAtTheEdge(name, async () => {
        await edge?.close();
        edge = await serveWorker(block.code, join(folder, `edge-${block.line}`));
        expect(blocks.filter(({ code }) => code.includes(EDGE_ORIGIN))).not.toEqual([]);
      });
    }
  }
});

it("the blocks for Node have no name or type that is wrong", async () => {
  const folder = join(PAGE_FOLDERS, "typed");
  mkdirSync(folder, { recursive: true });
  const blocks = PAGES.flatMap(blocksOf).filter(({ runner }) => runner === "node");
  const files = blocks.map(({ page, line, code }) => {
    const file = join(folder, `${page.replace(/\W/g, "-")}-${line}.mts`);
    writeFileSync(file, code);
    return file;
  });
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const options =
    "--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node".split(
      " ",
    );
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, UPNG_TYPES, ...files], {
    cwd: ROOT,
  }).catch((error) => error);
  expect(stdout).toBe("");
});
