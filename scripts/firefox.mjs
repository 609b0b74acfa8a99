/** Finds a Firefox for the browser tests: FIREFOX_PATH, or what PATH has. */
import { existsSync } from "node:fs";
import { onPath } from "./on-path.mjs";

/** Debian's, of the extended support releases, comes first. */
const NAMES = ["firefox-esr", "firefox"];

/** @returns {string | undefined} the path of an executable */
export function findFirefox() {
  return process.env.FIREFOX_PATH || onPath(NAMES).find((path) => existsSync(path));
}
