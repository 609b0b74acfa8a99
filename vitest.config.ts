import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // By default one core is left free; many tests wait for a process, a page or a disk of their own.
    maxWorkers: "100%",
    // Browser tests build and pack the package, and the machine that runs them may have two slow cores.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
