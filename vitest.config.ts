import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // More than there are cores: many tests wait for a process, a page or a disk of their own.
    maxWorkers: availableParallelism() + 1,
    // Browser tests build and pack the package, and the machine that runs them may have two slow cores.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
