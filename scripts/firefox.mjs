/** Finds a Firefox for the browser tests: FIREFOX_PATH, or what PATH has. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian's, of the extended support releases, comes first. */
const NAMES = ["firefox-esr", "firefox"];

/** @returns {string | undefined} the path of an executable */
export function findFirefox() {
  if (process.env.FIREFOX_PATH) return process.env.FIREFOX_PATH;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}
