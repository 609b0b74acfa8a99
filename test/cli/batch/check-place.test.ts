/** Whether a directory could be made and locked, which a dry run finds out without writing. */
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { checkPlace } from "../../../cli/src/batch/lock.js";

/** What is said of a path, if not the truth. Called too often, it ends an endless search. */
const exists = vi.hoisted(() => ({ answers: undefined as undefined | (() => boolean) }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return { ...real, existsSync: (path: string) => exists.answers?.() ?? real.existsSync(path) };
});

it("looks for the nearest folder that exists, and makes none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-place-"));
  await checkPlace(join(folder, "a/b/c"));
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, "file"), "");
  await expect(checkPlace(join(folder, "file/a"))).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringContaining("a part of the path is a file"),
  });
});

it("ends at the root, which a drive of Windows need not have", async () => {
  const asked = vi.fn(() => false);
  exists.answers = () => {
    if (asked.mock.calls.length > 1000) throw new Error("an endless search");
    return asked();
  };
  await checkPlace("a/b").catch(() => {});
  exists.answers = undefined;
  expect(asked.mock.calls.length).toBeLessThan(1000);
});
