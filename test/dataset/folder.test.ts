/** Folders on disk as source and sink of data sets: nothing leaves them, nothing is overwritten, sizes are bounded. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolder, listMasks, openFolder } from "../../src/dataset/node.js";
import { filesInMemory, memorySink } from "../../src/formats/index.js";

let place: string;
let root: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "labelmap-folder-"));
  root = join(place, "set");
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/b/1.png"), "0123456789");
  writeFileSync(join(root, "2.txt"), "text");
  writeFileSync(join(root, ".hidden"), "x");
  mkdirSync(join(root, ".git"));
  writeFileSync(join(root, ".git/config"), "x");
  writeFileSync(join(place, "secret"), "secret");
});
afterEach(() => rmSync(place, { recursive: true }));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const OUTSIDE = [
  "../secret",
  "a/../../secret",
  "/etc/passwd",
  "a//b/1.png",
  "./2.txt",
  "",
  "a\\..\\..\\secret",
  "c:x",
];

describe("openFolder", () => {
  it("lists files of subfolders with /, sorted, without hidden ones and installed packages", async () => {
    writeFileSync(join(root, "a/0.png"), "");
    mkdirSync(join(root, "a/node_modules/package"), { recursive: true });
    writeFileSync(join(root, "a/node_modules/package/logo.png"), "");
    expect(await (await openFolder(root)).list()).toEqual(["2.txt", "a/0.png", "a/b/1.png"]);
  });

  it("reads a file, or its first bytes", async () => {
    const source = await openFolder(root);
    expect(text(await source.read("a/b/1.png"))).toBe("0123456789");
    expect(text(await source.read("a/b/1.png", 4))).toBe("0123");
    expect(text(await source.read("2.txt", 256))).toBe("text");
    for (const missing of ["a/b/2.png", "2.txt/x"]) {
      await expect(source.read(missing)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    }
  });

  it("never reads a file outside, by its path or through a link", async () => {
    const source = await openFolder(root);
    for (const path of OUTSIDE) {
      await expect(source.read(path), path).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    }
    symlinkSync(join(place, "secret"), join(root, "link.png"));
    symlinkSync(place, join(root, "up"));
    symlinkSync(join(root, "nowhere"), join(root, "broken.png"));
    expect(await source.list()).toEqual(["2.txt", "a/b/1.png"]);
    await expect(source.read("link.png")).rejects.toThrow("leads out of the folder");
    await expect(source.read("up/secret")).rejects.toThrow("leads out of the folder");
  });

  it("follows links that stay inside, but not in circles", async () => {
    symlinkSync(join(root, "2.txt"), join(root, "link.txt"));
    symlinkSync(join(root, "a"), join(root, "other"));
    symlinkSync(root, join(root, "a/b/circle"));
    const source = await openFolder(root);
    expect(await source.list()).toEqual(["2.txt", "a/b/1.png", "link.txt", "other/b/1.png"]);
    expect(text(await source.read("other/b/1.png"))).toBe("0123456789");
  });

  it("works through a link to the folder itself", async () => {
    symlinkSync(root, join(place, "alias"));
    const source = await openFolder(join(place, "alias"));
    expect(text(await source.read("2.txt"))).toBe("text");
  });

  it("refuses files and folders that are too large, with the option that raises the limit", async () => {
    const source = await openFolder(root, { maxFileBytes: 9, maxFiles: 2 });
    await expect(source.read("a/b/1.png")).rejects.toMatchObject({
      ...{ code: "FORMAT_UNSUPPORTED", message: expect.stringContaining("raise maxFileBytes") },
    });
    expect(text(await source.read("a/b/1.png", 9))).toBe("012345678");
    expect(await source.list()).toHaveLength(2);
    writeFileSync(join(root, "3.txt"), "");
    await expect(source.list()).rejects.toThrow("raise maxFiles");
    await expect(openFolder(root, { maxFiles: -1 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("refuses a folder that does not exist, and a file, and says what to do", async () => {
    for (const [path, remedy] of [
      [join(root, "no"), "does not exist; check the path."],
      [join(root, "no/deeper"), "does not exist; check the path."],
      [join(root, "2.txt"), "is a file; give the folder that it is in."],
      [join(root, "2.txt/x"), "is a file; give the folder that it is in."],
    ] as const) {
      const message = `the folder ${JSON.stringify(path)} ${remedy}`;
      const error = expect.objectContaining({ name: "LabelMapError", code: "SOURCE_MISSING", message });
      await expect(openFolder(path), path).rejects.toEqual(error);
      await expect(listMasks(path), path).rejects.toEqual(error);
    }
  });
});

describe("createFolder", () => {
  it("makes the folder and its subfolders, and writes bytes and text", async () => {
    const sink = await createFolder(join(place, "new/set"));
    await sink.write("x/y/1.bin", Uint8Array.of(1, 2));
    await sink.write("z.txt", "ü");
    expect([...readFileSync(join(place, "new/set/x/y/1.bin"))]).toEqual([1, 2]);
    expect(readFileSync(join(place, "new/set/z.txt"), "utf8")).toBe("ü");
    expect(readdirSync(join(place, "new/set/x/y"))).toEqual(["1.bin"]);
  });

  it("never overwrites a file", async () => {
    const sink = await createFolder(root);
    await expect(sink.write("2.txt", "other")).rejects.toThrow('"2.txt" is already there');
    expect(readFileSync(join(root, "2.txt"), "utf8")).toBe("text");
  });

  it("never writes outside, by a path or through a link, and makes no folder there", async () => {
    const sink = await createFolder(root);
    for (const path of OUTSIDE) {
      await expect(sink.write(path, "x"), path).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    }
    symlinkSync(place, join(root, "up"));
    await expect(sink.write("up/new/x.txt", "x")).rejects.toThrow("leads out of the folder");
    expect(existsSync(join(place, "new"))).toBe(false);
    expect(readFileSync(join(place, "secret"), "utf8")).toBe("secret");
  });

  it("leaves no part of a file that cannot be written", async () => {
    const sink = await createFolder(root);
    await expect(sink.write("half.txt", 5 as unknown as string)).rejects.toThrow();
    expect(readdirSync(root).sort()).toEqual([".git", ".hidden", "2.txt", "a"]);
  });
});

describe("files in memory", () => {
  it("come from an object, a Map, pairs, text, buffers and Blobs", async () => {
    for (const files of [
      { "a.txt": "ab", "b/c.bin": Uint8Array.of(97, 98).buffer },
      new Map([
        ["a.txt", "ab"],
        ["b/c.bin", "ab"],
      ]),
      [
        ["a.txt", new Blob(["ab"])],
        ["b/c.bin", new Blob(["ab"])],
      ] as const,
    ]) {
      const source = filesInMemory(files as Parameters<typeof filesInMemory>[0]);
      expect(await source.list()).toEqual(["a.txt", "b/c.bin"]);
      for (const path of await source.list()) {
        expect(text(await source.read(path))).toBe("ab");
        expect(text(await source.read(path, 1))).toBe("a");
      }
    }
  });

  it("hide hidden files, and have no others than were given", async () => {
    const source = filesInMemory({ "a.png": "", ".DS_Store": "", "__MACOSX/a.png": "" });
    expect(await source.list()).toEqual(["a.png"]);
    await expect(source.read("b.png")).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    for (const path of OUTSIDE)
      expect(() => filesInMemory({ [path]: "" }), path).toThrow("may leave the folder");
    expect(() =>
      filesInMemory([
        ["a", ""],
        ["a", ""],
      ]),
    ).toThrow('Two files have the path "a"');
    expect(() => filesInMemory(5 as never)).toThrow("give paths and contents");
  });

  it("are written once, as a copy", async () => {
    const sink = memorySink();
    const bytes = Uint8Array.of(1, 2);
    await sink.write("a", bytes);
    bytes[0] = 9;
    expect([...sink.files.get("a")!]).toEqual([1, 2]);
    await expect(sink.write("a", "x")).rejects.toThrow("already there");
    await expect(sink.write("../a", "x")).rejects.toThrow("may leave");
  });
});
