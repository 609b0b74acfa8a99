/** What a source may be, and what is recorded and kept of it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PlaymentClient } from "labelmap/playment";
import {
  BatchError,
  fromFiles,
  fromVendor,
  openStorage,
  runBatch,
  type SourceProvider,
  verify,
} from "labelmap-cli/batch";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSource } from "../../../cli/src/batch/read-source.js";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { drawJob, isLabelNpy, writeJobs } from "../../support/batch-jobs.mjs";

const drawn = [0, 1, 2].map((seed) => drawJob(seed));
const output = { format: "npy" } as const;

function prepare() {
  const folder = newFolder();
  const filesOf = writeJobs(drawn, join(folder, "in"));
  const out = join(folder, "out");
  const run = () => runBatch({ tasks: drawn, source: fromFiles(filesOf), out, output, threads: 1 });
  return { filesOf, out, run };
}
const errorOf = (out: string, place: number) => recordsOf(out).get(drawn[place]!.job)!.error;

describe("a source that is not a regular file", () => {
  it.skipIf(process.platform === "win32")(
    "fails its task without a hang, and the other tasks continue",
    async () => {
      const { filesOf, out, run } = prepare();
      const { mask } = filesOf(drawn[0]!.job);
      const { result } = filesOf(drawn[1]!.job);
      rmSync(mask);
      execFileSync("mkfifo", [mask]);
      rmSync(result);
      symlinkSync("/dev/zero", result);
      expect(await run()).toMatchObject({ done: 1, failed: 2 });
      expect(errorOf(out, 0)).toEqual({ code: "SOURCE_MISSING", message: `${mask} is not a regular file` });
      expect(errorOf(out, 1)).toEqual({ code: "SOURCE_MISSING", message: `${result} is not a regular file` });
    },
  );

  it("or is larger than the decoder's limit is refused before it is read", async () => {
    const { filesOf, out, run } = prepare();
    const { mask } = filesOf(drawn[0]!.job);
    // A hole: it takes no room on the disk.
    truncateSync(mask, 2 ** 30 + 1);
    expect(await run()).toMatchObject({ done: 2, failed: 1 });
    expect(errorOf(out, 0)).toMatchObject({ code: "PNG_TOO_LARGE", message: expect.stringContaining(mask) });
  });

  it.runIf(existsSync("/proc/version"))(
    "is not taken for an empty one if its file system does not say how long it is",
    async () => {
      expect(statSync("/proc/version").size).toBe(0);
      const read = Buffer.from(await readSource("/proc/version"));
      expect(read.toString()).toBe(readFileSync("/proc/version", "utf8"));
    },
  );

  it("is reported as a directory if it is one", async () => {
    const { filesOf, out, run } = prepare();
    const { mask } = filesOf(drawn[0]!.job);
    rmSync(mask);
    mkdirSync(mask);
    expect(await run()).toMatchObject({ done: 2, failed: 1 });
    expect(errorOf(out, 0)).toEqual({
      code: "SOURCE_MISSING",
      message: `${mask}: it is a directory, not a file`,
    });
  });
});

describe("the array of a mask from a custom source", () => {
  const [{ png, result }] = drawn as [(typeof drawn)[0]];
  const run = (out: string, mask: Uint8Array<ArrayBuffer>) => {
    const source = { isRechecked: false, load: async () => ({ mask, result: JSON.stringify(result) }) };
    return runBatch({ tasks: drawn, source, out, output, threads: 1 });
  };

  it("can be used for one task only, and the others report it", async () => {
    const out = newFolder();
    expect(await run(out, new Uint8Array(png))).toMatchObject({ done: 1, failed: 2 });
    const message = expect.stringContaining("give each task its own");
    for (const place of [1, 2]) expect(errorOf(out, place)).toEqual({ code: "SOURCE_MISSING", message });
  });

  it("stays intact if it is a part of a larger array", async () => {
    const out = newFolder();
    const larger = new Uint8Array([1, 2, 3, ...png, 4, 5]);
    const mask = larger.subarray(3, 3 + png.length);
    expect(await run(out, mask)).toMatchObject({ done: 3, failed: 0 });
    expect(Buffer.from(mask).equals(png)).toBe(true);
    for (const { job } of drawn)
      expect(isLabelNpy(readFileSync(join(out, `npy/${job}.npy`)), drawn[0]!)).toBe(true);
  });
});

describe("a source that is made wrongly", () => {
  const make = { fromFiles, fromVendor } as unknown as Record<
    string,
    (...given: unknown[]) => SourceProvider
  >;
  const client = new PlaymentClient({ apiKey: "key" });

  it.each([
    ["fromFiles", [], "fromFiles: the argument is missing"],
    ["fromFiles", ["masks/"], "fromFiles: the argument is a string"],
    ["fromFiles", [{ mask: "m.png", result: "m.json" }], "fromFiles: the argument is an object"],
    ["fromVendor", [], "fromVendor: client is missing"],
    ["fromVendor", [{}, null], "fromVendor: client is an object"],
    ["fromVendor", [client], "fromVendor: keep is missing"],
    ["fromVendor", [client, "out"], "fromVendor: keep is a string"],
  ])("%s is refused at once, and not once for each job: %#", (name, given, message) => {
    expect(() => make[name]!(...given)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    [() => undefined, "fromFiles: the files of job"],
    [() => "mask.png", "are a string"],
    [() => ({ result: "m.json" }), "fromFiles: the mask of job"],
    [() => ({ mask: "m.png" }), "fromFiles: the result of job"],
    [async () => ({ mask: "m.png", result: "m.json" }), "is missing; give the path of a file"],
  ])("the record of a job says which files fromFiles was not given: %#", async (filesOf, message) => {
    const out = newFolder();
    const source = make.fromFiles!(filesOf);
    await runBatch({ tasks: drawn.slice(0, 1), source, out, output, threads: 1 });
    expect(errorOf(out, 0)).toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(message),
    });
  });
});

describe("a secret", () => {
  it("is not recorded with the error of a custom source, whose task is retried", async () => {
    const out = newFolder();
    const thrown: unknown[] = [
      Object.assign(new Error("403: GET https://s3.example/x?X-Amz-Signature=SIGNED"), { code: "ERR_HTTP" }),
      "SIGNED",
      new BatchError("SOURCE_MISSING", "mask 2 is on no disk of ours"),
    ];
    const load = () => {
      throw thrown.shift();
    };
    const source = { isRechecked: false, load };
    await runBatch({ tasks: drawn, source, out, output, threads: 1, downloads: 1 });
    expect(readFileSync(join(out, "manifest.jsonl"), "utf8")).not.toContain("SIGNED");
    const message = expect.stringMatching(/Error ERR_HTTP, thrown at sources\.test\.ts:\d+:\d+;/);
    expect(errorOf(out, 0)).toEqual({ code: "SOURCE_MISSING", message });
    expect(errorOf(out, 1)!.message).toContain("a value that is not an error;");
    expect(errorOf(out, 2)!.message).toBe("mask 2 is on no disk of ours");
    const mended = fromFiles(writeJobs(drawn, join(out, "in")));
    expect(await runBatch({ tasks: drawn, source: mended, out, output, threads: 1 })).toMatchObject({
      done: 3,
      failed: 0,
    });
  });

  it("is not kept with the vendor's result: the signature is removed from the mask's URL", async () => {
    const { png, result } = drawn[0]!;
    const server = createServer((request, response) => {
      const url = new URL(request.url!, `http://${request.headers.host}`);
      const attachment = url.searchParams.get("url") ?? "";
      const data = { project_id: "p", job_id: "a", status: "completed", result: "https://x/result.json" };
      if (attachment.endsWith("result.json")) {
        response.end(JSON.stringify({ ...result, url: "https://x/mask.png?X-Amz-Signature=SIGNED#part" }));
      } else response.end(attachment === "" ? JSON.stringify({ data, success: true }) : png);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const out = newFolder();
    const source = fromVendor(new PlaymentClient({ apiKey: "key", baseUrl }), await openStorage(out));
    expect(
      await runBatch({ tasks: [{ job: "a", project: "p" }], source, out, output, threads: 1 }),
    ).toMatchObject({ done: 1 });
    const kept = JSON.parse(readFileSync(join(out, "sources/a.json"), "utf8"));
    expect(kept).toEqual({ ...result, url: "https://x/mask.png" });
    // The record has the hash of what is kept.
    expect(await verify(out)).toMatchObject({ files: 3, damages: 0 });
  });
});

it("a source that was fetched again for another format is not reported as damaged", async () => {
  const out = newFolder();
  const storage = await openStorage(out);
  let served = drawn[0]!;
  // As `fromVendor` keeps what it fetches.
  const load = async () => {
    await storage.write("sources/a.png", [served.png]);
    await storage.write("sources/a.json", [new TextEncoder().encode(JSON.stringify(served.result))]);
    return { mask: new Uint8Array(served.png), result: JSON.stringify(served.result) };
  };
  const source = { isRechecked: false, load };
  const run = (format: "npy" | "png") =>
    runBatch({ tasks: [{ job: "a" }], source, out, output: { format, map: "instance" }, threads: 1 });
  await run("npy");
  served = drawn[1]!;
  await run("png");
  const damages: object[] = [];
  const onDamage = (damage: object) => void damages.push(damage);
  expect(await verify(out, { onDamage })).toMatchObject({ files: 6, done: 2 });
  expect(damages).toEqual([]);
  await storage.write("sources/a.png", [drawn[2]!.png]);
  expect(await verify(out)).toMatchObject({ damages: 2 });
});
