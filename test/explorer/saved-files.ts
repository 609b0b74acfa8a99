/** Checks files that the page saves, in any browser, against the files that the shown code writes and the library's maps. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { decodeLabelPng, decodeNpy, npyToMap } from "../../src/formats/index.js";
import type { DenseMap, LabelArray } from "../../src/maps/dense-map.js";
import { decodeRle, type Rle } from "../../src/objects/index.js";
import { FIXTURES } from "../support/corpus.mjs";
import { runNode } from "../support/run-node.js";
import { type DroppedFile, fixtureFiles, text } from "./explorer-page.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KINDS = ["npy-label", "npy-semantic", "npy-panoptic", "png-semantic", "coco-rle"] as const;
export type SavedKind = (typeof KINDS)[number];

export interface SavedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** The shown code that writes the same file. */
  readonly code: string;
}

/** A fixture, and the library's map of it. */
export interface ExportedMask {
  readonly files: readonly string[];
  readonly map: LabelMap;
  readonly classes: ClassList;
}

export async function readExportedMask(name: string): Promise<ExportedMask> {
  const { png, json } = fixtureFiles(name);
  const result = text(json.bytes);
  return {
    files: [png.name, json.name],
    map: await decodeMask(png.bytes, result),
    classes: ClassList.fromResults([JSON.parse(result)]),
  };
}

/** Checks all files: like the library's map if `isKept`, and unlabelled elsewhere. */
export async function expectExports(
  page: { save(kind: string): Promise<SavedFile> },
  { files, map, classes }: ExportedMask,
  isKept: (label: number) => boolean,
  kinds: readonly SavedKind[] = KINDS,
): Promise<void> {
  const partOf = (data: ArrayLike<number>, unlabelled: number) =>
    Int32Array.from(data, (value, pixel) => (isKept(map.data[pixel]!) ? value : unlabelled));
  const semantic = partOf(map.semantic(classes), 255);
  const expected = {
    "npy-label": partOf(map.data, -1),
    "npy-semantic": semantic,
    "npy-panoptic": partOf(map.panoptic(classes), 255_000),
    "png-semantic": semantic,
  };
  const saved = await saveAll(page, kinds, files);
  for (const [place, kind] of kinds.entries()) {
    const bytes = saved[place]!;
    if (kind === "coco-rle") {
      const rles: SavedRle[] = JSON.parse(bytes.toString());
      expectRles(rles, map, isKept);
      const painted = paintRles(
        map,
        rles.map(({ label, segmentation }) => [label, segmentation]),
      );
      expectSame(painted, expected["npy-label"], kind);
    } else {
      const { data } = kind === "png-semantic" ? await decodeLabelPng(bytes) : npyToMap(decodeNpy(bytes));
      expectSame(data, expected[kind], kind);
    }
  }
}

/** Saves these kinds of files. Each must equal the file that the shown code writes. */
export async function saveAll(
  page: { save(kind: string): Promise<SavedFile> },
  kinds: readonly string[],
  files: readonly (string | DroppedFile)[],
): Promise<Buffer[]> {
  const saved: SavedFile[] = [];
  for (const kind of kinds) saved.push(await page.save(kind));
  return expectSameAsCode(saved, files);
}

/** Runs each program in its own folder, as if it had a process of its own. */
const RUN_ALL = `
  import { resolve } from "node:path";
  import { pathToFileURL } from "node:url";
  for (const folder of process.argv.slice(1)) {
    process.chdir(folder);
    await import(pathToFileURL(resolve("main.mjs")).href);
  }`;

/**
 * Runs the code of each in a folder that has the files, inside the package, whose name it imports.
 *
 * @param files fixtures by their names, and others
 */
function expectSameAsCode(saved: readonly SavedFile[], files: readonly (string | DroppedFile)[]): Buffer[] {
  mkdirSync(join(ROOT, "build"), { recursive: true });
  const folders = saved.map(() => mkdtempSync(join(ROOT, "build/export-")));
  try {
    for (const [place, folder] of folders.entries()) {
      for (const file of files) {
        if (typeof file === "string") cpSync(join(FIXTURES, file), join(folder, file));
        else writeFileSync(join(folder, file.name), file.bytes);
      }
      writeFileSync(join(folder, "main.mjs"), saved[place]!.code);
    }
    runNode(["--input-type=module", "--eval", RUN_ALL, ...folders], { cwd: ROOT });
    const given = ["main.mjs", ...files.map((file) => (typeof file === "string" ? file : file.name))];
    for (const [place, { name, bytes }] of saved.entries()) {
      const folder = folders[place]!;
      const [written] = readdirSync(folder).filter((file) => !given.includes(file));
      // The browser replaces characters that some systems do not allow.
      expect(name).toBe(written!.replace(/["\\]/g, "_"));
      expect(bytes.equals(readFileSync(join(folder, written!))), name).toBe(true);
    }
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  return saved.map(({ bytes }) => bytes);
}

/** Compares only the first different pixel: printing a difference of millions of pixels would take minutes. */
export function expectSame(data: LabelArray, expected: LabelArray, what: string): void {
  expect(data.length, what).toBe(expected.length);
  const pixel = data.findIndex((value, place) => value !== expected[place]);
  expect([pixel, data[pixel]], what).toEqual([-1, undefined]);
}

interface SavedRle {
  readonly label: number;
  readonly area: number;
  readonly color: string;
  readonly segmentation: Rle;
}

function expectRles(rles: readonly SavedRle[], map: LabelMap, isKept: (label: number) => boolean): void {
  const expected = map.labels.filter(({ index, pixelCount }) => pixelCount > 0 && isKept(index));
  expect(rles.map(({ label, area, color }) => [label, area, color])).toEqual(
    expected.map(({ index, pixelCount, color }) => [index, pixelCount, color]),
  );
}

/** The map that the codes describe, -1 for pixels without a code. */
export function paintRles(
  { data: { length } }: DenseMap,
  rles: readonly (readonly [value: number, rle: Rle])[],
): Int32Array {
  const map = new Int32Array(length).fill(-1);
  for (const [value, rle] of rles) {
    const { data } = decodeRle(rle);
    for (let pixel = 0; pixel < map.length; pixel++) {
      if (data[pixel] === 0) continue;
      if (map[pixel] !== -1) expect.fail(`pixel ${pixel} has two codes`);
      map[pixel] = value;
    }
  }
  return map;
}
