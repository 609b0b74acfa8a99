/** Skips the tests whose names the pattern in MUTATED_SKIP matches. Stryker sets a pattern of names itself, each time. */
import { beforeEach } from "vitest";

const pattern = new RegExp(process.env.MUTATED_SKIP!);

beforeEach(({ task, skip }) => {
  if (pattern.test(task.name)) skip();
});
