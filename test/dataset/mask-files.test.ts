/** The masks of real folders, whose file names may be written by macOS (NFD) or by other systems (NFC). */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { classListFromDirectory, listMasks, reportDirectory } from "../../src/dataset/node.js";
import { FIXTURES } from "../support/corpus.mjs";

const folder = mkdtempSync(join(tmpdir(), "labelmap-names-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = ["Zürich", "été", "naïve"];

it("finds a result whose name has the same letters in other code points", async () => {
  for (const [place, name] of NAMES.entries()) {
    const forms = place % 2 === 0 ? ["NFD", "NFC"] : ["NFC", "NFD"];
    cpSync(join(FIXTURES, "brush-511-grey.png"), join(folder, `${name.normalize(forms[0])}.png`));
    cpSync(join(FIXTURES, "brush-511-grey.json"), join(folder, `${name.normalize(forms[1])}.json`));
  }
  const masks = await listMasks(folder);
  expect(masks.map(({ id, result }) => [id.normalize("NFC"), result?.normalize("NFC")]).sort()).toEqual(
    NAMES.map((name) => [name, `${name}.json`].map((text) => text.normalize("NFC"))).sort(),
  );
  expect(masks.filter(({ id, result }) => result === `${id}.json`)).toEqual([]);
  const report = await reportDirectory(folder);
  expect([report.toJSON().images, report.toJSON().failures]).toEqual([3, []]);
  expect((await classListFromDirectory(folder)).classes.length).toBeGreaterThan(1);
});

it("prefers a result of exactly the same name", async () => {
  writeFileSync(join(folder, `${NAMES[0]!.normalize("NFD")}.json`), "{}");
  const mask = (await listMasks(folder)).find(({ id }) => id === NAMES[0]!.normalize("NFD"));
  expect(mask!.result).toBe(`${mask!.id}.json`);
});
