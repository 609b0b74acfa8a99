/** `labelmap view` with data sets in formats of their own: what the page gets is what the set says. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { decodeMask } from "labelmap";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";
import { writeZip } from "../support/write-zip.js";

const NAMES = ["street-1080p-rgb-upng", "objects-101-grey-1-bit"];

/** A folder with two masks as a set of this format. */
function makeSet(format: string): string {
  const folder = makeFolder();
  mkdirSync(join(folder, "in"));
  for (const name of NAMES) {
    for (const ending of ["png", "json"]) {
      cpSync(join(FIXTURES, `${name}.${ending}`), join(folder, "in", `${name}.${ending}`));
    }
  }
  writeFileSync(join(folder, `in/${NAMES[0]}.jpg`), "a photo");
  const { code } = runCli(["convert", "in", "--to", format, "--out", "set", "--photos", "-q"], {
    cwd: folder,
  });
  expect(code).toBe(0);
  return join(folder, "set");
}

async function start(...args: string[]) {
  const view = spawnCli(["view", ...args]);
  await until(
    () => view.printed.stdout.endsWith("\n") || view.child.exitCode !== null,
    "the address is printed",
  );
  const base = view.printed.stdout.trim().replace(/\?.*/, "");
  return {
    ...view, // Decoding takes longer than the server keeps an idle connection.
    get: (path: string) => fetch(base + path, { headers: { connection: "close" } }),
  };
}

describe("labelmap view", () => {
  it.each(["voc", "coco-panoptic"])(
    "shows a set of %s, with the labels that the source has",
    async (format) => {
      const { get, printed } = await start(makeSet(format));
      expect(printed.stderr).toMatch(format === "voc" ? /: Pascal VOC: / : /: COCO panoptic: /);
      const { masks } = (await (await get("files.json")).json()) as {
        masks: { name: string; mask: string; result: string; image: string | null }[];
      };
      expect(masks.map(({ name }) => name)).toEqual(NAMES.toSorted());
      for (const { name, mask, result, image } of masks) {
        const answer = await get(mask);
        expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
        const map = await decodeMask(
          new Uint8Array(await answer.arrayBuffer()),
          await (await get(result)).text(),
        );
        const source = await decodeMask(
          readFileSync(join(FIXTURES, `${name}.png`)),
          readFileSync(join(FIXTURES, `${name}.json`), "utf8"),
        );
        const namesOf = ({ data, labels }: typeof map) =>
          Array.from(data, (label) => labels[label]?.className);
        expect(namesOf(map)).toEqual(namesOf(source));
        expect(image !== null).toBe(name === NAMES[0]);
        if (image !== null) expect(await (await get(image)).text()).toBe("a photo");
      }
      expect((await get("files/set/other.png")).status).toBe(404);
    },
  );

  it.each([
    "binary-masks",
    "coco-panoptic",
    "cvat",
    "id-png",
    "label-png",
    "mask-folder",
    "npy",
    "npz",
    "segments-info",
    "voc",
  ])("shows what convert writes as %s, with the names of the classes", async (format) => {
    const { get } = await start(makeSet(format));
    const { masks } = (await (await get("files.json")).json()) as {
      masks: { name: string; mask: string; result: string | null }[];
    };
    // Binary masks are black and white, each in a file with the name of its class.
    if (format === "binary-masks") {
      expect(masks.map(({ name }) => name)).toContain(`${NAMES[1]}/ground`);
      return;
    }
    expect(masks.map(({ name }) => name).sort()).toEqual(NAMES.toSorted());
    for (const { name, mask, result } of masks) {
      const bytes = new Uint8Array(await (await get(mask)).arrayBuffer());
      const shown = await decodeMask(bytes, await (await get(result!)).text());
      const source = await decodeMask(
        readFileSync(join(FIXTURES, `${name}.png`)),
        readFileSync(join(FIXTURES, `${name}.json`), "utf8"),
      );
      const namesOf = ({ data, labels }: typeof shown) =>
        new Set(Array.from(data, (label) => labels[label]?.className));
      expect(namesOf(shown)).toEqual(namesOf(source));
    }
  });

  it("shows what decode writes as COCO panoptic, whose annotations have the names of masks", async () => {
    const folder = makeFolder();
    const masks = NAMES.map((name) => join(FIXTURES, `${name}.png`));
    expect(
      runCli(["decode", ...masks, "--out", "out", "--format", "coco-panoptic", "-q"], { cwd: folder }).code,
    ).toBe(0);
    const { get, printed } = await start(join(folder, "out"));
    expect(printed.stderr).toContain(": COCO panoptic: ");
    const list = (await (await get("files.json")).json()) as { masks: { mask: string; result: string }[] };
    expect(list.masks.length).toBe(2);
    for (const { mask, result } of list.masks) {
      const map = await decodeMask(
        new Uint8Array(await (await get(mask)).arrayBuffer()),
        await (await get(result)).text(),
      );
      expect(map.labels.some(({ className }) => /ground|building/.test(className))).toBe(true);
    }
  });

  it("says of a mask that cannot be read what is wrong with it, and shows the others", async () => {
    const set = makeSet("voc");
    const path = join(set, `SegmentationClass/${NAMES[0]}.png`);
    writeFileSync(path, readFileSync(path).subarray(0, 200));
    const { get } = await start(set, "--from", "voc");
    const broken = await get(`files/set/${NAMES[0]}.png`);
    expect(broken.status).toBe(422);
    expect(await broken.text()).toMatch(new RegExp(`^PNG_\\w+: SegmentationClass/${NAMES[0]}\\.png: `));
    expect((await get(`files/set/${NAMES[1]}.png`)).status).toBe(200);
  });

  it("keeps to masks if the source is a folder of masks, or a legend is given", async () => {
    const set = makeSet("voc");
    const { get, printed } = await start(join(set, "SegmentationClass"), "pascal-voc");
    expect(printed.stderr).not.toContain("Pascal VOC");
    const { masks } = (await (await get("files.json")).json()) as { masks: { mask: string }[] };
    expect(masks.map(({ mask }) => mask)).toEqual(NAMES.toSorted().map((name) => `files/${name}.png`));
  });

  it.each(["voc", "mask-folder"])("shows a zip file of %s, with its photos", async (format) => {
    const set = makeSet(format);
    const entries = readdirSync(set, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".labelmap"))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(set, path), content: readFileSync(path) };
      });
    const zip = `${set}.zip`;
    writeFileSync(zip, writeZip(entries));
    const { get, printed } = await start(zip);
    expect(printed.stderr).toContain(format === "voc" ? ": Pascal VOC: " : ": Masks with legends: ");
    const { masks } = (await (await get("files.json")).json()) as {
      masks: { name: string; mask: string; image: string | null }[];
    };
    expect(masks.map(({ name }) => name).sort()).toEqual(NAMES.toSorted());
    const withPhoto = masks.find(({ name }) => name === NAMES[0])!;
    expect((await get(withPhoto.mask)).status).toBe(200);
    expect(await (await get(withPhoto.image!)).text()).toBe("a photo");
    // A reload reads the same zip file again.
    expect((await get("files.json")).status).toBe(200);
  });

  it("refuses a format that the source does not have", async () => {
    const { exited, printed } = await start(makeSet("voc"), "--from", "cityscapes");
    expect(await exited).toBe(1);
    expect(printed.stderr).toContain("Cityscapes: no mask is found");
  });
});
