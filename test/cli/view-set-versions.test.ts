/** The versions of the masks of a set whose files change while its masks are listed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { OpenedSet } from "../../cli/src/sources/open-set.js";
import { viewedItems } from "../../cli/src/view-set.js";
import { makeFolder } from "../support/run-cli.js";

it("are those of the files before, so that the change is seen afterwards", async () => {
  const root = makeFolder();
  const list = join(root, "list.json");
  writeFileSync(list, "[]");
  const versionWhile = async (work: () => void): Promise<string | undefined> => {
    async function* items() {
      work();
      yield { name: "a", photo: null };
    }
    const opened = { set: items(), root, source: { list: async () => ["list.json"] } };
    return (await viewedItems(opened as unknown as OpenedSet)).masks[0]!.version;
  };
  const before = await versionWhile(() => {});
  expect(await versionWhile(() => writeFileSync(list, "[1]"))).toBe(before);
  expect(await versionWhile(() => {})).not.toBe(before);
});
