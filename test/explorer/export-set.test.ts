/** The export of all listed masks: the built page, against the library's maps, Python's zip reader and the shown command. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileNames } from "../../cli/explorer/src/dataset/export/file-names.js";
import { zipSink } from "../../cli/explorer/src/dataset/export/sinks.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { decodeLabelPng, decodeNpy, npyToMap } from "../../src/formats/index.js";
import { FIXTURES } from "../support/corpus.mjs";
import { makeFolder, runShell } from "../support/run-cli.js";
import {
  binaryFile,
  type drop,
  dropSet,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  startExplorer,
  text,
  withPage,
} from "./explorer-page.js";
import { expectSame, paintRles } from "./saved-files.js";

const NAMES = [
  "brush-511-grey",
  "brush-720p-rgba-alpha",
  "instances-640-palette-upng",
  "street-500-rgb-interlaced",
  "tiny-64-rgb-16-bit",
];

/** The files of a zip file, unpacked by another program, which checks every checksum. */
function unzip(bytes: Uint8Array): string {
  const folder = makeFolder();
  writeFileSync(join(folder, "all.zip"), bytes);
  const { status, stderr } = spawnSync("python3", ["-m", "zipfile", "-e", "all.zip", "out"], { cwd: folder });
  expect([status, String(stderr)]).toEqual([0, ""]);
  return join(folder, "out");
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

describe("the names of exported files", () => {
  it("never leave their folder, and are unique on every system", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "..",
        ".",
        "",
        "a",
        "A",
        "con",
        "NUL.x",
        "nul .x",
        "com¹",
        "CONIN$",
        "a.json",
        "a (2).json",
        "\ud800",
        "\udbff",
        "a.",
        "a ",
        "c:",
        "ä",
        "a\u0308",
        "x".repeat(300),
      ),
      fc.string({ maxLength: 6, unit: "binary" }),
    );
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (masks) => {
        const names = new FileNames(["classes.json"]);
        const given = masks.map((mask) => names.next(mask, ".json"));
        // As UTF-8 has them.
        const keys = given.map((path) => Buffer.from(path.normalize("NFC").toLowerCase()).toString());
        expect(new Set([...keys, "classes.json"]).size).toBe(masks.length + 1);
        const folders = keys.flatMap((path) => {
          const parts = path.split("/").slice(0, -1);
          return parts.map((_, depth) => parts.slice(0, depth + 1).join("/"));
        });
        expect([...keys, "classes.json"].filter((path) => folders.includes(path))).toEqual([]);
        for (const path of given) {
          for (const each of path.split("/")) {
            expect(each).not.toMatch(
              /^\.*$|[\\<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|con(?:in|out)\$) *(?:\.|$)/i,
            );
            expect(Buffer.byteLength(each)).toBeLessThanOrEqual(255);
          }
        }
      }),
    );
  });

  it("are those of the masks, if they can be", () => {
    const names = new FileNames(["classes.json"]);
    const next = (name: string) => names.next(name, ".json");
    expect(["a/b c", "A/B C", "../../etc/passwd", "classes", "(2)/ü"].map(next)).toEqual([
      "a/b c.json",
      "A/B C (2).json",
      "etc/passwd.json",
      "classes (2).json",
      "(2)/ü.json",
    ]);
  });

  it("are never both those of a file and of a folder, in whichever order they come", () => {
    const inOrder = (...masks: string[]) => {
      const names = new FileNames();
      return masks.map((mask) => names.next(mask, ".npy"));
    };
    expect(inOrder("a", "A.npy/b", "a.npy/c")).toEqual(["a.npy", "A.npy (2)/b.npy", "a.npy (2)/c.npy"]);
    expect(inOrder("a.npy/b", "a", "a.npy/c")).toEqual(["a.npy/b.npy", "a (2).npy", "a.npy/c.npy"]);
  });
});

describe("a zip file", () => {
  it("has what was added, until there is no more room", async () => {
    const spare = 2 ** 26;
    const sink = zipSink({ bytes: spare + 3000, files: 100 });
    const noise = (seed: number) =>
      Uint8Array.from({ length: 1000 }, (_, at) => (Math.sin(seed * 1e4 + at) * 1e6) & 255);
    const added: boolean[] = [];
    for (let place = 0; place < 4; place++) added.push(await sink.add(`f/${place}.bin`, noise(place)));
    expect(added).toEqual([true, true, false, false]);
    const folder = unzip(new Uint8Array(await (await sink.finish())!.arrayBuffer()));
    expect(filesIn(folder)).toEqual(["f/0.bin", "f/1.bin"]);
    for (const place of [0, 1]) {
      expect(readFileSync(join(folder, `f/${place}.bin`)).equals(noise(place))).toBe(true);
    }
    const few = zipSink({ bytes: 2 ** 32, files: 9 });
    expect([await few.add("a", noise(1)), await few.add("b", noise(1))]).toEqual([true, false]);
  });
});

describe.skipIf(findChromium() === undefined)("the export of a data set", () => {
  let explorer: Explorer;
  const maps = new Map<string, LabelMap>();
  const results: string[] = [];
  beforeAll(async () => {
    explorer = await startExplorer();
    for (const name of NAMES) {
      const { png, json } = fixtureFiles(name);
      maps.set(name, await decodeMask(png.bytes, text(json.bytes)));
      results.push(text(json.bytes));
    }
  });
  afterAll(() => explorer?.close());

  const withDataset = (
    work: (page: Page) => Promise<void>,
    more: Parameters<typeof drop>[1][] = [],
    options = {},
  ) =>
    withPage(
      explorer,
      async (page) => {
        await dropSet(page, ...NAMES.map(fixtureFiles).flatMap(({ png, json }) => [png, json]), ...more);
        await work(page);
      },
      options,
    );

  const dialogOf = (page: Page) => page.getByRole("dialog");

  async function openDialog(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Export…" }).click();
    await dialogOf(page).waitFor();
  }

  async function saveZip(page: Page, title: string) {
    await dialogOf(page).getByRole("radio", { name: title }).check();
    const download = page.waitForEvent("download");
    await dialogOf(page).getByRole("button", { name: "Save as .zip" }).click();
    const saved = await download;
    const folder = unzip(readFileSync(await saved.path()));
    const code = dialogOf(page).locator("pre");
    const command = (await code.count()) === 0 ? null : await code.textContent();
    return { name: saved.suggestedFilename(), folder, command };
  }

  /** Runs the shown command beside the masks. */
  function runCommand(command: string, exported: string): string {
    const folder = makeFolder();
    for (const name of NAMES) {
      for (const ending of ["png", "json"])
        cpSync(join(FIXTURES, `${name}.${ending}`), join(folder, `${name}.${ending}`));
    }
    for (const file of ["masks.txt", "classes.json"]) {
      if (filesIn(exported).includes(file)) cpSync(join(exported, file), join(folder, file));
    }
    const { code, stderr } = runShell(command, { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return join(folder, "maps");
  }

  it("saves all masks of the filter in every kind, as the library and the shown command do", () =>
    withDataset(async (page) => {
      const withSky = NAMES.filter((name) =>
        maps.get(name)!.labels.some(({ className, pixelCount }) => className === "sky" && pixelCount > 0),
      );
      expect(withSky.length).toBeGreaterThan(1);
      expect(withSky.length).toBeLessThan(NAMES.length);
      await page.locator(".class-button", { hasText: /^sky$/ }).click();
      await openDialog(page);
      await page.getByRole("heading", { name: `Export ${withSky.length} masks` }).waitFor();
      const classes = ClassList.fromResults(
        results.filter((_, place) => withSky.includes(NAMES[place]!)).map((json) => JSON.parse(json)),
      );
      const kinds = [
        { title: "Labels · .npy", ending: "npy", of: (map: LabelMap) => map.data, folder: "npy" },
        {
          title: "Classes · .npy",
          ending: "npy",
          of: (map: LabelMap) => map.semantic(classes),
          folder: "npy",
        },
        {
          title: "Panoptic · .npy",
          ending: "npy",
          of: (map: LabelMap) => map.panoptic(classes),
          folder: "npy",
        },
        {
          title: "Classes · .png",
          ending: "png",
          of: (map: LabelMap) => map.semantic(classes),
          folder: "png",
        },
      ];
      for (const { title, ending, of, folder } of kinds) {
        const saved = await saveZip(page, title);
        const hasClasses = !title.startsWith("Labels");
        expect(filesIn(saved.folder)).toEqual(
          [
            ...withSky.map((name) => `${name}.${ending}`),
            "masks.txt",
            ...(hasClasses ? ["classes.json"] : []),
          ].sort(),
        );
        expect(readFileSync(join(saved.folder, "masks.txt"), "utf8")).toBe(
          withSky.map((name) => `${name}.png\n`).join(""),
        );
        const made = runCommand(saved.command!, saved.folder);
        for (const name of withSky) {
          const read = async (path: string) => {
            const bytes = readFileSync(path);
            return ending === "png" ? (await decodeLabelPng(bytes)).data : npyToMap(decodeNpy(bytes)).data;
          };
          const data = await read(join(saved.folder, `${name}.${ending}`));
          expectSame(data, of(maps.get(name)!), `${title} ${name}`);
          expectSame(data, await read(join(made, folder, `${name}.${ending}`)), `${title} ${name}, command`);
        }
      }
      const saved = await saveZip(page, "COCO RLE · .json");
      expect(saved.name).toBe("masks.rle.json.zip");
      const made = runCommand(saved.command!, saved.folder);
      for (const name of withSky) {
        const map = maps.get(name)!;
        const text = readFileSync(join(saved.folder, `${name}.json`), "utf8");
        expect(readFileSync(join(made, "coco-rle", `${name}.json`), "utf8")).toBe(text);
        const rles = JSON.parse(text);
        const painted = paintRles(
          map,
          rles.map(({ label, segmentation }: never) => [label, segmentation]),
        );
        expectSame(painted, map.data, name);
      }
      await dialogOf(page).getByText(`Saved masks.rle.json.zip`).waitFor();
    }));

  it("names the masks that it could not export, with the code, and saves the others", () =>
    withDataset(
      async (page) => {
        await openDialog(page);
        await page.getByRole("heading", { name: `Export ${NAMES.length + 2} masks` }).waitFor();
        const { folder } = await saveZip(page, "Classes · .npy");
        const failed = JSON.parse(readFileSync(join(folder, "failed.json"), "utf8"));
        expect(failed).toEqual([
          { mask: "cut", code: "PNG_SIGNATURE", message: expect.any(String) },
          {
            mask: "nameless",
            code: "CLASS_UNKNOWN",
            message: expect.stringContaining("no result or legend"),
          },
        ]);
        expect(filesIn(folder).filter((file) => file.endsWith(".npy"))).toEqual(
          NAMES.map((name) => `${name}.npy`).sort(),
        );
        const list = dialogOf(page).getByRole("region", { name: "Masks that were not exported" });
        expect(await list.locator("code").allTextContents()).toEqual(["PNG_SIGNATURE", "CLASS_UNKNOWN"]);
        await dialogOf(page).getByText("2 masks could not be saved: see failed.json.").waitFor();
        // Of a mask without a legend the page writes colours, and the command fails.
        const code = dialogOf(page).locator("pre");
        await expect.poll(() => code.count()).toBe(1);
        await dialogOf(page).getByRole("radio", { name: "COCO RLE · .json" }).check();
        await expect.poll(() => code.count()).toBe(0);
        await expectNoFaults(page);
      },
      [
        binaryFile("cut.png", "not a PNG"),
        { ...fixtureFiles("objects-101-grey-1-bit").png, name: "nameless.png" },
      ],
    ));

  it("can be cancelled, and then saves nothing", () =>
    withDataset(
      async (page) => {
        const downloads: unknown[] = [];
        page.on("download", (download) => downloads.push(download));
        await openDialog(page);
        await dialogOf(page).getByRole("button", { name: "Save as .zip" }).click();
        await dialogOf(page).getByRole("button", { name: "Cancel" }).click();
        await dialogOf(page).getByText("Cancelled. Nothing was saved.").waitFor();
        expect(await dialogOf(page).locator("progress").count()).toBe(0);
        // The page's own worker goes on, and the next export begins again.
        const { folder, command } = await saveZip(page, "Labels · .npy");
        expect(filesIn(folder)).toHaveLength(NAMES.length + 20 + 1);
        expect(command).toBe(
          "xargs -d '\\n' -a masks.txt labelmap decode --format npy --map label --out maps --",
        );
        expect(downloads).toHaveLength(1);
      },
      Array.from({ length: 20 }, (_, place) => {
        const { png, json } = fixtureFiles("street-1080p-rgb-upng");
        return [
          { ...png, name: `many-${place}.png` },
          { ...json, name: `many-${place}.json` },
        ];
      }).flat(),
    ));

  it("saves nothing if it is cancelled while the last file is compressed", () =>
    withDataset(async (page) => {
      const downloads: unknown[] = [];
      page.on("download", (download) => downloads.push(download));
      await page.getByRole("searchbox", { name: "Search masks" }).fill("tiny");
      await expect.poll(() => page.locator(".card").count()).toBe(1);
      await page.evaluate(() => {
        const { arrayBuffer } = Response.prototype;
        Response.prototype.arrayBuffer = async function () {
          const bytes = await Reflect.apply(arrayBuffer, this, []);
          await new Promise((go) => document.addEventListener("go on", go, { once: true }));
          return bytes;
        };
        // Only the zip file waits, and it has begun to.
        Object.assign(window, { isHeld: false });
        const { addEventListener } = document;
        document.addEventListener = (...args: Parameters<typeof addEventListener>) => {
          if ((args[0] as string) === "go on") Object.assign(window, { isHeld: true });
          Reflect.apply(addEventListener, document, args);
        };
      });
      await openDialog(page);
      await dialogOf(page).getByRole("button", { name: "Save as .zip" }).click();
      await page.waitForFunction(() => (window as unknown as { isHeld: boolean }).isHeld);
      await dialogOf(page).getByRole("button", { name: "Cancel" }).click();
      const letGo = setInterval(() => {
        page.evaluate(() => document.dispatchEvent(new Event("go on"))).catch(() => {});
      }, 50);
      try {
        await dialogOf(page)
          .getByText(/^Cancelled\. Nothing was saved\.$|^Saved /)
          .waitFor();
      } finally {
        clearInterval(letGo);
      }
      expect(await dialogOf(page).getByText("Cancelled. Nothing was saved.").count()).toBe(1);
      expect(downloads).toEqual([]);
    }));

  it("says that there is nothing to export, or that the command needs the edited legends", () =>
    withDataset(async (page) => {
      const commandText = () => dialogOf(page).locator("section > p");
      await page.getByRole("searchbox", { name: "Search masks" }).fill("no such mask");
      await openDialog(page);
      await dialogOf(page).getByText("The filter lists no mask.").waitFor();
      expect(await dialogOf(page).getByRole("button", { name: "Save as .zip" }).isDisabled()).toBe(true);
      expect(await dialogOf(page).locator("pre").count()).toBe(0);
      await page.keyboard.press("Escape");
      await page.getByRole("searchbox", { name: "Search masks" }).fill("");
      await openDialog(page);
      expect(await commandText().textContent()).not.toContain("edited");
      await page.keyboard.press("Escape");
      await page.locator(".card").first().click();
      await page.locator(".table-scroller, tbody tr").first().waitFor();
      await page.getByRole("button", { name: "Data set" }).waitFor();
      await page.locator("tbody .name").first().click();
      await page.keyboard.press("e");
      await page.getByLabel("Name", { exact: true }).fill("something else");
      await page.keyboard.press("Enter");
      await page.getByText("edited", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Data set" }).click();
      await openDialog(page);
      await expect.poll(() => commandText().textContent()).toContain("legends that you have edited");
    }));

  it("goes into a new folder, and overwrites nothing", () =>
    withDataset(async (page) => {
      // The browser's private folder stands for the one that the user chooses.
      await page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const file = await (
          await root.getDirectoryHandle("masks.semantic.png", { create: true })
        ).getFileHandle("precious", { create: true });
        const stream = await file.createWritable();
        await stream.write("kept");
        await stream.close();
        Object.assign(window, { showDirectoryPicker: async () => root });
      });
      await page.getByRole("searchbox", { name: "Search masks" }).fill("b");
      await openDialog(page);
      await dialogOf(page).getByRole("radio", { name: "Classes · .png" }).check();
      await dialogOf(page).getByRole("button", { name: "Save to a folder…" }).click();
      await dialogOf(page).getByText("Saved to the folder masks.semantic.png (2)").waitFor();
      const written = await page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const found: Record<string, number[]> = {};
        for (const folder of ["masks.semantic.png", "masks.semantic.png (2)"]) {
          const directory = await root.getDirectoryHandle(folder);
          for await (const [name, handle] of (
            directory as never as { entries(): AsyncIterable<[string, FileSystemFileHandle]> }
          ).entries()) {
            found[`${folder}/${name}`] = [...new Uint8Array(await (await handle.getFile()).arrayBuffer())];
          }
        }
        return found;
      });
      const listed = NAMES.filter((name) => name.includes("b"));
      expect(Object.keys(written).sort()).toEqual(
        [
          "masks.semantic.png/precious",
          ...[...listed.map((name) => `${name}.png`), "classes.json", "masks.txt"].map(
            (name) => `masks.semantic.png (2)/${name}`,
          ),
        ].sort(),
      );
      const classes = ClassList.fromJSON(
        Buffer.from(written["masks.semantic.png (2)/classes.json"]!).toString(),
      );
      for (const name of listed) {
        const { data } = await decodeLabelPng(
          Uint8Array.from(written[`masks.semantic.png (2)/${name}.png`]!),
        );
        expectSame(data, maps.get(name)!.semantic(classes), name);
      }
    }));

  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("has no faults of accessibility, and fits, %s and %i pixels wide", (colorScheme, width) =>
    withDataset(
      async (page) => {
        await page.getByRole("button", { name: "Export…" }).click();
        await dialogOf(page).getByRole("radio", { name: "Classes · .npy" }).check();
        await expectNoFaults(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const folder = process.env.EXPLORER_SCREENSHOTS;
        if (folder !== undefined) {
          mkdirSync(folder, { recursive: true });
          await page.screenshot({ path: join(folder, `export-set-${colorScheme}-${width}.png`) });
        }
        await page.keyboard.press("Escape");
        await expect.poll(() => dialogOf(page).count()).toBe(0);
      },
      [],
      { colorScheme, viewport: { width, height: 800 } },
    ),
  );
});
