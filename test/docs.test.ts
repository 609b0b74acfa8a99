/**
 * The code blocks of docs/training-data.md run as they stand, each after the page's first one, on a sample mask; and so
 * do the README's first and that of docs/datasets.md. All of them are type-checked, since JavaScript says nothing of a name that is wrong.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { runNode } from "./support/run-node.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SAMPLE = join(ROOT, "test/fixtures/masks/street-1080p-rgb-upng");
/** In the repository, where the package finds itself by its name. */
const FOLDER = join(ROOT, "out/docs");

const page = readFileSync(join(ROOT, "docs/training-data.md"), "utf8");
const blocksOf = (text: string) => [...text.matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]!);
const [first, ...blocks] = blocksOf(page);
const datasets = blocksOf(readFileSync(join(ROOT, "docs/datasets.md"), "utf8"));
const readme = blocksOf(readFileSync(join(ROOT, "README.md"), "utf8"));
const titles = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1]!);

const run = (script: string) => runNode([script], { cwd: FOLDER });

describe("docs/training-data.md", () => {
  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(join(FOLDER, "masks"), { recursive: true });
    for (const [file, name] of [
      [`${SAMPLE}.png`, "mask.png"],
      [`${SAMPLE}.json`, "result.json"],
      [`${SAMPLE}.png`, "masks/street-1.png"],
      [`${SAMPLE}.json`, "masks/street-1.json"],
    ] as const) {
      cpSync(file, join(FOLDER, name));
    }
  });

  it("has a code block in every section", () => expect(blocks.length).toBeGreaterThanOrEqual(titles.length));

  it.each(blocks.map((block, place) => ({ block, place })))(
    "runs its code block $place",
    ({ block, place }) => {
      const script = join(FOLDER, `block-${place}.mjs`);
      writeFileSync(script, `${first}\n${block}`);
      run(script);
    },
  );

  it("and the README's first block runs", () => {
    const script = join(FOLDER, "readme.mjs");
    writeFileSync(script, readme[0]!);
    run(script);
  });

  it("and the block of docs/datasets.md runs, which fetches 40 jobs of which 4 fail", () => {
    const script = join(FOLDER, "datasets.mjs");
    writeFileSync(script, datasets[0]!);
    expect(run(script).trimEnd().split("\n").at(-1)).toBe("36 4");
  });

  it("and the README have no name or type that is wrong", async () => {
    const scripts = [...blocks.map((block) => `${first}\n${block}`), ...readme, ...datasets];
    const files = scripts.map((script, place) => {
      const file = join(FOLDER, `typed-${place}.mts`);
      writeFileSync(file, script);
      return file;
    });
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const options =
      "--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node".split(
        " ",
      );
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, ...files], {
      cwd: ROOT,
    }).catch((error) => error);
    expect(stdout).toBe("");
  });
});
