/** Finds a Chromium for the browser tests: CHROMIUM_PATH, the usual places, or a download of Playwright. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { onPath } from "./on-path.mjs";

/** The headless one first, since it starts fewer processes. */
const NAMES = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "msedge",
];
const PLACES = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
/** Playwright's download folders for each platform, and the executables in them. */
const PLAYWRIGHT_CACHES = [
  ".cache/ms-playwright",
  "Library/Caches/ms-playwright",
  "AppData/Local/ms-playwright",
];
const PLAYWRIGHT_EXECUTABLES = [
  "chrome-linux/chrome",
  "chrome-linux64/chrome",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-win/chrome.exe",
];

/** @returns {string | undefined} the path of an executable */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  return [...onPath(NAMES), ...PLACES, ...fromPlaywright()].find((path) => existsSync(path));
}

function fromPlaywright() {
  const caches = PLAYWRIGHT_CACHES.map((cache) => join(homedir(), cache));
  if (process.env.PLAYWRIGHT_BROWSERS_PATH) caches.unshift(process.env.PLAYWRIGHT_BROWSERS_PATH);
  return caches.filter(existsSync).flatMap((cache) =>
    readdirSync(cache)
      .filter((folder) => folder.startsWith("chromium-"))
      .flatMap((folder) => PLAYWRIGHT_EXECUTABLES.map((executable) => join(cache, folder, executable))),
  );
}
