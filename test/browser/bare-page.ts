/** A page with nothing in it but a script, in a real browser, for tests that need no app around the library. */
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { serveStatic } from "./static-server.mjs";

const executablePath = findChromium();

/** A test that is skipped where there is no Chromium, and fails there where CI=true. */
export function itInChromium(name: string, test: () => Promise<void>): void {
  if (executablePath === undefined && process.env.CI) {
    it(name, () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
  } else {
    it.skipIf(executablePath === undefined)(name, test);
  }
}

/**
 * Opens a page whose one module script is `script`, and waits until it has set `window.ready`.
 * @param masks the folder that the page finds under /masks; the package's dist is under /dist
 * @param extra other folders by the prefix of their URLs, and arguments of Chromium in the place of `--disable-gpu`
 */
export async function inBarePage(
  masks: string,
  script: string,
  work: (page: Page) => Promise<void>,
  extra: { readonly mounts?: Record<string, string>; readonly args?: readonly string[] } = {},
): Promise<void> {
  const dist = fileURLToPath(new URL("../../dist", import.meta.url));
  const server = await serveStatic({ "/dist": dist, "/masks": masks, ...extra.mounts });
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox", ...(extra.args ?? ["--disable-gpu"])],
  });
  try {
    const page = await browser.newPage();
    const body = `<!doctype html><title>test</title><script type="module">${script}\nwindow.ready = true;</script>`;
    await page.route(`${server.origin}/`, (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(`${server.origin}/`);
    await page.waitForFunction("window.ready === true");
    await work(page);
  } finally {
    await browser.close();
    await server.close();
  }
}
