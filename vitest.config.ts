import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * Where the tests of each project are. `npm test -- --project core` runs one of them alone. The cluster's tests need a
 * Redis server; those of the browser and the explorer need Chromium.
 */
const PROJECTS = {
  core: "{checks,legend,maps,objects,geometry,compare,tensors,decode,dataset,loader,playment}",
  formats: "formats",
  cli: "cli",
  browser: "browser",
  explorer: "explorer",
  cluster: "cluster",
  docs: "{docs,package}",
};

/** Projects whose tests have a second attempt in CI: once, on a busy machine, a page did not show a dropped file. */
const IN_BROWSERS = ["browser", "explorer"];

export default defineConfig({
  test: {
    // One more than there are cores: many tests wait for a process, a page or a disk. With one for each core, two cores have
    // nothing to do for nearly half of the time.
    maxWorkers: availableParallelism() + 1,
    projects: Object.entries(PROJECTS).map(([name, folder]) => ({
      test: {
        name,
        include: [`test/${folder}/**/*.test.ts`],
        // The gate lists each test that needed it: test/support/second-try-reporter.mjs.
        retry: process.env.CI && IN_BROWSERS.includes(name) ? 1 : 0,
        // Only a hang takes so long: the longest tests need a minute, and the machine may be ten times as slow or as busy.
        testTimeout: 600_000,
        hookTimeout: 600_000,
        // What a poll waits for comes when the machine gets to it. Only a hang reaches this limit.
        expect: { poll: { timeout: 30_000 } },
      },
    })),
  },
});
