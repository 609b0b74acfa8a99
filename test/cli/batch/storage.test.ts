/** The output directory: whole files only, nothing outside of it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage, type Storage } from "labelmap-cli/batch";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { filesIn, newFolder } from "../../support/batch-folder.js";

const storageFailed = (text = "") =>
  expect.objectContaining({
    name: "BatchError",
    code: "STORAGE_FAILED",
    message: expect.stringContaining(text),
  });
const bytes = (text: string) => new TextEncoder().encode(text);
const listed = async (storage: Storage, folder: string) => {
  const paths: string[] = [];
  for await (const path of storage.list(folder)) paths.push(path);
  return paths.sort();
};

describe("a directory as storage", () => {
  it("reads, measures and lists what was written", async () => {
    const folder = join(newFolder(), "new", "deep");
    const storage = await openStorage(folder);
    expect(await storage.read("a/b.txt")).toBeUndefined();
    expect(await storage.size("a/b.txt")).toBeUndefined();
    expect(await listed(storage, "a")).toEqual([]);
    await storage.write("a/b.txt", [bytes("one"), new Uint8Array(0), bytes("two")]);
    await storage.write(
      "a/c/d.txt",
      (async function* () {
        yield bytes("three");
        yield bytes("four");
      })(),
    );
    await storage.write("a/b.txt", [bytes("five")]);
    await storage.write("empty", []);
    expect(new TextDecoder().decode(await storage.read("a/b.txt"))).toBe("five");
    expect(new TextDecoder().decode(await storage.read("a/c/d.txt"))).toBe("threefour");
    expect([await storage.size("a/b.txt"), await storage.size("empty")]).toEqual([4, 0]);
    expect(await listed(storage, "a")).toEqual(["a/b.txt", "a/c/d.txt"]);
    await storage.settle(["a/b.txt", "a/c/d.txt", "empty"]);
    expect(readdirSync(join(folder, ".labelmap/writing"))).toEqual([]);
  });

  it("writes the bytes of all pieces in their order, of whatever lengths they are", async () => {
    const folder = newFolder();
    const storage = await openStorage(folder);
    const lengths = [0, 1, 2 ** 19 - 1, 2 ** 19, 0, 2 ** 19 + 1, 3, 2 ** 21 + 5, 7];
    let count = 0;
    const pieces = lengths.map((length) => Uint8Array.from({ length }, () => (count++ * 167) >> 3));
    await storage.write("array", pieces);
    await storage.write(
      "stream",
      (async function* () {
        yield* pieces;
      })(),
    );
    for (const name of ["array", "stream"])
      expect(Buffer.concat(pieces).equals(readFileSync(join(folder, name))), name).toBe(true);
  });

  it.runIf(process.platform !== "win32")(
    "syncs the folder of each file, and the folder above a new folder once",
    async () => {
      const folder = newFolder();
      const storage = await openStorage(folder);
      const file = await open(folder);
      const sync = vi.spyOn(Object.getPrototypeOf(file), "sync");
      onTestFinished(() => sync.mockRestore());
      await file.close();
      const synced = async (...paths: string[]) => {
        for (const path of paths) await storage.write(path, [bytes("x")]);
        sync.mockClear();
        await storage.settle(paths);
        return sync.mock.calls.length;
      };
      expect(await synced("npy/a", "npy/b"), "npy and the directory").toBe(2);
      expect(await synced("npy/c"), "npy").toBe(1);
      expect(await synced("npy/videos/d"), "npy/videos and npy").toBe(2);
      expect(await synced("png/e", "npy/f"), "png, npy and the directory").toBe(3);
      expect(await synced("new/deep/g", "h"), "deep, new and the directory").toBe(3);
    },
  );

  it("keeps the old file and no half-written one if the pieces fail", async () => {
    const folder = newFolder();
    const storage = await openStorage(folder);
    await storage.write("a.txt", [bytes("old")]);
    const fault = new Error("no more");
    const pieces = (async function* () {
      yield new Uint8Array(100_000);
      expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("old");
      throw fault;
    })();
    await expect(storage.write("a.txt", pieces)).rejects.toThrow("no more");
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("old");
    expect(readdirSync(join(folder, ".labelmap/writing"))).toEqual([]);
  });

  it("always shows a reader the complete old file or the complete new one", async () => {
    const folder = newFolder();
    const storage = await openStorage(folder);
    const contents = ["a".repeat(300_000), "b".repeat(200_000)];
    await storage.write("a.txt", [bytes(contents[0]!)]);
    let isDone = false;
    const reading = (async () => {
      for (let count = 0; !isDone; count++) {
        const text = new TextDecoder().decode(await storage.read("a.txt"));
        expect(contents.includes(text), `${count}: ${text.length} bytes of ${text[0]}`).toBe(true);
      }
    })();
    for (let count = 0; count < 20; count++) await storage.write("a.txt", [bytes(contents[count % 2]!)]);
    isDone = true;
    await reading;
  });

  it("neither reads nor writes outside itself, nor in a sibling whose name starts with its own name", async () => {
    const parent = newFolder();
    for (const name of ["a", "ab"]) mkdirSync(join(parent, name));
    writeFileSync(join(parent, "ab/f"), "secret");
    const storage = await openStorage(join(parent, "a"));
    for (const path of ["../ab/f", "../f", "x/../../ab/f", join(parent, "ab/f"), "..", ""]) {
      await expect(storage.write(path, [bytes("x")]), path).rejects.toEqual(storageFailed());
      if (path !== "") await expect(storage.read(path), path).rejects.toEqual(storageFailed("outside"));
      if (path !== "") await expect(storage.size(path), path).rejects.toEqual(storageFailed("outside"));
    }
    expect(filesIn(parent)).toEqual(["ab/f"]);
    expect(readFileSync(join(parent, "ab/f"), "utf8")).toBe("secret");
    // Two dots are no step up where they are part of a name.
    await storage.write("..f", [bytes("x")]);
    expect(await storage.size("..f")).toBe(1);
  });

  it.runIf(existsSync("/dev/shm") && statSync("/dev/shm").dev !== statSync(tmpdir()).dev)(
    "says what to do if a folder is a link to another disk",
    async () => {
      const folder = newFolder();
      const other = mkdtempSync("/dev/shm/labelmap-");
      onTestFinished(() => rmSync(other, { recursive: true }));
      symlinkSync(other, join(folder, "npy"));
      const storage = await openStorage(folder);
      const named = storageFailed("is a link to another disk, and files cannot be moved there; choose");
      await expect(storage.write("npy/a.npy", [bytes("x")])).rejects.toEqual(named);
    },
  );

  it("says what is wrong if a part of the path is a file, or the path is a folder", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "folder/inner"), { recursive: true });
    const storage = await openStorage(folder);
    await expect(storage.write("file/a", [bytes("x")])).rejects.toEqual(storageFailed("file/a"));
    await expect(storage.read("file/a")).rejects.toEqual(storageFailed("a part of the path is a file"));
    await expect(storage.read("folder")).rejects.toEqual(storageFailed("it is a directory"));
    await expect(storage.write("folder", [bytes("x")])).rejects.toEqual(storageFailed("folder"));
    expect(readdirSync(join(folder, ".labelmap/writing"))).toEqual([]);
  });
});
