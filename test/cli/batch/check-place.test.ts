/** Whether a directory could be made and locked, which a dry run finds out without writing. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { checkPlace } from "../../../cli/src/batch/check-place.js";
import { lockDirectory } from "../../../cli/src/batch/lock.js";
import { ownAsUser, setMode } from "../../support/other-user.js";
import { makeFolder } from "../../support/run-cli.js";

/** What is said of a path, if not the truth. Called too often, it ends an endless search. */
const places = vi.hoisted(() => ({ stat: undefined as undefined | (() => never) }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, stat: async (path: string) => places.stat?.() ?? real.stat(path) };
});

it("looks for the nearest folder that exists, and makes none", async () => {
  const folder = makeFolder();
  await checkPlace(join(folder, "a/b/c"));
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, "file"), "");
  await expect(checkPlace(join(folder, "file/a"))).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringContaining("a part of the path is a file"),
  });
});

it.each(["link", "link/below", "real/link/below/it"])(
  "refuses %s, which is or passes a link that leads nowhere, with the words of the run",
  async (path) => {
    const folder = makeFolder();
    mkdirSync(join(folder, "real"));
    symlinkSync("nowhere", join(folder, "link"));
    symlinkSync("nowhere", join(folder, "real/link"));
    const error = await checkPlace(join(folder, path)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("a link to a place that does not exist; remove it"),
    });
    const refusal = await lockDirectory(join(folder, path)).catch((reason: unknown) => reason);
    expect(refusal).toMatchObject({ message: (error as Error).message });
  },
);

it("follows a link to a folder", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "real"));
  symlinkSync("real", join(folder, "link"));
  await checkPlace(join(folder, "link"));
  await checkPlace(join(folder, "link/a"));
});

it("asks to read the directory itself, but not the folders above it, as a run does", async () => {
  const folder = makeFolder();
  setMode(folder, 0o300);
  ownAsUser(folder);
  await checkPlace(join(folder, "out"));
  const unlock = await lockDirectory(join(folder, "out"));
  await unlock();
  await expect(checkPlace(folder)).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringContaining("permission denied"),
  });
});

it("ends at the root, which a drive of Windows need not have", async () => {
  let asked = 0;
  places.stat = () => {
    if (++asked > 1000) throw new Error("an endless search");
    throw Object.assign(new Error("missing"), { code: "ENOENT" });
  };
  await checkPlace("a/b").catch(() => {});
  places.stat = undefined;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(1000);
});
