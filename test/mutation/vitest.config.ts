/**
 * The tests that Stryker runs, as one project: those of the room whose source it changes, which MUTATED_ROOM names. So
 * a room is judged by its own tests, and not by the luck of those above it. MUTATED_TESTS may name some of them. (With
 * Stryker's own `--testFiles`, a change of a module's constants would come too late, and always survive.) MUTATED_SKIP and
 * MUTATED_SLOW say which to leave out: see skip-tests.ts.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const { MUTATED_SKIP, MUTATED_SLOW } = process.env;
const tests = process.env.MUTATED_TESTS?.split(",") ?? ["*"];

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: tests.map((name) => `test/${process.env.MUTATED_ROOM}/**/${name}.test.ts`),
    // These judge assembly/ with tens of thousands of masks; `npm run mutate -- assembly` runs them.
    exclude: ["test/decode/{fused,fused-inflate,checked,mutation}.test.ts"],
    setupFiles: (MUTATED_SKIP ?? MUTATED_SLOW) === undefined ? [] : ["test/mutation/skip-tests.ts"],
    // Each mutant has a worker of its own, in which modules are loaded once for all files of tests, not once for each.
    isolate: false,
    // Stryker ends mutants that hang. Its first run, which counts how often each place is reached, is many times slower.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
