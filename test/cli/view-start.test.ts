/** How many requests the page of `labelmap view` must wait for, one after the other, before it shows a mask. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { launchChromium } from "../explorer/explorer-page.js";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

const STREET = "street-1080p-rgb-upng";
const BUILT_PAGE = new URL("../../cli/dist/explorer/index.html", import.meta.url);

it.skipIf(findChromium() === undefined)(
  "asks for all that the first mask needs before its script runs, and only for changes afterwards",
  async () => {
    const folder = makeFolder();
    for (const ending of ["png", "json"]) {
      cpSync(join(FIXTURES, `${STREET}.${ending}`), join(folder, `a & 'b'.${ending}`));
    }
    const { printed } = spawnCli(["view", folder]);
    await until(() => printed.stdout.endsWith("\n"), "the address is printed");
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on("request", (request) => {
        const { protocol, pathname } = new URL(request.url());
        if (protocol === "http:") asked.push(nameOf(pathname));
      });
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/assets/index-*.js", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(printed.stdout.trim(), { waitUntil: "commit" });
      // The first level is the page. These are the second one, and there is no third one.
      const built = readFileSync(BUILT_PAGE, "utf8").match(/(?<=\.\/assets\/)[^"]+/g)!;
      const needed = ["", "a & 'b'.json", "a & 'b'.png", "files.json", ...built.map(nameOf)].toSorted();
      await until(() => asked.length >= needed.length, "all files are asked for while the script waits");
      expect(asked.toSorted()).toEqual(needed);
      release();
      await page.getByRole("heading", { level: 1, name: "a & 'b'" }).waitFor();
      // Once the stream of changes is open, the list is asked for again: it may have changed in between. And once the mask is
      // shown, the page loads the tools of the stage.
      const others = asked
        .slice(needed.length)
        .filter((name) => !/^(changes|files\.json|stage-tools\..*)$/.test(name));
      expect(others).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

/** Without the hash that the build adds. */
function nameOf(pathname: string): string {
  return decodeURIComponent(pathname.split("/").at(-1)!).replace(/-[\w-]{8}(?=\.(js|css)$)/, "");
}
