import { relative } from "node:path";
import type { Test } from "@vitest/runner";

/** As Stryker's runner for Vitest names tests: `test/maps/views.test.ts#the suite the test`. */
export function idOf(test: Test): string {
  const names = [test.name];
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name);
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(" ").trim()}`;
}
