/** Runs each kind of code block of the guides in its own runtime. All runners return the printed lines. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { serveStatic } from "../browser/static-server.mjs";
import { type Block, blocksOf, promisedOutput, ROOT } from "./docs-blocks.js";
import { runShell } from "./run-cli.js";
import { runNode } from "./run-node.js";

const TO_SAMPLE_SERVER = fileURLToPath(new URL("to-sample-server.mjs", import.meta.url));

/** Not in out/, which `npm start` deletes. */
export const PAGE_FOLDERS: string = join(ROOT, "build/docs");

/** Makes a folder in the repository that is set up as the guides tell the reader. */
export function makePageFolder(page: string): string {
  const folder = join(PAGE_FOLDERS, page.replace(/\W/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/labelmap"), "junction");
  copyAsTold(page, folder);
  // A page's own files, such as docs/concepts-mask.png of docs/concepts.md.
  const own = (file: string) => file.startsWith(`${basename(page, ".md")}-`);
  for (const file of readdirSync(join(ROOT, "docs")).filter(own)) {
    cpSync(join(ROOT, "docs", file), join(folder, file));
  }
  return folder;
}

/** Runs the blocks of a page that copy the sample, in a folder where the package is installed. */
export function copyAsTold(page: string, folder: string): void {
  const copies = blocksOf(page).filter(({ words, code }) => words === "sh" && /^(cp|mkdir) /.test(code));
  for (const { code } of copies) execFileSync("sh", ["-e", "-c", code], { cwd: folder });
}

export const toLines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function runInNode({ code, line }: Block, folder: string): string[] {
  const script = `block-${line}.mjs`;
  writeFileSync(join(folder, script), code);
  if (!code.includes("process.argv")) return toLines(runNode([script], { cwd: folder }));
  // A block that reads its arguments gets a job from the sample server, which runs in its own process.
  const program = `"${process.execPath}" --import "${pathToFileURL(TO_SAMPLE_SERVER)}" ${script} sample-project job-00001`;
  const {
    code: exitCode,
    stdout,
    stderr,
  } = runShell(`labelmap sample-server --count 2 -- ${program}`, { cwd: folder });
  if (exitCode !== 0) throw new Error(stderr);
  return toLines(stdout);
}

/** One browser for all pages. */
let browser: Browser | undefined;

export async function closeChromium(): Promise<void> {
  await browser?.close();
}

/** Runs a block in its own page from a static server: `html` as it is, `js` as built by Vite. */
export async function runInChromium(block: Block, folder: string): Promise<string[]> {
  const served = block.words === "html" ? folder : await buildPage(block, folder);
  if (block.words === "html") {
    writeFileSync(
      join(folder, "index.html"),
      block.code.replace("</script>", "globalThis.ended = true;\n</script>"),
    );
  }
  const server = await serveStatic({ "/assets": join(ROOT, "dist"), "": served });
  browser ??= await chromium.launch({
    executablePath: findChromium()!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage();
  try {
    const printed: string[] = [];
    page.on("console", (message) => message.type() === "log" && printed.push(...toLines(message.text())));
    const failure = new Promise<never>((_, reject) => page.on("pageerror", reject));
    await page.goto(`${server.origin}/index.html`);
    const ended = async () => {
      await page.waitForFunction("globalThis.ended === true");
      const { length } = promisedOutput(block) ?? [];
      for (let wait = 0; printed.length < length && wait < 100; wait++) await page.waitForTimeout(100);
    };
    await Promise.race([ended(), failure]);
    return printed;
  } finally {
    await page.close();
    await server.close();
  }
}

async function buildPage({ code, line }: Block, folder: string): Promise<string> {
  const script = `block-${line}.js`;
  writeFileSync(join(folder, script), `${code}\nglobalThis.ended = true;`);
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><title>${script}</title><canvas></canvas><input type="file"><script type="module" src="./${script}"></script>`,
  );
  const outDir = join(folder, `built-${line}`);
  await build({
    root: folder,
    base: "./",
    logLevel: "error",
    build: { outDir, assetsDir: "built" },
    worker: { format: "es" },
  });
  for (const name of ["mask.png", "result.json"]) cpSync(join(folder, name), join(outDir, name));
  return outDir;
}
