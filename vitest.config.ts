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

/** One page of about a thousand was seen to lose a dropped file on a busy machine, and never again in a thousand tries. */
const IN_BROWSERS = ["browser", "explorer"];

export default defineConfig({
  test: {
    // One more than cores: many tests wait for a process, a page or a disk. With as many as cores, half of the time of two
    // cores is left.
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
