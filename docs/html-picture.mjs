/** A page of HTML as a picture, for layouts with type. The font is that of `labelmap overlay`, not one of the machine. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";

const font = createRequire(import.meta.url).resolve("@expo-google-fonts/inter/500Medium/Inter_500Medium.ttf");
const STYLE = `
  @font-face { font-family: Inter; src: url(${dataUrl("font/ttf", readFileSync(font))}) }
  * { box-sizing: border-box; margin: 0 }
  body { font: 500 17px/1.3 Inter; overflow: hidden }`;

/** @returns a PNG with twice as many pixels in each direction as `size` says */
export async function pictureOf(body, style, size) {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage({ viewport: size, deviceScaleFactor: 2 });
    await page.setContent(`<!doctype html><meta charset="utf-8"><style>${STYLE}${style}</style>${body}`);
    await page.evaluate(() => document.fonts.ready);
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}

export function dataUrl(type, bytes) {
  return `data:${type};base64,${bytes.toString("base64")}`;
}
