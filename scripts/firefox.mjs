/** Finds a Firefox for the browser tests: FIREFOX_PATH, or one in PATH. */
import { existsSync } from "node:fs";
import { onPath } from "./on-path.mjs";

/** Debian's comes first, an extended support release. */
const NAMES = ["firefox-esr", "firefox"];

/** @returns {string | undefined} the path of an executable */
export function findFirefox() {
  return process.env.FIREFOX_PATH || onPath(NAMES).find((path) => existsSync(path));
}
