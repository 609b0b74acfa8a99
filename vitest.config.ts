import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Browser tests build and pack the package, and the machine that runs them may have two slow cores.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
