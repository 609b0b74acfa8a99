/**
 * Runs before the tests. They need Chromium, Firefox, a Python with NumPy, Pillow and PyYAML, and a Redis
 * server. Missing ones are
 * installed from Debian if possible (as root, with apt). For each that is still missing it prints what will not be tested.
 * Those tests are skipped, or fail if CI=true.
 */
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.mjs";
import { findFirefox } from "./firefox.mjs";
import { findPythonWith, findPythonWithNumpy } from "./python.mjs";
import { findRedisServer } from "./redis.mjs";

const TIMEOUT_MILLISECONDS = 300_000;

const TOOLS = [
  {
    packages: ["chromium-headless-shell"],
    find: findChromium,
    lack: "No Chromium is found (set CHROMIUM_PATH): the browser tests are skipped.",
  },
  {
    packages: ["firefox-esr"],
    find: findFirefox,
    lack: "No Firefox is found (set FIREFOX_PATH): the explorer is not tested in it.",
  },
  {
    packages: ["python3-numpy"],
    find: findPythonWithNumpy,
    lack: "No Python with NumPy is found: reading our files with numpy.load is not tested.",
  },
  {
    // Another Python may be the one that has NumPy.
    packages: ["python3-numpy", "python3-pil"],
    find: () => findPythonWith("numpy", "PIL"),
    lack: "No Python with NumPy and Pillow is found: what is compared with them is not tested.",
  },
  {
    packages: ["python3-yaml"],
    find: () => findPythonWith("yaml"),
    lack: "No Python with PyYAML is found: the names in data.yaml are not compared with it.",
  },
  {
    packages: ["redis-server"],
    find: findRedisServer,
    lack: "No redis-server is found: the cluster is not tested.",
  },
];

function installFromDebian(packages) {
  const mayInstall = process.platform === "linux" && process.getuid?.() === 0;
  if (!mayInstall || spawnSync("apt-get", ["--version"]).status !== 0) return;
  console.log(`Installing Debian's ${packages.join(" and ")} for the tests …`);
  const options = {
    stdio: "ignore",
    timeout: TIMEOUT_MILLISECONDS,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  // One by one, so that one missing package does not prevent the others.
  for (const name of packages) {
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", name], options);
  }
}

const missing = TOOLS.filter(({ find }) => find() === undefined);
if (missing.length > 0) installFromDebian([...new Set(missing.flatMap((tool) => tool.packages))]);
for (const { find, lack } of missing) {
  if (find() === undefined) console.log(lack);
}
if (!process.env.LABELMAP_CORPUS) {
  console.log("LABELMAP_CORPUS names no folder of real masks: only the repository's own are tested.");
}
