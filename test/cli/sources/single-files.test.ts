/** Files that are named one by one: only their own folders are read. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openFiles } from "../../../cli/src/sources/open-files.js";
import { ownAsUser, setMode } from "../../support/other-user.js";
import { makeFolder } from "../../support/run-cli.js";

it("may lie beside a folder that this user may not read", async () => {
  const folder = makeFolder();
  for (const name of ["sub", "other"]) mkdirSync(join(folder, name));
  for (const path of ["a.png", "a.json", "b.png", "sub/c.png", "sub/c.json", "sub/d.json", "other/a.json"]) {
    writeFileSync(join(folder, path), "");
  }
  symlinkSync("../a.json", join(folder, "sub/c.jpg"));
  symlinkSync("/dev/null", join(folder, "sub/c_image.png"));
  symlinkSync("nowhere", join(folder, "a.jpg"));
  symlinkSync("a.jpeg", join(folder, "a.jpeg"));
  symlinkSync("other/a.json", join(folder, "a_image.json"));
  setMode(join(folder, "other"), 0);
  ownAsUser(folder);
  const { source } = await openFiles([join(folder, "a.png"), join(folder, "sub/c.png")]);
  // The files of their names are with them, but no link that leads nowhere or out of the folder.
  expect(await source.list()).toEqual(["a.json", "a.png", "sub/c.jpg", "sub/c.json", "sub/c.png"]);
});
