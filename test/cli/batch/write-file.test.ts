/** The bytes of a file, however they reach the disk: straight from memory, through the system's cache, or both. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { allocateAligned, PAGE_BYTES } from "../../../cli/src/batch/aligned-memory.js";
import { ArrayPool, HEADER_BYTES, inOnePiece } from "../../../cli/src/batch/array-pool.js";
import { writeFile } from "../../../cli/src/batch/write-file.js";
import { newFolder } from "../../support/batch-folder.js";

/** What the system does with a file that is opened with O_DIRECT; and how many bytes were written so. */
const direct = vi.hoisted(() => ({ fails: "", mostBytes: Number.POSITIVE_INFINITY, files: 0, bytes: 0 }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const { promisify } = await import("node:util");
  const opened = new Set<number>();
  const failure = (call: string) => Object.assign(new Error(`EINVAL: ${call}`), { code: "EINVAL" });
  const openSync: typeof real.openSync = (path, flags, mode) => {
    const isDirect = (Number(flags) & real.constants.O_DIRECT) !== 0;
    if (isDirect && direct.fails === "open") throw failure("open");
    const file = real.openSync(path, flags, mode);
    if (!isDirect) return file;
    direct.files++;
    opened.add(file);
    return file;
  };
  const closeSync: typeof real.closeSync = (file) => {
    opened.delete(file);
    real.closeSync(file);
  };
  const write = async (file: number, bytes: Uint8Array, start: number, length: number, place: number) => {
    if (opened.has(file) && direct.fails === "write") throw failure("write");
    const most = opened.has(file) ? Math.min(length, direct.mostBytes) : length;
    const { bytesWritten } = await promisify(real.write)(file, bytes, start, most, place);
    if (opened.has(file)) direct.bytes += bytesWritten;
    return { bytesWritten };
  };
  return {
    ...real,
    openSync,
    closeSync,
    write: Object.assign(() => {}, { [promisify.custom]: write }),
  };
});

beforeEach(() => {
  Object.assign(direct, { fails: "", mostBytes: Number.POSITIVE_INFINITY, files: 0, bytes: 0 });
});

const MEMORY = new Uint8Array(allocateAligned(2 ** 22 + PAGE_BYTES));
for (let place = 0; place < MEMORY.length; place++) MEMORY[place] = (place * 167) >> 5;
const bytesOf = (length: number, start = 0) => MEMORY.subarray(start, start + length);

async function expectWritten(pieces: readonly Uint8Array[]) {
  const folder = newFolder();
  await writeFile(join(folder, "unfinished"), join(folder, "file"), pieces);
  expect(readdirSync(folder)).toEqual(["file"]);
  expect(Buffer.concat(pieces).equals(readFileSync(join(folder, "file")))).toBe(true);
}

const LENGTHS = [2 ** 19, 2 ** 19 + 1, 2 ** 20 - 1, 2 ** 20 + PAGE_BYTES, 3 * 2 ** 20 + 17, 2 ** 22];

/** Whether the file system of the temporary folders has such files. Those of Linux usually do. */
function hasDirectFiles(): boolean {
  const file = join(mkdtempSync(join(tmpdir(), "labelmap-direct-")), "file");
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_WRONLY | constants.O_DIRECT));
    return constants.O_DIRECT !== undefined;
  } catch {
    return false;
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
}

describe.runIf(hasDirectFiles())("a file from aligned memory", () => {
  it.each(LENGTHS)("has its %i bytes, and its whole pages are written without the cache", async (length) => {
    await expectWritten([bytesOf(length)]);
    expect(direct).toMatchObject({ files: 1, bytes: length - (length % PAGE_BYTES) });
    await expectWritten([bytesOf(length, PAGE_BYTES)]);
  });

  it.each(["open", "write"])("has its bytes if the file system does not %s it so", async (call) => {
    direct.fails = call;
    for (const length of LENGTHS) await expectWritten([bytesOf(length)]);
    expect(direct.bytes).toBe(0);
  });

  it("has its bytes if the system takes only a part of them at first", async () => {
    for (const pages of [1, 7, 128, 129]) {
      direct.mostBytes = pages * PAGE_BYTES;
      for (const length of LENGTHS) await expectWritten([bytesOf(length)]);
    }
    expect(direct.files).toBe(4 * LENGTHS.length);
  });

  it("is not left behind on a full disk", async ({ skip }) => {
    const folder = join(newFolder(), "disk");
    mkdirSync(folder);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
    if (mounted.status !== 0) return skip("only root may mount a file system");
    onTestFinished(() => void spawnSync("umount", ["-l", folder]));
    const written = writeFile(join(folder, "unfinished"), join(folder, "file"), [bytesOf(2 ** 21 + 5)]);
    await expect(written).rejects.toMatchObject({ code: "ENOSPC" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a file from other memory", () => {
  it("has its bytes, and the system is not asked for what it would refuse", async () => {
    await expectWritten([bytesOf(2 ** 20, 128)]);
    await expectWritten([bytesOf(2 ** 20).slice()]);
    await expectWritten([bytesOf(2 ** 20), bytesOf(2 ** 20)]);
    await expectWritten([bytesOf(2 ** 19 - 1)]);
    await expectWritten([]);
    expect(direct.files).toBe(0);
  });
});

describe("the header and the array of a pool", () => {
  const header = (length: number) => new Uint8Array(length).fill(7);
  const arrayOf = (pool: ArrayPool, length: number) => {
    const array = pool.take("int32", length);
    for (let place = 0; place < length; place++) array[place] = place * 2654435761;
    return array;
  };

  it("are one piece, in which neither writes over the other", () => {
    const pool = new ArrayPool();
    for (const length of [70_000, 3, 60_000, 0]) {
      const array = arrayOf(pool, length);
      const elements = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      const expected = [...header(HEADER_BYTES), ...elements];
      const pieces = inOnePiece([header(HEADER_BYTES), elements]);
      expect(pieces).toHaveLength(1);
      expect(Buffer.from(expected).equals(pieces[0]!)).toBe(true);
      pool.give(array);
    }
  });

  it("stay two pieces if the header has another length, or the array is not the pool's", () => {
    const elements = new Uint8Array(arrayOf(new ArrayPool(), 1000).buffer, HEADER_BYTES, 4000);
    for (const pieces of [
      [header(64), elements],
      [header(192), elements],
      [header(HEADER_BYTES), new Uint8Array(4000)],
    ] as const)
      expect(inOnePiece(pieces)).toBe(pieces);
  });
});
