/**
 * Runs before the tests: sees to it that there is a Chromium, installs Debian's where that may be done (root and apt),
 * and says so in one line where none can be had. The browser tests are then skipped, or fail where CI=true.
 */
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.mjs";

const MOST_MILLISECONDS = 300_000;

function installFromDebian() {
  const mayInstall = process.platform === "linux" && process.getuid?.() === 0;
  if (!mayInstall || spawnSync("apt-get", ["--version"]).status !== 0) return;
  console.log("Installing Debian's Chromium for the browser tests …");
  const options = {
    stdio: "ignore",
    timeout: MOST_MILLISECONDS,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], options);
}

if (findChromium() === undefined) installFromDebian();
if (findChromium() === undefined) {
  console.log("No Chromium is found (set CHROMIUM_PATH): the browser tests are skipped.");
}
