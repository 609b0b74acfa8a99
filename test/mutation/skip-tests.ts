/**
 * Skips the tests whose names the pattern in MUTATED_SKIP matches, and those that the file in MUTATED_SLOW lists. Stryker
 * sets a pattern of names itself, each time.
 */
import { readFileSync } from "node:fs";
import type { Test } from "@vitest/runner";
import { beforeEach } from "vitest";
import { idOf } from "./test-id.js";

const { MUTATED_SKIP, MUTATED_SLOW } = process.env;
const pattern = MUTATED_SKIP === undefined ? undefined : new RegExp(MUTATED_SKIP);
const slow = new Set(
  MUTATED_SLOW === undefined ? [] : (JSON.parse(readFileSync(MUTATED_SLOW, "utf8")) as string[]),
);

beforeEach(({ task, skip }) => {
  if (pattern?.test(task.name) || slow.has(idOf(task as Test))) skip();
});
