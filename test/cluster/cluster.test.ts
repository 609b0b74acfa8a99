/**
 * The cluster with a real Redis, a real S3-compatible server, and workers that are processes of their own and are killed.
 * What the outputs must be is known from the fixtures' independent decoder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { appendFile, readFile, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { PlaymentClient } from "labelmap/playment";
import { Manifest, openStorage, type TaskRecord, verify } from "labelmap-cli/batch";
import {
  collect,
  type DeadTask,
  deadTasks,
  enqueue,
  queueStatus,
  readRecords,
  retryDead,
  runWorker,
  type WorkerOptions,
} from "labelmap-cli/cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S3Storage } from "../../cli/src/cluster/s3-storage.js";
import { startVendorServer } from "../../cli/src/sample-server/server.js";
import { findRedisServer } from "../../scripts/redis.mjs";
import { loadCorpus } from "../support/corpus.mjs";
import { startRedis } from "../support/redis.mjs";
import { runCli } from "../support/run-cli.js";
import { runNode } from "../support/run-node.js";
import { startS3 } from "../support/s3.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORKER = join(ROOT, "test/support/cluster-worker.mjs");
const PROJECT = "project-1";
const API_KEY = "key-that-nobody-may-see";
const PASSWORD = "p@ss/word of redis";
const BUCKET = "labels";
/** Jobs for the test with the kills; the others take the first few. */
const JOBS = 150;
const OUTPUT = { format: "npy", map: "label" } as const;
const RESIZED = { ...OUTPUT, resize: { width: 64, height: 64 } };

const samples = loadCorpus().filter(({ name }) =>
  ["tiny-64-rgb-16-bit", "objects-101-grey-1-bit", "brush-511-grey", "noise-160-rgba"].includes(name),
);
const jobId = (index: number) => `job-${String(index).padStart(3, "0")}`;
const sampleOf = (job: string) => samples[Number(job.slice(4)) % samples.length]!;
const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ job: jobId(index), project: PROJECT }));

const hasRedis = findRedisServer() !== undefined;
if (!hasRedis && process.env.CI) {
  it("has a redis-server", () => expect.fail("no redis-server is found; on Debian install redis-server"));
}

describe.skipIf(!hasRedis)("labelmap-cli/cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-cluster-"));
  const masks = new Map<string, Uint8Array>();
  const processes: ChildProcess[] = [];
  let vendor: Awaited<ReturnType<typeof startVendorServer>>;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let s3: Awaited<ReturnType<typeof startS3>>;
  let client: PlaymentClient;

  beforeAll(async () => {
    const jobs = tasks(JOBS).map(({ job }) => {
      const mask = new Uint8Array(sampleOf(job).png);
      masks.set(job, mask);
      return { projectId: PROJECT, jobId: job, result: sampleOf(job).result, mask };
    });
    vendor = await startVendorServer({ jobs, apiKey: API_KEY });
    redis = await startRedis(PASSWORD);
    s3 = await startS3(BUCKET);
    Object.assign(process.env, s3.environment);
    client = new PlaymentClient({ apiKey: API_KEY, baseUrl: vendor.baseUrl });
  });

  afterAll(async () => {
    for (const child of processes) child.kill("SIGKILL");
    await vendor?.close();
    await redis?.stop();
    await s3?.stop();
    rmSync(folder, { recursive: true });
  });

  /** A worker of this process, which ends when nothing is left. */
  const work = (queue: string, options: Partial<WorkerOptions> = {}) =>
    runWorker({
      redis: redis.url,
      queue,
      client,
      threads: 1,
      untilEmpty: true,
      allowOut: allowOut(),
      ...options,
    });
  const allowOut = () => [folder, `s3://${BUCKET}`];

  /** A client that asks nothing before it is released. */
  const heldClient = () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held: typeof fetch = async (...request) => {
      await released;
      return fetch(...request);
    };
    const client = new PlaymentClient({ apiKey: API_KEY, baseUrl: vendor.baseUrl, fetch: held });
    return { client, release: () => release() };
  };

  const dead = async (queue: string): Promise<DeadTask[]> => {
    const list = [];
    for await (const task of deadTasks({ redis: redis.url, queue })) list.push(task);
    return list;
  };

  const recordsOf = async (out: string): Promise<TaskRecord[]> => {
    const list = [];
    for await (const record of readRecords(await openStorage(out))) list.push(record);
    return list;
  };

  /** Each job has one record, and the labels that the independent decoder found. */
  const expectAllDone = async (out: string, count: number) => {
    const storage = await openStorage(out);
    const records = await recordsOf(out);
    expect(records.map(({ job, status }) => `${job} ${status}`)).toEqual(
      tasks(count).map(({ job }) => `${job} done`),
    );
    for (const { job, outputs } of records) {
      expect(outputs.map(({ path }) => path)).toEqual([`npy/${job}.npy`]);
      const file = Buffer.from((await storage.read(`npy/${job}.npy`))!);
      expect(sha256(file)).toBe(outputs[0]!.sha256);
      const { width, height, sha256: expected } = sampleOf(job).expected;
      const start = 10 + file.readUInt16LE(8);
      expect(file.toString("latin1", 10, start)).toContain(`'shape': (${height}, ${width})`);
      expect(sha256(file.subarray(start))).toBe(expected);
    }
  };

  it("holds a task once, even if it is enqueued several times", async () => {
    const options = { redis: redis.url, queue: "twice", out: join(folder, "twice"), output: OUTPUT };
    const listed = async function* () {
      yield* tasks(20);
      yield* tasks(5);
    };
    const { plan, ...first } = await enqueue({ ...options, tasks: listed() });
    expect(first).toEqual({ added: 20, known: 0 });
    expect(await enqueue({ ...options, tasks: tasks(21) })).toEqual({ added: 1, known: 20, plan });
    expect(await queueStatus({ redis: redis.url, queue: "twice" })).toEqual({
      waiting: 21,
      active: 0,
      delayed: 0,
      dead: 0,
      done: 0,
    });
    const asPng = await enqueue({ ...options, tasks: tasks(3), output: { format: "png", map: "label" } });
    expect(asPng.added).toBe(3);
  });

  it("makes each job with the options that were enqueued last, and never with two sets of options at once", async () => {
    const out = join(folder, "options");
    const queue = "options";
    const options = { redis: redis.url, queue, tasks: tasks(20), out };
    await enqueue({ ...options, output: OUTPUT });
    const { client: held, release } = heldClient();
    // One will be dead, with either options.
    masks.get(jobId(0))!.fill(0, 60);
    const stop = new AbortController();
    const atWork = work(queue, { client: held, signal: stop.signal, untilEmpty: false });
    while ((await queueStatus({ redis: redis.url, queue })).active < 10) await pause(20);
    await expect(enqueue({ ...options, output: RESIZED })).rejects.toMatchObject({ code: "QUEUE_BUSY" });
    stop.abort();
    release();
    expect(await atWork).toMatchObject({ kept: 0, failed: 1 });
    masks.get(jobId(0))!.set(sampleOf(jobId(0)).png);

    const { added, known, plan } = await enqueue({ ...options, output: RESIZED });
    expect(added + known).toBe(20);
    expect(await queueStatus({ redis: redis.url, queue })).toMatchObject({ waiting: 20, dead: 0 });
    expect(await work(queue)).toEqual({ done: 19, kept: 0, failed: 1 });
    expect((await recordsOf(out)).map((record) => record.options)).toEqual(tasks(20).map(() => plan.id));
    await collect({ out });
    expect(await verify(out)).toMatchObject({ done: 19, failed: 1, damages: 0 });
  });

  it("loses nothing and does nothing twice when a worker and Redis are killed", async () => {
    const out = join(folder, "killed");
    const queue = "killed";
    await enqueue({ redis: redis.url, queue, tasks: tasks(JOBS), out, output: OUTPUT });
    const isDownload = ({ path }: { path: string }) => path.endsWith("/mask.png");
    const before = vendor.requests.length;
    const start = (name: string) => {
      const log = join(folder, `${name}.log`);
      const options = {
        ...{ queue, log, baseUrl: vendor.baseUrl, latency: 20, allowOut: allowOut() },
        ...{ downloads: 3, threads: 1, untilEmpty: true, takeOverAfter: 2000 },
      };
      const child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
        env: { ...process.env, REDIS_URL: redis.url, PLAYMENT_API_KEY: API_KEY },
        stdio: ["ignore", "pipe", "inherit"],
      });
      processes.push(child);
      return {
        child,
        log,
        printed: text(child.stdout!),
        exit: new Promise((resolve) => child.once("exit", resolve)),
      };
    };
    const first = start("first");
    const second = start("second");

    await until(() => linesOf(first.log).length >= 10);
    first.child.kill("SIGKILL");
    await first.exit;
    // More than one worker can have in hand: the other ones are those of the worker that is dead.
    expect((await queueStatus({ redis: redis.url, queue })).active).toBeGreaterThan(19);
    await until(() => linesOf(second.log).length >= 30);
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await redis.start();
    // What is still to be done shows that Redis was killed in the middle, not at the end.
    const left = await queueStatus({ redis: redis.url, queue });
    expect(left.waiting).toBeGreaterThan(0);
    const summary = JSON.parse(await second.printed);
    expect(await second.exit).toBe(0);

    await expectAllDone(out, JOBS);
    const worked = [...linesOf(first.log), ...linesOf(second.log)];
    expect(new Set(worked).size).toBe(worked.length);
    // Killed between the record and the line of the log, the first may lack what it had in hand, and no more.
    expect(linesOf(second.log).length).toBe(summary.done);
    expect(summary.done + summary.kept + linesOf(first.log).length).toBeGreaterThanOrEqual(JOBS);
    expect(await queueStatus({ redis: redis.url, queue })).toMatchObject({
      waiting: 0,
      active: 0,
      delayed: 0,
      dead: 0,
    });
    // Twice was downloaded only what the killed worker had in hand.
    const downloads = vendor.requests.slice(before).filter(isDownload);
    const ofStorage = downloads.filter(({ origin }) => origin === "storage");
    const again = ofStorage.length - new Set(ofStorage.map(({ path }) => path)).size;
    expect(again).toBeLessThanOrEqual(19);
    expect(await collect({ out })).toEqual({ done: JOBS, failed: 0 });
  });

  it("does a task once if Redis gives it out again while it is in progress", async () => {
    const out = join(folder, "given-again");
    const queue = "given-again";
    await enqueue({ redis: redis.url, queue, tasks: tasks(4), out, output: OUTPUT });
    const sound = new Uint8Array(masks.get(jobId(3))!);
    masks.get(jobId(3))!.fill(0, 60);
    const { client: held, release } = heldClient();
    const before = vendor.requests.length;
    const atWork = work(queue, { client: held, takeOverAfter: 1000 });
    while ((await queueStatus({ redis: redis.url, queue })).active < 4) await pause(20);
    const direct = new Redis(redis.url).on("error", () => {});
    const ids = await direct.lrange(`bull:${queue}:active`, 0, -1);
    // Away for longer than a task's lock holds, which this worker cannot renew meanwhile.
    await redis.kill();
    await pause(1500);
    await redis.start();
    const starts = () => Promise.all(ids.map((id) => direct.hget(`bull:${queue}:${id}`, "ats")));
    while ((await starts()).join() !== "2,2,2,2") await pause(20);
    await direct.quit();
    release();
    expect(await atWork).toEqual({ done: 3, kept: 0, failed: 1 });
    expect((await dead(queue)).map(({ job }) => job)).toEqual([jobId(3)]);
    const asked = vendor.requests.slice(before).map(({ origin, path }) => `${origin} ${path}`);
    expect(asked.filter((path) => path.startsWith("storage") && path.endsWith("/mask.png")).length).toBe(4);
    masks.get(jobId(3))!.set(sound);
    await retryDead({ redis: redis.url, queue });
    expect(await work(queue)).toEqual({ done: 1, kept: 0, failed: 0 });
    await expectAllDone(out, 4);
  });

  it("does a task after the unlocked task in progress that it replaced", async () => {
    const out = join(folder, "replaced");
    const queue = "replaced";
    const list = { redis: redis.url, queue, tasks: tasks(1), out };
    await enqueue({ ...list, output: OUTPUT });
    const { client: held, release } = heldClient();
    const atWork = work(queue, { client: held });
    while ((await queueStatus({ redis: redis.url, queue })).active < 1) await pause(20);
    const direct = new Redis(redis.url);
    const [id] = await direct.lrange(`bull:${queue}:active`, 0, -1);
    // As time does, where the worker cannot reach Redis.
    await direct.del(`bull:${queue}:${id}:lock`);
    const { added, plan } = await enqueue({ ...list, output: RESIZED });
    expect(added).toBe(1);
    while ((await direct.hget(`bull:${queue}:${id}`, "ats")) !== "1") await pause(20);
    await direct.quit();
    release();
    expect(await atWork).toEqual({ done: 2, kept: 0, failed: 0 });
    const [{ options, outputs }] = (await recordsOf(out)) as [TaskRecord];
    expect(options).toBe(plan.id);
    const file = await readFile(join(out, outputs[0]!.path));
    expect(sha256(file)).toBe(outputs[0]!.sha256);
    expect(file.toString("latin1", 10, 128)).toContain("'shape': (64, 64)");
  });

  it("finds in the record that a task is done, even if Redis does not know it", async () => {
    const out = join(folder, "again");
    const queue = "again";
    const list = { redis: redis.url, queue, tasks: tasks(8), out, output: OUTPUT };
    await enqueue(list);
    const writing = join(out, ".labelmap/writing");
    mkdirSync(writing, { recursive: true });
    for (const [name, hours] of [["old", 25] as const, ["new", 1] as const]) {
      const then = Date.now() / 1000 - hours * 3600;
      await writeFile(join(writing, name), "half");
      await utimes(join(writing, name), then, then);
    }
    expect(await work(queue)).toEqual({ done: 8, kept: 0, failed: 0 });
    // Of a worker that was killed long ago, and of one that is at work.
    expect(readdirSync(writing)).toEqual(["new"]);
    const asked = vendor.requests.length;
    rmSync(join(out, "npy", `${jobId(3)}.npy`));
    expect((await enqueue(list)).added).toBe(8);
    expect(await work(queue)).toEqual({ done: 1, kept: 7, failed: 0 });
    // What the vendor had delivered was kept.
    expect(vendor.requests.length).toBe(asked);
    await expectAllDone(out, 8);
    const { done } = await queueStatus({ redis: redis.url, queue });
    expect(done).toBe(16);
  });

  it("shows dead tasks with their codes, and does them after they are repaired and retried", async () => {
    const out = `s3://${BUCKET}/dead`;
    const queue = "dead";
    const sound = new Uint8Array(masks.get(jobId(2))!);
    masks.get(jobId(2))!.fill(0, sound.length >> 1);
    const list = [...tasks(4), { job: "../evil", project: PROJECT }, { job: "elsewhere", project: PROJECT }];
    // Its time-out passes by attempts, which are used up soon; a corrupt mask gets one.
    await enqueue({ redis: redis.url, queue, tasks: list, out, output: OUTPUT, attempts: 2, retryDelay: 50 });
    expect(await work(queue)).toEqual({ done: 3, kept: 0, failed: 3 });
    const asked = vendor.requests.filter(({ path }) => path.endsWith(`/jobs/elsewhere`)).length;
    expect(asked).toBe(2);

    const list2 = await dead(queue);
    const codes = Object.fromEntries(list2.map(({ job, code }) => [job, code]));
    expect(codes).toMatchObject({ "../evil": "JOB_ID_INVALID", elsewhere: "PLAYMENT_REQUEST_INVALID" });
    expect(codes[jobId(2)]).toMatch(/^PNG_/);
    const failed = (await recordsOf(out)).filter(({ status }) => status === "failed");
    const asRecorded = failed.map(({ job, error }) => [job, error!.code, error!.message]).sort();
    expect(asRecorded).toEqual(list2.map(({ job, code, message }) => [job, code, message]).sort());
    expect(await queueStatus({ redis: redis.url, queue })).toMatchObject({ dead: 3, done: 3 });
    expect(await collect({ out })).toEqual({ done: 3, failed: 3 });

    masks.get(jobId(2))!.set(sound);
    expect(await retryDead({ redis: redis.url, queue, jobs: [jobId(2)] })).toBe(1);
    expect(await work(queue)).toEqual({ done: 1, kept: 0, failed: 0 });
    expect((await dead(queue)).map(({ job }) => job).sort()).toEqual(["../evil", "elsewhere"]);
    expect(await retryDead({ redis: redis.url, queue })).toBe(2);
    expect(await work(queue)).toEqual({ done: 0, kept: 0, failed: 2 });
    expect(await collect({ out })).toEqual({ done: 4, failed: 2 });
  });

  it("declares a task dead after many workers vanished during it, but not after two", async () => {
    const out = join(folder, "vanished");
    const queue = "vanished";
    // It is tried again as one that may pass by; soon.
    await enqueue({ redis: redis.url, queue, tasks: tasks(2), out, output: OUTPUT, retryDelay: 50 });
    const direct = new Redis(redis.url);
    const keys = await direct.lrange(`bull:${queue}:wait`, 0, -1);
    for (const [index, id] of keys.entries())
      await direct.hset(`bull:${queue}:${id}`, "ats", index === 0 ? 5 : 2);
    await direct.quit();
    expect(await work(queue)).toEqual({ done: 1, kept: 0, failed: 1 });
    expect((await dead(queue)).map(({ code }) => code)).toEqual(["WORKER_LOST"]);
    await retryDead({ redis: redis.url, queue });
    expect(await work(queue)).toEqual({ done: 1, kept: 0, failed: 0 });
  });

  it("keeps finished outputs if there is no source to redo them, and removes old outputs of a task being redone", async () => {
    const out = join(folder, "remade");
    const queue = "remade";
    const list = { redis: redis.url, queue, tasks: tasks(2), out, attempts: 2, retryDelay: 50 };
    const impatient = new PlaymentClient({ apiKey: API_KEY, baseUrl: vendor.baseUrl, retry: { limit: 0 } });
    const workAgain = () => work(queue, { client: impatient, keepSources: false });
    await enqueue({ ...list, output: OUTPUT });
    expect(await workAgain()).toEqual({ done: 2, kept: 0, failed: 0 });
    // As a worker leaves it that is killed before it has taken the old outputs away.
    const [done, record] = await recordsOf(out);
    const error = { code: "TASK_UNFINISHED", message: "" };
    const unfinished = { ...record, status: "failed", error };
    await writeFile(join(out, `records/npy/${jobId(1)}.json`), JSON.stringify(unfinished));

    const output = { ...OUTPUT, dtype: "uint16" } as const;
    vendor.faults.serverError = Number.POSITIVE_INFINITY;
    const { plan } = await enqueue({ ...list, output });
    expect(await workAgain()).toEqual({ done: 0, kept: 0, failed: 2 });
    vendor.faults.serverError = 0;
    expect(readdirSync(join(out, "npy"))).toEqual([`${jobId(0)}.npy`]);
    const [stayed, begun] = await recordsOf(out);
    expect(stayed).toEqual(done);
    const { status, outputs, options, error: last } = begun!;
    expect([status, outputs, options, last!.code]).toEqual(["failed", [], plan.id, "PLAYMENT_HTTP"]);
    expect((await dead(queue)).map(({ code }) => code)).toEqual(["PLAYMENT_HTTP", "PLAYMENT_HTTP"]);
    await retryDead({ redis: redis.url, queue });
    expect(await workAgain()).toEqual({ done: 2, kept: 0, failed: 0 });
    expect((await recordsOf(out)).map(({ outputs }) => outputs[0]!.dtype)).toEqual(["uint16", "uint16"]);
  });

  // Beside the next one: it only waits.
  it.concurrent("does not wait for a silent Redis", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    await expect(queueStatus({ redis: `redis://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: "QUEUE_FAILED",
      message: `Redis at 127.0.0.1:${port}: no answer`,
    });
    silent.close();
  });

  it.concurrent("makes the same files in S3-compatible storage as in a directory", async () => {
    const places = [join(folder, "same"), `s3://${BUCKET}/some/prefix`];
    for (const out of places)
      await enqueue({ redis: redis.url, queue: "same", tasks: tasks(8), out, output: OUTPUT });
    expect(await work("same")).toEqual({ done: 16, kept: 0, failed: 0 });
    for (const out of places) {
      await expectAllDone(out, 8);
      expect(await collect({ out })).toEqual({ done: 8, failed: 0 });
    }
    const [local, remote] = await Promise.all(places.map(openStorage));
    for (const directory of ["npy", "sources", "options"]) {
      const paths = (await all(local!.list(directory))).sort();
      expect((await all(remote!.list(directory))).sort()).toEqual(paths);
      for (const path of paths) expect(await bytesIn(remote!, path)).toEqual(await bytesIn(local!, path));
    }
    const withoutTimes = async (storage: typeof local) =>
      new TextDecoder().decode(await storage!.read("manifest.jsonl")).replaceAll(/"time":"[^"]+"/g, "");
    expect(await withoutTimes(remote)).toBe(await withoutTimes(local));
    const manifest = await Manifest.read(places[0]!);
    const listed = (await all(manifest.records())).map(({ job }) => job);
    await manifest.close();
    expect(listed).toEqual(tasks(8).map(({ job }) => job));
  });

  it("reports jobs with different options, and damaged options", async () => {
    const out = join(folder, "several");
    const queue = "several";
    const list = { redis: redis.url, queue, out, attempts: 1 };
    await enqueue({ ...list, tasks: tasks(5), output: OUTPUT });
    await work(queue);
    expect(runCli(["collect", out])).toMatchObject({ code: 0, stderr: "" });
    const { plan } = await enqueue({ ...list, tasks: tasks(3), output: RESIZED });
    const path = join(out, `options/${plan.id}.json`);
    const text = await readFile(path, "utf8");
    const reason = `${path} is damaged; enqueue the list again to write it`;
    await writeFile(path, text.replaceAll("64", "65"));
    expect(await work(queue)).toEqual({ done: 0, kept: 0, failed: 3 });
    for (const { code, message } of await dead(queue)) {
      expect([code, message]).toEqual(["OPTIONS_MISSING", reason]);
    }
    await writeFile(path, text);
    expect(await retryDead({ redis: redis.url, queue })).toBe(3);
    expect(await work(queue)).toEqual({ done: 3, kept: 0, failed: 0 });
    const stderr =
      "2 npy jobs were made with other options than the newest job; enqueue them again with its options\n";
    expect(runCli(["collect", out])).toMatchObject({ code: 0, stderr });
    await writeFile(path, "{");
    const failed = { code: 1, stderr: `labelmap: OPTIONS_MISSING: ${reason}\n` };
    expect(runCli(["collect", out])).toMatchObject(failed);
  });

  it("does not replace a manifest with more records than the workers'", async () => {
    const out = join(folder, "same");
    const path = join(out, "manifest.jsonl");
    const [line] = (await readFile(path, "utf8")).split("\n");
    await appendFile(path, `${line!.replaceAll(jobId(0), "of-a-local-batch")}\n`);
    const before = await readFile(path, "utf8");
    await expect(collect({ out })).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
    expect(await readFile(path, "utf8")).toBe(before);
    await writeFile(path, `${line}\n`);
    expect(await collect({ out })).toEqual({ done: 8, failed: 0 });
    await writeFile(join(out, "records/npy/job-000.json"), "{");
    await expect(collect({ out })).rejects.toThrow(/records\/npy\/job-000\.json is not a record/);
  });

  /** Adds to a queue what `enqueue` would not add. */
  const addRaw = async (queue: string, payloads: readonly unknown[], attempts = 1) => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const raw = new Queue(queue, { connection });
    await raw.addBulk(payloads.map((data) => ({ name: "npy", data, opts: { attempts } })));
    await raw.close();
    connection.disconnect();
  };

  it("declares the tasks of a data set that no longer exists dead, and goes on with the others", async () => {
    const queue = "gone-sets";
    const list = { redis: redis.url, queue, output: OUTPUT, attempts: 1 };
    const [removed, replaced, stays] = ["removed", "replaced-by-file", "stays"].map((name) =>
      join(folder, name),
    );
    await enqueue({ ...list, tasks: tasks(30), out: removed! });
    rmSync(removed!, { recursive: true });
    const { plan } = await enqueue({ ...list, tasks: tasks(15), out: replaced! });
    rmSync(replaced!, { recursive: true });
    await writeFile(replaced!, "precious");
    const lost = tasks(15).map((task) => ({ ...task, options: plan.id, out: "s3://no-such-bucket/labels" }));
    await addRaw(queue, lost);
    await enqueue({ ...list, tasks: tasks(4), out: stays! });

    const places = [...allowOut(), "s3://no-such-bucket"];
    expect(await work(queue, { allowOut: places })).toEqual({ done: 4, kept: 0, failed: 60 });
    const codes = (await dead(queue)).map(({ code }) => code);
    expect(codes).toEqual(Array.from({ length: 60 }, () => "OPTIONS_MISSING"));
    await expectAllDone(stays!, 4);
    expect(await readFile(replaced!, "utf8")).toBe("precious");
    expect(readdirSync(folder)).not.toContain("removed");
  });

  it("still ends a worker whose storage refuses, whatever other tasks are dead in between", async () => {
    const queue = "broken-storage";
    const out = join(folder, queue);
    const options = "0123456789abcdef";
    // A folder cannot be read as a file.
    mkdirSync(join(out, `options/${options}.json`), { recursive: true });
    await addRaw(
      queue,
      // So many that each refusal is over before the next one begins.
      tasks(14).flatMap((task) => [{ ...task, options, out }, ...Array<null>(40).fill(null)]),
    );
    await expect(work(queue)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });

  it("writes only to the places that the worker was started with", async () => {
    const queue = "places";
    const allowed = join(folder, "allowed");
    const outside = join(folder, "allowed-not");
    mkdirSync(allowed);
    mkdirSync(outside);
    symlinkSync(outside, join(allowed, "link"));
    const list = { redis: redis.url, queue, output: OUTPUT, attempts: 1 };
    const good = [allowed, join(allowed, "below"), `s3://${BUCKET}/allowed/below`];
    const bad = [outside, join(allowed, "link"), folder, `s3://${BUCKET}/allowed-not`, `s3://${BUCKET}`];
    for (const out of [...bad, ...good]) await enqueue({ ...list, tasks: tasks(1), out });
    const steps = { ...tasks(1)[0], options: "0123456789abcdef", out: `${allowed}/../allowed-not` };
    await addRaw(queue, [steps]);
    const before = [...filesIn(outside), ...readdirSync(folder)].length;

    expect(await work(queue, { allowOut: [allowed, `s3://${BUCKET}/allowed`] })).toEqual({
      done: good.length,
      kept: 0,
      failed: bad.length + 1,
    });
    const list2 = await dead(queue);
    expect(list2.map(({ out }) => out).sort()).toEqual([...bad, steps.out].sort());
    for (const { code, message, out } of list2) {
      expect([code, message]).toEqual([
        "OUT_NOT_ALLOWED",
        expect.stringContaining(`--allow-out ${out}, then retry`),
      ]);
    }
    for (const out of good) await expectAllDone(out, 1);
    expect([...filesIn(outside), ...readdirSync(folder)].length).toBe(before);
    // By default only the working directory, which is not this folder.
    await enqueue({ ...list, tasks: tasks(2), out: allowed });
    expect(await work(queue, { allowOut: undefined as never })).toMatchObject({ failed: 2 });
  });

  it("declares malformed tasks dead at once, and goes on", async () => {
    const out = join(folder, "malformed");
    const queue = "malformed";
    const { plan } = await enqueue({ redis: redis.url, queue, tasks: tasks(2), out, output: OUTPUT });
    const sound = { job: "other", project: PROJECT, options: plan.id, out };
    const payloads = [
      null,
      7,
      "job-000",
      [],
      {},
      { ...sound, job: 7 },
      { ...sound, job: "" },
      { ...sound, project: {} },
      { ...sound, options: "../records/npy/job-000" },
      { ...sound, options: undefined },
      { ...sound, out: "relative" },
      { ...sound, out: "gs://bucket/prefix" },
      { ...sound, out: `${out}\0` },
      { ...sound, out: [out] },
    ];
    await addRaw(queue, payloads, 5);
    expect(await work(queue)).toEqual({ done: 2, kept: 0, failed: payloads.length });
    const list = await dead(queue);
    expect(list.map(({ code }) => code)).toEqual(payloads.map(() => "TASK_INVALID"));
    for (const { job, message } of list) {
      expect(job).toMatch(/^(task \S+|other|)$/);
      expect(message).toMatch(/^the task in the queue is malformed: (job|project|options|out) must be /);
    }
    expect(await retryDead({ redis: redis.url, queue, jobs: ["no-such-job"] })).toBe(0);
  });

  it("leaves files alone that another job's record names", async () => {
    const out = join(folder, "forged");
    const queue = "forged";
    const list = { redis: redis.url, queue, out };
    await enqueue({ ...list, tasks: tasks(3), output: OUTPUT });
    await work(queue);
    const recordOf = (job: string) => join(out, `records/npy/${job}.json`);
    const [zero, one] = [jobId(0), jobId(1)];
    const record = JSON.parse(await readFile(recordOf(zero), "utf8"));
    const { outputs } = JSON.parse(await readFile(recordOf(one), "utf8"));
    await writeFile(recordOf(zero), JSON.stringify({ ...record, outputs }));
    cpSync(recordOf(jobId(2)), recordOf(one));
    const untouched = await readFile(join(out, `npy/${jobId(2)}.npy`));
    await enqueue({ ...list, tasks: tasks(2), output: OUTPUT });
    expect(await work(queue)).toEqual({ done: 2, kept: 0, failed: 0 });
    expect((await readFile(join(out, `npy/${jobId(2)}.npy`))).equals(untouched)).toBe(true);
    await expectAllDone(out, 3);
  });

  it("ends a worker whose key is refused, and leaves the tasks to other workers", async () => {
    const out = join(folder, "refused");
    const queue = "refused";
    await enqueue({ redis: redis.url, queue, tasks: tasks(40), out, output: OUTPUT, retryDelay: 100 });
    const refused = new PlaymentClient({ apiKey: "another-key", baseUrl: vendor.baseUrl });
    await expect(work(queue, { client: refused })).rejects.toMatchObject({ code: "PLAYMENT_UNAUTHORISED" });
    expect(await queueStatus({ redis: redis.url, queue })).toMatchObject({ dead: 0 });
    expect(await work(queue)).toEqual({ done: 40, kept: 0, failed: 0 });
  });

  it("finishes its tasks in progress when told to end", async () => {
    const out = join(folder, "ended");
    const queue = "ended";
    await enqueue({ redis: redis.url, queue, tasks: tasks(60), out, output: OUTPUT });
    const stop = new AbortController();
    const { done } = await work(queue, { signal: stop.signal, onRecord: () => stop.abort(), downloads: 1 });
    const { waiting, ...status } = await queueStatus({ redis: redis.url, queue });
    expect(status).toEqual({ active: 0, delayed: 0, dead: 0, done });
    expect(waiting).toBe(60 - done);
    expect(waiting).toBeGreaterThan(0);
  });

  it("ends when told to, even if Redis is down or silent", async () => {
    for (const [queue, leave, comeBack] of [
      ["gone", redis.kill, redis.start],
      ["silent", redis.freeze, redis.thaw],
    ] as const) {
      const out = join(folder, queue);
      await enqueue({ redis: redis.url, queue, tasks: tasks(4), out, output: OUTPUT });
      const stop = new AbortController();
      let isThere = true;
      const onRecord = () => {
        if (isThere) void Promise.resolve(leave()).then(() => stop.abort());
        isThere = false;
      };
      const options = { signal: stop.signal, onRecord, untilEmpty: false, takeOverAfter: 1000 };
      const { done } = await work(queue, options);
      expect(done).toBeGreaterThan(0);
      await comeBack();
      // Another worker takes over what Redis was not told of, and finds it done.
      const rest = await work(queue, { takeOverAfter: 1000 });
      expect(rest).toMatchObject({ done: 4 - done, failed: 0 });
      await expectAllDone(out, 4);
    }
  });

  it("leaves no connection behind and prints nothing when it ends while Redis is away or says nothing", async () => {
    for (const [queue, leave, comeBack] of [
      ["quietly gone", redis.kill, redis.start],
      ["quietly silent", redis.freeze, redis.thaw],
    ] as const) {
      const out = join(folder, queue);
      const name = queue.replace(" ", "-");
      await enqueue({ redis: redis.url, queue: name, tasks: tasks(4), out, output: OUTPUT });
      const log = join(folder, `${name}.log`);
      const options = {
        ...{ queue: name, log, baseUrl: vendor.baseUrl, allowOut: allowOut() },
        ...{ threads: 1, takeOverAfter: 1000 },
      };
      const child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
        env: { ...process.env, REDIS_URL: redis.url, PLAYMENT_API_KEY: API_KEY },
        stdio: ["ignore", "pipe", "pipe"],
      });
      processes.push(child);
      const summary = once(child.stdout.setEncoding("utf8"), "data");
      const warnings = text(child.stderr);
      await until(() => linesOf(log).length === 4);
      await leave();
      child.kill("SIGTERM");
      expect(JSON.parse(String(await summary))).toEqual({ done: 4, kept: 0, failed: 0 });
      await comeBack();
      // A connection that is open still would keep the process alive.
      expect(await warnings).toBe("");
    }
  });

  it("shows the key neither to Redis nor to the storage", async () => {
    const history = filesIn(redis.folder);
    expect(history.some((bytes) => bytes.includes(jobId(0)))).toBe(true);
    const stored = [...filesIn(s3.directory), ...filesIn(folder)];
    expect(stored.some((bytes) => bytes.includes(jobId(0)))).toBe(true);
    for (const bytes of [...history, ...stored]) {
      expect(bytes.includes(API_KEY)).toBe(false);
      expect(bytes.includes('S3RVER"')).toBe(false);
      expect(bytes.includes(PASSWORD)).toBe(false);
    }
    expect(vendor.violations).toEqual([]);
  });

  it("names the Redis that fails, but never the password", async () => {
    const address = `127.0.0.1:${redis.port}`;
    for (const url of [
      `redis://:wrong-secret@${address}`,
      `redis://someone:wrong-secret@${address}`,
      `redis://${address}`,
    ]) {
      const error = await queueStatus({ redis: url }).catch((error: unknown) => error as Error);
      expect(error).toMatchObject({ code: "QUEUE_FAILED", message: expect.stringContaining(address) });
      expect(everythingOf(error)).not.toContain("secret");
    }
    const gone = await queueStatus({ redis: "redis://:secret@127.0.0.1:1" }).catch(
      (error: unknown) => error as Error,
    );
    expect(gone).toMatchObject({
      code: "QUEUE_FAILED",
      message: expect.stringContaining("127.0.0.1:1: nothing listens"),
    });
    const addresses = ["127.0.0.1:6379", "http://:secret@host", "redis://:10%zzsecret@host", ""];
    for (const redis of [...addresses, "redis://host?password=secret", 6379] as string[]) {
      const error = await queueStatus({ redis }).catch((error: unknown) => error as Error);
      expect(error).toMatchObject({ code: "OPTION_INVALID" });
      expect(everythingOf(error)).not.toContain("secret");
    }
  });

  it("refuses invalid options", async () => {
    const options = {
      redis: redis.url,
      queue: "wrong",
      tasks: tasks(1),
      out: join(folder, "wrong"),
      output: OUTPUT,
    };
    const isRefused = (promise: Promise<unknown>) =>
      expect(promise).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await isRefused(enqueue({ ...options, queue: "a:b" }));
    await isRefused(enqueue({ ...options, out: "gs://bucket/prefix" }));
    await isRefused(enqueue({ ...options, out: "s3://" }));
    await isRefused(enqueue({ ...options, attempts: 0 }));
    await isRefused(enqueue({ ...options, tasks: [{ job: 7 as unknown as string }] }));
    await isRefused(enqueue({ ...options, retry: 3 } as never));
    await isRefused(work("wrong", { downloads: 0 }));
    await isRefused(work("wrong", { takeOverAfter: 10 }));
    for (const places of ["/tmp", [""], [7], ["gs://bucket"], ["s3://"]]) {
      await isRefused(work("wrong", { allowOut: places as string[] }));
    }
    await isRefused(work("wrong", { client: {} as PlaymentClient }));
  });

  describe("s3://bucket/prefix", () => {
    it("writes, replaces, reads, measures and lists files, also more than one page", async () => {
      const storage = await openStorage(`s3://${BUCKET}/plain/`);
      expect(storage.name).toBe(`s3://${BUCKET}/plain`);
      expect(await storage.read("a/none.bin")).toBeUndefined();
      expect(await storage.size("a/none.bin")).toBeUndefined();
      await storage.write("a/one.bin", [Uint8Array.of(1, 2, 3)]);
      await storage.write("a/one.bin", [Uint8Array.of(4, 5)]);
      expect(Uint8Array.from((await storage.read("a/one.bin"))!)).toEqual(Uint8Array.of(4, 5));
      expect(await storage.size("a/one.bin")).toBe(2);
      await storage.write("a/none.bin", [new Uint8Array(0)]);
      expect(await storage.size("a/none.bin")).toBe(0);
      const pieces = async function* () {
        for (let piece = 0; piece < 50; piece++) yield new Uint8Array(100_000).fill(piece);
      };
      await storage.write("a/pieces.bin", pieces());
      const gathered = (await storage.read("a/pieces.bin"))!;
      expect([gathered.length, gathered[0], gathered.at(-1)]).toEqual([5_000_000, 0, 49]);
      expect((await all(storage.list("a"))).sort()).toEqual(["a/none.bin", "a/one.bin", "a/pieces.bin"]);
      expect(await all(storage.list("b"))).toEqual([]);

      const names = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
      for (let start = 0; start < names.length; start += 50) {
        await Promise.all(
          names.slice(start, start + 50).map((name) => storage.write(name, [new Uint8Array(1)])),
        );
      }
      expect((await all(storage.list("many"))).sort()).toEqual(names);
    });

    it("keeps the old file if the new content is cut short", async () => {
      const storage = await openStorage(`s3://${BUCKET}/broken`);
      await storage.write("file", [Uint8Array.of(1)]);
      const pieces = async function* () {
        yield Uint8Array.of(2);
        throw new Error("broken off");
      };
      await expect(storage.write("file", pieces())).rejects.toThrow("broken off");
      expect(Uint8Array.from((await storage.read("file"))!)).toEqual(Uint8Array.of(1));
    });

    it("says what fails and where, but no key", async () => {
      const absent = await openStorage("s3://no-such-bucket/prefix");
      const error = await absent.write("file", [Uint8Array.of(1)]).catch((error: unknown) => error as Error);
      expect(error).toMatchObject({ code: "STORAGE_FAILED" });
      expect((error as Error).message).toBe(
        "s3://no-such-bucket/prefix/file: the bucket does not exist; create it first",
      );
      expect(everythingOf(error)).not.toContain("S3RVER");
      try {
        const silent = createServer().listen(0, "127.0.0.1");
        await once(silent, "listening");
        const { port } = silent.address() as AddressInfo;
        process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${port}`;
        await expect((await S3Storage.open(`s3://${BUCKET}`, 200)).read("file")).rejects.toMatchObject({
          code: "STORAGE_FAILED",
          message: `s3://${BUCKET}/file: 127.0.0.1:${port} does not answer; check the endpoint and the network`,
        });
        silent.close();
        for (const endpoint of ["bad-endpoint", "127.0.0.1:9000"]) {
          process.env.AWS_ENDPOINT_URL_S3 = endpoint;
          await expect(openStorage(`s3://${BUCKET}`)).rejects.toMatchObject({
            code: "OPTION_INVALID",
            message: "The variable AWS_ENDPOINT_URL_S3 must have the form https://host:port.",
          });
        }
        process.env.AWS_ENDPOINT_URL_S3 = "http://127.0.0.1:1";
        const unreachable = await openStorage(`s3://${BUCKET}`);
        await expect(unreachable.read("file")).rejects.toMatchObject({
          code: "STORAGE_FAILED",
          message: `s3://${BUCKET}/file: 127.0.0.1:1 cannot be reached (ECONNREFUSED); check the endpoint and the network`,
        });
      } finally {
        Object.assign(process.env, s3.environment);
      }
    });
  });
});

describe("labelmap-cli/cluster without its optional packages", () => {
  it("says which packages to install", () => {
    const home = mkdtempSync(join(tmpdir(), "labelmap-peers-"));
    try {
      const modules = join(home, "node_modules");
      for (const folder of ["", "cli"]) {
        const file = readFileSync(join(ROOT, folder, "package.json"), "utf8");
        const { name: packageName, dependencies } = JSON.parse(file);
        for (const part of ["dist", "package.json"]) {
          cpSync(join(ROOT, folder, part), join(modules, packageName, part), { recursive: true });
        }
        for (const name of Object.keys(dependencies).filter((other) => other !== "labelmap")) {
          mkdirSync(dirname(join(modules, name)), { recursive: true });
          symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
        }
      }
      const script = `
        import { collect, queueStatus } from "labelmap-cli/cluster";
        const tell = (promise) => promise.catch(({ code, message }) => console.log(code, message));
        await tell(queueStatus({ redis: "redis://127.0.0.1:1" }));
        await tell(collect({ out: "s3://bucket/prefix" }));
        process.exit(0);`;
      const printed = runNode(["--input-type=module", "--eval", script], { cwd: home });
      expect(printed).toBe(
        "PEER_MISSING the package bullmq is not installed; install it beside labelmap-cli: npm install bullmq ioredis\n" +
          "PEER_MISSING the package @aws-sdk/client-s3 is not installed; install it beside labelmap-cli: npm install @aws-sdk/client-s3\n",
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const linesOf = (log: string): string[] => {
  try {
    return readFileSync(log, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
};

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10);
}

async function text(stream: Readable): Promise<string> {
  let printed = "";
  for await (const piece of stream) printed += piece;
  return printed;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

const bytesIn = async (storage: Awaited<ReturnType<typeof openStorage>>, path: string) =>
  Buffer.from((await storage.read(path))!);

const filesIn = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

/** All that an error would show where it is printed with its causes and fields. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return `${error.message} ${error.stack} ${fields} ${everythingOf(error.cause)}`;
}
