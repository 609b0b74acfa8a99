/** Zip files as the source of data sets, good and hostile ones. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError, type LabelMapError } from "labelmap";
import { afterAll, describe, expect, it } from "vitest";
import { closeAll, closeLater } from "../../../cli/src/close-later.js";
import { openFiles } from "../../../cli/src/sources/open-files.js";
import { openZip, type ZipOptions, type ZipSource } from "../../../cli/src/sources/zip-source.js";
import { findPythonWith } from "../../../scripts/python.mjs";
import { writeZip, type ZipEntry } from "../../support/write-zip.js";

const folder = mkdtempSync(join(tmpdir(), "labelmap-zip-"));
const opened: ZipSource[] = [];
afterAll(async () => {
  for (const zip of opened) await zip.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
function save(bytes: Uint8Array): string {
  const path = join(folder, `${count++}.zip`);
  writeFileSync(path, bytes);
  return path;
}

async function openBytes(bytes: Uint8Array, options?: ZipOptions): Promise<ZipSource> {
  const zip = await openZip(save(bytes), options);
  opened.push(zip);
  return zip;
}

const openEntries = (entries: readonly ZipEntry[], options?: ZipOptions) =>
  openBytes(writeZip(entries), options);

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error as LabelMapError,
  );

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const long = "A mask is a picture of numbers. ".repeat(10_000);

describe("openZip", () => {
  it("lists files, and unpacks each when it is read", async () => {
    const zip = await openEntries([
      { name: "masks/b.png", content: long },
      { name: "masks/" },
      { name: "masks/a.png", content: "stored", method: 0 },
      { name: "labelmap.txt", content: "" },
    ]);
    expect(await zip.list()).toEqual(["labelmap.txt", "masks/a.png", "masks/b.png"]);
    expect(text(await zip.read("masks/b.png"))).toBe(long);
    expect(text(await zip.read("masks/a.png"))).toBe("stored");
    expect(await zip.read("labelmap.txt")).toHaveLength(0);
    // Several at once, and again.
    const both = await Promise.all([
      zip.read("masks/b.png"),
      zip.read("masks/a.png"),
      zip.read("masks/b.png"),
    ]);
    expect(both.map((bytes) => bytes.length)).toEqual([long.length, 6, long.length]);
  });

  it("reads the first bytes of a file", async () => {
    const zip = await openEntries([
      { name: "a", content: long },
      { name: "b", content: "short", method: 0 },
    ]);
    expect(text(await zip.read("a", 11))).toBe("A mask is a");
    expect(text(await zip.read("b", 2))).toBe("sh");
    expect(text(await zip.read("b", 100))).toBe("short");
    expect(await zip.read("a", 0)).toHaveLength(0);
  });

  it("leaves out the one folder that all files lie in, and what file managers add", async () => {
    const zip = await openEntries([
      { name: "export/" },
      { name: "export/masks/a.png", content: "a" },
      { name: "export/labelmap.txt", content: "l" },
      { name: "export/.DS_Store", content: "x" },
      { name: "__MACOSX/export/._a.png", content: "x" },
      { name: ".git/config", content: "x" },
    ]);
    expect(await zip.list()).toEqual(["labelmap.txt", "masks/a.png"]);
    expect(text(await zip.read("masks/a.png"))).toBe("a");
    const one = await failure(zip.read("export/masks/a.png"));
    expect(one).toMatchObject({ code: "SOURCE_MISSING" });
    const two = await openEntries([{ name: "train/a.png" }, { name: "trainer/a.png" }]);
    expect(await two.list()).toEqual(["train/a.png", "trainer/a.png"]);
  });

  it("reads a list of files that is longer than what is read at once", async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `${"name".repeat(10)}${index}.txt`);
    const zip = await openEntries(names.map((name) => ({ name, content: `the content of ${name}` })));
    expect(await zip.list()).toEqual([...names].sort());
    for (const index of [2999, 0, 1500, 1, 2998]) {
      expect(text(await zip.read(names[index]!))).toBe(`the content of ${names[index]}`);
    }
  });

  it("has no files if the zip file is empty", async () => {
    expect(await (await openEntries([])).list()).toEqual([]);
  });

  it("reads names in UTF-8, whether the zip file says so or not, and in the old code page", async () => {
    const zip = await openEntries([
      { name: "straße.png" },
      { name: "größe.png", flags: 0 },
      { name: Uint8Array.of(0x81, 0x62), flags: 0 },
    ]);
    expect(await zip.list()).toEqual(["größe.png", "straße.png", "üb"]);
  });

  it("refuses names that lead out of the folder", async () => {
    const names = [
      "../a.png",
      "a/../../b",
      "/etc/passwd",
      "a\\..\\b.png",
      "C:/a.png",
      "c:a.png",
      "a//b.png",
      "./a.png",
      "a\u0000.png",
      "../evil/",
    ];
    for (const name of names) {
      const error = await failure(openEntries([{ name: "a.png" }, { name }]));
      expect(error, name).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ code: "FORMAT_INVALID" });
      expect(error.message).toMatch(
        /\.zip: the name ".*" may lead out of the folder; create the zip file again/,
      );
    }
  });

  it("refuses two files of one name", async () => {
    const error = await failure(
      openEntries([
        { name: "d/a.png", content: "1" },
        { name: "d/a.png", content: "2" },
      ]),
    );
    expect(error).toMatchObject({ code: "FORMAT_INVALID" });
    expect(error.message).toContain('"d/a.png" occurs twice');
  });

  it("refuses encrypted files, links and other methods, by name", async () => {
    const encrypted = await failure(openEntries([{ name: "a.png", flags: 0x801 }]));
    expect(encrypted).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(encrypted.message).toContain('"a.png" is encrypted; unpack');
    const zip = await openEntries([
      { name: "link.png", content: "/etc/passwd", mode: 0o120777 },
      { name: "lzma.png", content: "x", method: 14, packed: Uint8Array.of(1, 2) },
      { name: "good.png", content: "good" },
    ]);
    const link = await failure(zip.read("link.png"));
    expect(link).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(link.message).toMatch(/\.zip: link\.png: is a link/);
    const lzma = await failure(zip.read("lzma.png"));
    expect(lzma).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(lzma.message).toContain("lzma.png: is packed with the method 14");
    expect(text(await zip.read("good.png"))).toBe("good");
  });
});

describe("a zip file that a command opens", () => {
  it("is closed when the command is done, and only once", async () => {
    const path = save(writeZip([{ name: "a.png", content: "good" }]));
    const { source } = await openFiles([path]);
    expect(text(await source.read("a.png"))).toBe("good");
    await closeAll();
    await expect(source.read("a.png")).rejects.toThrow();
    await closeAll();
    let closed = 0;
    const close = closeLater(async () => {
      closed++;
      throw new Error("it cannot be closed");
    });
    await expect(close()).rejects.toThrow("it cannot be closed");
    // What is closed is not closed again, and errors at the end mean nothing.
    await closeAll();
    expect(closed).toBe(1);
    closeLater(() => Promise.reject(new Error("late")));
    await closeAll();
  });
});

describe("a zip bomb", () => {
  it("is not unpacked if a file claims to be too large", async () => {
    const zip = await openEntries([{ name: "a.png", content: long }], { maxFileBytes: long.length - 1 });
    const error = await failure(zip.read("a.png"));
    expect(error).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(error.message).toMatch(/a\.png: the file has 320000 bytes, but at most 319999 are read/);
    // The first bytes are still there.
    expect(await zip.read("a.png", 100)).toHaveLength(100);
    const fits = await openEntries([{ name: "a.png", content: long }], { maxFileBytes: long.length });
    expect(await fits.read("a.png")).toHaveLength(long.length);
  });

  it("is not unpacked if a file is larger or smaller than it claims", async () => {
    const zip = await openEntries([
      { name: "more.png", content: long, size: 1000 },
      { name: "less.png", content: long, size: long.length + 1000 },
      { name: "zero.png", content: long, size: 0 },
    ]);
    for (const name of ["more.png", "less.png", "zero.png"]) {
      const error = await failure(zip.read(name));
      expect(error, name).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ code: "FORMAT_INVALID" });
      expect(error.message).toContain(`${name}: the file cannot be unpacked`);
    }
  });

  it("allocates no more than its bytes can hold", async () => {
    const zip = await openEntries([{ name: "a.png", content: "tiny", size: 2 ** 30 }]);
    const error = await failure(zip.read("a.png"));
    expect(error).toMatchObject({ code: "FORMAT_INVALID" });
    expect(error.message).toMatch(/6 bytes cannot be unpacked to 1073741824/);
  });

  it("is not listed if it has too many files", async () => {
    const entries = Array.from({ length: 4 }, (_, index) => ({ name: `${index}.png` }));
    const error = await failure(openEntries(entries, { maxFiles: 3 }));
    expect(error).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(error.message).toContain("more than 3 files");
    expect(await (await openEntries(entries, { maxFiles: 4 })).list()).toHaveLength(4);
  });
});

describe("a broken zip file", () => {
  const good = writeZip([
    { name: "masks/a.png", content: long },
    { name: "masks/b.png", content: "b" },
  ]);

  it("is a typed error with its path, wherever it is cut short", async () => {
    for (let length = 0; length < good.length; length += 7) {
      const error = await failure(openBytes(good.subarray(0, length)));
      expect(error, `${length} bytes`).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ code: "FORMAT_INVALID" });
      expect(error.message).toMatch(/\d+\.zip: the zip file is broken or cut short/);
    }
  });

  it("is a typed error, or gives files that are right, whichever byte is wrong", async () => {
    for (let offset = 0; offset < good.length; offset++) {
      const bytes = good.slice();
      bytes[offset]! ^= 0xff;
      try {
        const zip = await openBytes(bytes);
        for (const path of await zip.list()) {
          const content = text(await zip.read(path));
          expect([long, "b"], `byte ${offset}`).toContain(content);
        }
      } catch (error) {
        expect((error as Error).name, `byte ${offset}: ${error}`).toBe("FormatError");
      }
    }
  });

  it("is noticed by its checksum", async () => {
    const zip = await openEntries([{ name: "a.png", content: "content", method: 0, crc: 1 }]);
    const error = await failure(zip.read("a.png"));
    expect(error).toMatchObject({ code: "FORMAT_INVALID" });
    expect(error.message).toContain("its checksum differs");
  });

  it("is not a folder, and not missing", async () => {
    expect(await failure(openZip(join(folder, "nowhere.zip")))).toMatchObject({ code: "ENOENT" });
    expect(await failure(openZip(folder))).toMatchObject({ code: "EISDIR" });
  });

  it("cannot be read after it is closed", async () => {
    const zip = await openZip(save(good));
    await zip.read("a.png", 1);
    await zip.close();
    await zip.close();
    expect(await failure(zip.read("a.png"))).toBeInstanceOf(FormatError);
  });
});

const python = findPythonWith("zipfile");

describe("a zip file of Python's zipfile", () => {
  it.skipIf(python === undefined)("is read, in zip64 too", async () => {
    const path = join(folder, "python.zip");
    const program = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as zip:
    with zip.open("set/größe.png", "w", force_zip64=True) as file: file.write(b"pixels" * 1000)
    for number in range(70000): zip.writestr(f"set/{number}.txt", str(number))
`;
    execFileSync(python!, ["-c", program, path]);
    const zip = await openZip(path);
    opened.push(zip);
    // More than 65,535 files need zip64.
    expect(await zip.list()).toHaveLength(70_001);
    expect(text(await zip.read("69999.txt"))).toBe("69999");
    expect(text(await zip.read("größe.png"))).toBe("pixels".repeat(1000));
  });
});
