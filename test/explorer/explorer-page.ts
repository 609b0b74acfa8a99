/** The built explorer in a real Chromium: serves it like any static host, and does what a user does. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { serveStatic } from "../browser/static-server.mjs";
import { FIXTURES } from "../support/corpus.mjs";

const SOURCE = fileURLToPath(new URL("../../cli/explorer", import.meta.url));
/** The page that the package ships and `labelmap view` serves. */
export const BUILT: string = fileURLToPath(new URL("../../cli/dist/explorer", import.meta.url));

export interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

export interface Explorer extends Served {
  readonly browser: Browser;
  /**
   * Bytes of the scripts that the page starts with, including the worker, or of those that it loads when they are needed.
   * Each is compressed on its own, as a server sends it.
   */
  gzipBytes(when: "at the start" | "later"): number;
}

/**
 * Serves it under `/explorer/` and the fixtures under `/explorer/masks/`.
 *
 * @param folders more folders to serve, by the beginning of their paths
 * @throws if the source has changed since the last build
 */
export function serveExplorer(folders: Readonly<Record<string, string>> = {}): Promise<Served> {
  expectBuilt();
  return serveStatic({ ...folders, "/explorer/masks": FIXTURES, "/explorer": BUILT });
}

/** Serves the page, and starts a browser. */
export async function startExplorer(folders: Readonly<Record<string, string>> = {}): Promise<Explorer> {
  const server = await serveExplorer(folders);
  const browser = await launchChromium();
  return {
    browser,
    origin: server.origin,
    gzipBytes: (when) => {
      const html = readFileSync(join(BUILT, "index.html"), "utf8");
      const isLater = (file: string) => !html.includes(basename(file));
      const scripts = filesOf(BUILT).filter(
        (file) => file.endsWith(".js") && isLater(file) === (when === "later"),
      );
      return scripts.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

function expectBuilt(): void {
  const page = join(BUILT, "index.html");
  const changed = (file: string) => statSync(file).mtimeMs;
  const newest = Math.max(...filesOf(SOURCE).map(changed));
  if (!existsSync(page) || changed(page) < newest) {
    throw new Error("cli/dist/explorer is not built from its source as it is now: npm run build:explorer");
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium()!, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Opens the page, calls `work`, and checks that the page had no errors that it does not report itself. */
export async function withPage(
  { browser, origin }: Explorer,
  work: (page: Page) => Promise<void>,
  { query = "", ...options }: BrowserContextOptions & { readonly query?: string } = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  // Only a hang reaches it.
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // Including violations of the content security policy.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
      errors.push(message.text());
  });
  try {
    await page.goto(`${origin}/explorer/index.html${query}`);
    await work(page);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
  }
}

/** A fixture's mask and its result, as files to drop. */
export function fixtureFiles(name: string): { readonly png: DroppedFile; readonly json: DroppedFile } {
  const file = (ending: string) => ({
    name: `${name}.${ending}`,
    bytes: new Uint8Array(readFileSync(join(FIXTURES, `${name}.${ending}`))),
  });
  return { png: file("png"), json: file("json") };
}

/** A file of the sample that the page ships. */
export function sampleFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(SOURCE, "public/sample", name)));
}

export function textFile(name: string, text: string): DroppedFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** Files that cannot be opened, and what the page says about each. */
export const WRONG_FILES: readonly (readonly [name: string, content: string, message: RegExp])[] = [
  ["notes.txt", "hello", /^notes\.txt is not a PNG.*Drop a mask/s],
  ["photo.png", "\xff\xd8\xff\xe0 a JPEG", /^photo\.png: the bytes are a JPEG.*without loss.*PNG_SIGNATURE/s],
  ["cut.png", "", /^cut\.png: /],
];

/** @param content one character per byte */
export function binaryFile(name: string, content: string): DroppedFile {
  return { name, bytes: Uint8Array.from(content, (character) => character.charCodeAt(0)) };
}

export interface PlainFile {
  readonly name: string;
  readonly base64: string;
}

/** The files in a form that can be sent to a page. */
export function plainFiles(files: readonly DroppedFile[]): PlainFile[] {
  return files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
}

/** Runs in the page: makes the data of a drag of these files. */
export function transferOf(files: readonly PlainFile[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const { name, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  return transfer;
}

export async function drop(page: Page, ...files: readonly DroppedFile[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle(transferOf, plainFiles(files));
  await page.dispatchEvent("body", "drop", { dataTransfer });
}

/** Drops the masks of a data set, which then shows all of them. */
export async function dropSet(page: Page, ...files: readonly DroppedFile[]): Promise<void> {
  await drop(page, ...files);
  await page.getByRole("listbox", { name: "Masks" }).waitFor();
  await allRead(page);
}

/** Waits until all masks of the data set are read. */
export function allRead(page: Page): Promise<void> {
  return expect.poll(() => page.locator(".card-waiting, progress").count()).toBe(0);
}

/** Drops files and folders from the disk, as the system's file manager does. */
export async function dropPaths(page: Page, ...paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 640, y: 400, data });
  }
  await session.detach();
}

/**
 * Waits until a mask of this name is shown. Several masks are first shown together: then it is opened, unless keys have
 * opened it already.
 */
export async function shown(page: Page, name: string): Promise<void> {
  const heading = page.getByRole("heading", { level: 1, name, exact: true });
  const card = page.locator(".card", { has: page.locator(".card-name").getByText(name, { exact: true }) });
  await heading
    .or(card)
    .first()
    .waitFor()
    .catch(async (error) => {
      // What the page shows instead tells why.
      throw new Error(`${name} is not shown, but: ${await page.locator("body").textContent()}`, {
        cause: error,
      });
    });
  const isList = await page.evaluate(() => document.activeElement?.className === "cards");
  if (!isList && (await heading.count()) === 0) {
    // It may be opened in the meantime. Then there is nothing to click.
    await Promise.race([card.click().catch(() => {}), heading.waitFor()]);
  }
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
}

/**
 * Resolves as soon as the page has a text, however briefly. `waitFor` looks only from time to time. Call it before what
 * makes the text appear, and await it afterwards.
 */
export function textAppears(page: Page, text: string): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (!document.body.textContent.includes(wanted)) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    text,
  );
}

/** Drops a fixture and waits for it. */
export async function dropFixture(page: Page, name: string): Promise<void> {
  const { png, json } = fixtureFiles(name);
  await drop(page, png, json);
  await shown(page, name);
}

/** The messages that say what went wrong. */
export function errorsOf(page: Page): Locator {
  return page.locator("[role=alert] .notice");
}

/** All other messages. */
export function infosOf(page: Page): Locator {
  return page.locator("[role=status] .notice");
}

/** What the only error message says, once there is one. */
export async function alertText(page: Page): Promise<string> {
  return (await errorsOf(page).locator("p").textContent())!.trim();
}

/** A name as it is in titles and messages: with its own text direction. */
export function nameInText(name: string): string {
  return `\u2068${name}\u2069`;
}

/** The beginning of the title of a cell in the confusion matrix. */
export function cellTitle(row: string, column: string): string {
  return `${nameInText(row)} → ${nameInText(column)}:`;
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A picture of the stage once it is at rest, for comparisons. */
export async function stagePixels(page: Page): Promise<string> {
  // Away from the stage, because a label under the pointer is outlined.
  await page.mouse.move(1100, 20);
  let seen = "";
  await expect
    .poll(async () => {
      const before = seen;
      await framesPass(page, 15, 250);
      seen = (await page.locator(".stage > canvas").screenshot()).toString("base64");
      return seen === before;
    })
    .toBe(true);
  return seen;
}

/** Waits for this many frames, and at least this long: a busy machine draws few frames in a given time. */
export function framesPass(page: Page, count: number, milliseconds = 0): Promise<void> {
  return page.evaluate(
    async ([count, milliseconds]) => {
      const start = performance.now();
      for (let frame = 0; frame < count! || performance.now() - start < milliseconds!; frame++) {
        await new Promise(requestAnimationFrame);
      }
    },
    [count, milliseconds],
  );
}

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Checks the page in its present colours, light or dark, with axe and its rule that targets have 24 pixels or are apart. */
export async function expectNoFaults(page: Page, where = ""): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const faults = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    // The rule is part of WCAG 2.2, and off by default.
    const { violations } = await axe.run({ rules: { "target-size": { enabled: true } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  expect(faults, where).toEqual([]);
}

/** Name, instance and pixels of the rows in view. */
export function rowTexts(page: Page): Promise<string[][]> {
  return page
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) =>
        [".name", ".cell-instance", ".cell-pixels"].map((cell) => row.querySelector(cell)!.textContent!),
      ),
    );
}
