/** Which output places a worker accepts: those in the places that it was started with, by whatever path. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkAllowed, defaultPlaces } from "../../cli/src/cluster/allowed-places.js";

const folder = mkdtempSync(join(tmpdir(), "labelmap-places-"));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "data/set"), { recursive: true });
mkdirSync(join(folder, "other"));
symlinkSync(join(folder, "other"), join(folder, "data/link"));
symlinkSync(join(folder, "data"), join(folder, "alias"));
const at = (path: string) => (path.startsWith("s3:") ? path : join(folder, path));

describe("a worker", () => {
  it.each([
    ["data", "data"],
    ["data", "data/set"],
    ["data", "data/new/deep"],
    ["data", "alias/set"],
    ["alias", "data/set"],
    ["data/", "data/..set"],
    ["s3://bucket", "s3://bucket/any/prefix"],
    ["s3://bucket/", "s3://bucket"],
    ["s3://bucket/a", "s3://bucket/a/"],
    ["s3://bucket/a", "s3://bucket/a/b"],
  ])("that may write to %s accepts %s", async (place, out) => {
    await checkAllowed(at(out), ["/no/such/place", at(place)]);
  });

  it.each([
    ["data", "data-2"],
    ["data", "."],
    ["data", "other"],
    ["data", "data/link"],
    ["data", "data/link/new"],
    ["data/set", "data"],
    ["data", "s3://bucket/data"],
    ["s3://bucket/a", "s3://bucket/ab"],
    ["s3://bucket/a", "s3://bucket"],
    ["s3://bucket/a", "s3://other/a"],
    ["s3://bucket/a", "s3://bucket/a/../b"],
    ["s3://bucket", "data"],
  ])("that may write to %s refuses %s", async (place, out) => {
    const refused = expect.objectContaining({ code: "OUT_NOT_ALLOWED" });
    await expect(checkAllowed(at(out), [at(place)])).rejects.toEqual(refused);
    await expect(checkAllowed(at(out), [])).rejects.toEqual(refused);
  });

  it("refuses steps that lead out again, and accepts a relative place", async () => {
    await expect(checkAllowed(`${folder}/data/../other`, [at("data")])).rejects.toThrow("may not write to");
    await checkAllowed(at("data/set"), [relative(process.cwd(), at("data"))]);
  });

  it("may write to its working directory by default, but to nothing if that is the root", () => {
    expect(defaultPlaces()).toEqual([process.cwd()]);
    expect(defaultPlaces("/")).toEqual([]);
  });
});
