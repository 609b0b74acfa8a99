/** The manifest: whole lines whatever happens, the last record of a job counts, and what is wrong is named. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { Manifest, openStorage, type TaskRecord } from "labelmap-cli/batch";
import { afterEach, describe, expect, it, vi } from "vitest";
import { linesOf, newFolder } from "../../support/batch-folder.js";

function recordOf(job: string, more: Partial<TaskRecord> = {}): TaskRecord {
  return {
    job,
    format: "npy",
    options: "0123456789abcdef",
    status: "done",
    outputs: [{ path: "file", bytes: 1, sha256: "00" }],
    version: "0.0.0",
    time: "2020-01-01T00:00:00.000Z",
    ...more,
  };
}
const openAt = async (folder: string) => Manifest.open(folder, await openStorage(folder));
async function recordsAt(folder: string): Promise<TaskRecord[]> {
  const manifest = await Manifest.read(folder);
  const records: TaskRecord[] = [];
  for await (const record of manifest.records()) records.push(record);
  await manifest.close();
  return records;
}
const fileHandle: FileHandle = await open("/dev/null", "r");
const prototype: FileHandle = Object.getPrototypeOf(fileHandle);
await fileHandle.close();
afterEach(() => void vi.restoreAllMocks());
const storageFailed = expect.objectContaining({ name: "BatchError", code: "STORAGE_FAILED" });

describe("a manifest", () => {
  it("returns the last record of each job and format, at once and after it is opened again", async () => {
    const folder = newFolder();
    const manifest = await openAt(folder);
    await manifest.append(recordOf("a", { version: "1" }));
    await manifest.append(recordOf("a", { version: "2", format: "png" }));
    await manifest.append(recordOf("ü 大", { version: "3" }));
    await manifest.append(recordOf("a", { version: "4" }));
    expect((await manifest.latest("a", "npy"))!.version).toBe("4");
    expect((await manifest.latest("a", "png"))!.version).toBe("2");
    expect(await manifest.latest("a", "voc")).toBeUndefined();
    for (const job of ["__proto__", "constructor"]) {
      expect(await manifest.latest(job, "npy")).toBeUndefined();
      await manifest.append(recordOf(job, { version: job }));
      expect((await manifest.latest(job, "npy"))!.version).toBe(job);
    }
    await manifest.close();
    expect((await recordsAt(folder)).map(({ job, version }) => [job, version])).toEqual([
      ["a", "4"],
      ["a", "2"],
      ["ü 大", "3"],
      ["__proto__", "__proto__"],
      ["constructor", "constructor"],
    ]);
    const again = await openAt(folder);
    expect((await again.latest("ü 大", "npy"))!.version).toBe("3");
    await again.append(recordOf("b"));
    await again.close();
    expect(linesOf(folder)).toHaveLength(7);
  });

  it("removes a last line that is cut short anywhere, and continues after the complete lines", async () => {
    const first = `${JSON.stringify(recordOf("first"))}\n`;
    // A character of several bytes, so that it can be torn too.
    const last = Buffer.from(`${JSON.stringify(recordOf("läst", { project: "大" }))}\n`);
    const folder = newFolder();
    const path = join(folder, "manifest.jsonl");
    for (let length = 0; length <= last.length; length++) {
      writeFileSync(path, first);
      appendFileSync(path, last.subarray(0, length));
      // The line break alone may be what is missing.
      const whole = length >= last.length - 1 ? ["first", "läst"] : ["first"];
      expect(
        (await recordsAt(folder)).map(({ job }) => job),
        `${length} bytes`,
      ).toEqual(whole);
      const manifest = await openAt(folder);
      await manifest.append(recordOf("next"));
      await manifest.close();
      expect(
        linesOf(folder).map(({ job }) => job),
        `${length} bytes`,
      ).toEqual([...whole, "next"]);
    }
  });

  it("removes a last line in which a power cut left zeros, in all of it or at its end", async () => {
    const folder = newFolder();
    const whole = JSON.stringify(recordOf("b"));
    for (const torn of ["\0".repeat(500), `${whole.slice(0, 4)}\0\0`, `${whole.slice(0, 40)}\0\0\0`]) {
      writeFileSync(join(folder, "manifest.jsonl"), `${JSON.stringify(recordOf("a"))}\n${torn}`);
      await (await openAt(folder)).close();
      expect(linesOf(folder).map(({ job }) => job)).toEqual(["a"]);
    }
  });

  it("that another program may have written is left unchanged", async () => {
    const folder = newFolder();
    const path = join(folder, "manifest.jsonl");
    const good = `${JSON.stringify(recordOf("a"))}\n`;
    for (const text of ["precious", '{"name":"precious"}', "[1,\n2", `${good}precious`, `${good}{}`]) {
      writeFileSync(path, text);
      const named = expect.objectContaining({
        code: "MANIFEST_INVALID",
        message: expect.stringMatching(/line [12] is not /),
      });
      await expect(openAt(folder), text).rejects.toEqual(named);
      await expect(Manifest.read(folder), text).rejects.toEqual(named);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  it("without line breaks is refused in time that does not grow with the square of its size", async () => {
    const folder = newFolder();
    // Of what may be a torn record, so that nothing else stands against it.
    const text = `{"job":"${"x".repeat(2 ** 25)}`;
    writeFileSync(join(folder, "manifest.jsonl"), text.slice(0, 2 ** 24));
    await (await Manifest.read(folder)).close();
    writeFileSync(join(folder, "manifest.jsonl"), text);
    const concat = vi.spyOn(Buffer, "concat");
    const tooLong = { code: "MANIFEST_INVALID", message: expect.stringContaining("16777216 bytes") };
    await expect(openAt(folder)).rejects.toMatchObject(tooLong);
    // Each piece is looked at once, and copied never.
    expect(concat).not.toHaveBeenCalled();
    expect(statSync(join(folder, "manifest.jsonl")).size).toBe(text.length);
  });

  it("is not changed by reading it", async () => {
    const folder = newFolder();
    const text = `${JSON.stringify(recordOf("a"))}\n{"job":"b`;
    writeFileSync(join(folder, "manifest.jsonl"), text);
    await recordsAt(folder);
    expect(readFileSync(join(folder, "manifest.jsonl"), "utf8")).toBe(text);
    expect(existsSync(join(folder, ".labelmap"))).toBe(false);
  });

  it("names a line that is not a record", async () => {
    const folder = newFolder();
    const good = JSON.stringify(recordOf("a"));
    const bad = [
      "{",
      "",
      "null",
      "[]",
      "7",
      `{"job":"a"}`,
      good.replace('"done"', '"doing"'),
      good.replace('"done"', '"failed"'),
      good.replace('"a"', "1"),
      JSON.stringify(recordOf("a", { outputs: {} as never })),
      JSON.stringify(recordOf("a", { outputs: [{ path: "a" } as never] })),
      JSON.stringify(recordOf("a", { outputs: [] })),
      `${good}${good}`,
      "\xff".repeat(3),
    ];
    for (const line of bad) {
      const bytes = Buffer.from(`${good}\n${good}\n${line}\n${good}\n`, "latin1");
      writeFileSync(join(folder, "manifest.jsonl"), bytes);
      const named = expect.objectContaining({
        code: "MANIFEST_INVALID",
        message: expect.stringMatching(/manifest\.jsonl: line 3 /),
      });
      await expect(Manifest.read(folder), line).rejects.toEqual(named);
      await expect(openAt(folder), line).rejects.toEqual(named);
      expect(readFileSync(join(folder, "manifest.jsonl")), "it is left as it is").toEqual(bytes);
    }
  });

  it("reports that it is missing or not a file", async () => {
    const folder = newFolder();
    await expect(Manifest.read(folder)).rejects.toEqual(
      expect.objectContaining({ code: "MANIFEST_INVALID", message: expect.stringContaining(folder) }),
    );
    mkdirSync(join(folder, "manifest.jsonl"));
    await expect(openAt(folder)).rejects.toEqual(storageFailed);
    await expect(Manifest.read(folder)).rejects.toEqual(storageFailed);
  });

  it.runIf(existsSync("/proc/self/fd"))("closes the file of a manifest that is invalid", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "manifest.jsonl"), "{}\n");
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    for (let count = 0; count < 20; count++) {
      await expect(Manifest.read(folder)).rejects.toThrow("line 1");
      await expect(openAt(folder)).rejects.toThrow("line 1");
    }
    expect(open()).toBeLessThan(before + 20);
  });

  it("accepts records that are longer than one read", async () => {
    const folder = newFolder();
    const manifest = await openAt(folder);
    const lengths = [2 ** 18 - 300, 2 ** 18, 3 * 2 ** 18 + 17, 10, 2 ** 20, 5];
    for (const [place, length] of lengths.entries()) {
      await manifest.append(recordOf(`j${place}`, { project: "é".repeat(length >> 1) }));
    }
    await manifest.append(recordOf("j1", { project: "again" }));
    await manifest.close();
    const found = (await recordsAt(folder)).map(({ job, project }) => [job, project!.length]);
    const expected = lengths.map((length, place) => [`j${place}`, place === 1 ? 5 : length >> 1]);
    expect(found).toEqual(expected);
  });

  it("appends a thousand records at once as complete lines with few syncs", async () => {
    const folder = newFolder();
    const manifest = await openAt(folder);
    const sync = vi.spyOn(prototype, "datasync");
    const appended = Array.from({ length: 1000 }, (_, place) => manifest.append(recordOf(`job-${place}`)));
    // The promise of each is kept once its record can be had.
    await appended[0];
    expect(await manifest.latest("job-0", "npy")).toBeDefined();
    await Promise.all(appended);
    expect(sync.mock.calls.length).toBeLessThanOrEqual(3);
    await manifest.close();
    expect(linesOf(folder).map(({ job }) => job)).toEqual(Array.from({ length: 1000 }, (_, n) => `job-${n}`));
  });

  it("syncs the folders of the outputs before the record is written", async () => {
    const folder = newFolder();
    const storage = await openStorage(folder);
    const events: string[] = [];
    const watched = Object.assign(Object.create(storage), {
      settle: async (paths: Iterable<string>) => {
        expect(linesOf(folder)).toEqual([]);
        events.push(...paths);
      },
    });
    const manifest = await Manifest.open(folder, watched);
    await manifest.append(recordOf("a", { outputs: [{ path: "npy/a.npy", bytes: 1, sha256: "00" }] }));
    expect(events).toEqual(["npy/a.npy"]);
    await manifest.close();
  });

  it("keeps complete lines on a full disk, and continues when there is space again", async () => {
    const folder = newFolder();
    // `ulimit -f` refuses what is beyond 2 KiB of a file, as a full disk does: a part is written, and the rest is not.
    const program = `
      import { Manifest, openStorage } from ${JSON.stringify(import.meta.resolve("../../../cli/dist/batch/index.js"))};
      const [, , folder, json] = process.argv;
      const manifest = await Manifest.open(folder, await openStorage(folder));
      const append = (job) => manifest.append({ ...JSON.parse(json), job });
      await append("first");
      const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => append("lost-" + n)));
      console.log(results.map(({ reason }) => reason?.code).join());
      console.log(await manifest.latest("lost-0", "npy"));
      // A short record must not leave the rest of longer ones behind it.
      await append("x");
      await manifest.close();`;
    writeFileSync(join(folder, "program.mjs"), program);
    const command = `ulimit -S -f 2; exec "$0" program.mjs "$@"`;
    const printed = execFileSync(
      "bash",
      ["-c", command, process.execPath, folder, JSON.stringify(recordOf(""))],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    expect(printed).toBe(`${Array(20).fill("STORAGE_FAILED").join()}\nundefined\n`);
    expect(linesOf(folder).map(({ job }) => job)).toEqual(["first", "x"]);
    expect((await recordsAt(folder)).map(({ job }) => job)).toEqual(["first", "x"]);
  });
});
