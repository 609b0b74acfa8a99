/** Opens a page in Chromium and collects what it prints to its console. */
import { chromium } from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";

/** Only a page that has failed prints nothing for so long. */
const MOST_MILLISECONDS = 60_000;

/**
 * @param {string} url
 * @param {readonly string[]} prints the lines that the page must print; it is open until they are there
 * @param {(page: import("playwright-core").Page) => Promise<void>} [visit] what a user does in it
 * @returns {Promise<string>} what it printed, and its errors
 */
export async function printedBy(url, prints, visit = async () => {}) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium is found; set CHROMIUM_PATH");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    const lines = [];
    page.on("console", (message) => lines.push(message.text()));
    page.on("pageerror", ({ message }) => lines.push(`error in the page: ${message}`));
    page.on("requestfailed", (request) => lines.push(`no answer: ${request.url()}`));
    await page.goto(url);
    await visit(page).catch(({ message }) => lines.push(`error of the visit: ${message}`));
    for (const deadline = Date.now() + MOST_MILLISECONDS; Date.now() < deadline; ) {
      if (missingLines(lines.join("\n"), prints).length === 0) break;
      if (lines.some((line) => line.startsWith("error "))) break;
      await page.waitForTimeout(100);
    }
    return lines.join("\n");
  } finally {
    await browser.close();
  }
}

/** The lines of `prints` that no line of `output` contains. */
export function missingLines(output, prints) {
  const lines = output.split("\n");
  return prints.filter((text) => !lines.some((line) => line.includes(text)));
}
