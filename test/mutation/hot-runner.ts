/**
 * The worker's part of one-worker.mjs: loads all tests, and then runs, for each mutant that it is sent, those that reach it.
 */
import { BroadcastChannel } from "node:worker_threads";
import type { File, Suite, Task, Test } from "@vitest/runner";
import { expect, vi } from "vitest";
import { VitestTestRunner } from "vitest/runners";
import { getFn, getHooks } from "vitest/suite";
import { idOf } from "./test-id.js";

interface Message {
  to: "worker" | "stryker";
  /** `null`: the worker ends. */
  mutant: string | null;
  tests: string[];
  hitLimit: number | undefined;
}

interface Stryker {
  activeMutant?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

/** A test of a mutant hangs if it takes so many times as long as before, and at least so long. */
const TIMES_AS_LONG = 20;
const LEAST_MILLISECONDS = 4_000;
const { setTimeout, clearTimeout } = globalThis;
const HANGS = new Error("the test hangs");

export default class HotRunner extends VitestTestRunner {
  #tests = new Map<string, Test[]>();
  /** In milliseconds, without a mutant; `null` if the test fails, for example because it needs those before it. */
  #durations = new Map<Test, number | null>();
  #fileCount = 0;

  onCollected(files: File[]): void {
    for (const file of files) this.#add(file);
  }

  #add(task: Task): void {
    if (task.type === "suite") {
      // What they would end is still needed.
      getHooks(task).afterAll.length = 0;
      for (const child of task.tasks) this.#add(child);
    } else {
      const id = idOf(task);
      this.#tests.set(id, [...(this.#tests.get(id) ?? []), task]);
    }
  }

  /** Until mutants come only the hooks run. */
  async runTask(): Promise<void> {}

  override async onAfterRunFiles(): Promise<void> {
    super.onAfterRunFiles();
    this.#fileCount++;
    if (this.#fileCount === this.injectValue("fileCount")) await this.#serve();
  }

  /** Tries the mutants that are sent, until the end is. */
  async #serve(): Promise<void> {
    const channel = new BroadcastChannel("mutants");
    await new Promise<void>((resolve) => {
      channel.onmessage = async (event) => {
        const { to, mutant, tests, hitLimit } = (event as { data: Message }).data;
        if (to !== "worker") return;
        if (mutant === null) resolve();
        else channel.postMessage({ to: "stryker", ...(await this.#answerTo(mutant, tests, hitLimit)) });
      };
      channel.postMessage({ to: "stryker" });
    });
    channel.close();
  }

  async #answerTo(mutant: string, tests: string[], hitLimit: number | undefined) {
    try {
      return await this.#tryMutant(mutant, tests, hitLimit);
    } catch (error) {
      return { isStale: true, result: { status: "error", errorMessage: `${error}` } };
    }
  }

  async #tryMutant(mutant: string, ids: string[], hitLimit: number | undefined) {
    const stryker = (globalThis as unknown as { __stryker__: Stryker }).__stryker__;
    const orderOf = (test: Test) => this.#durations.get(test) ?? LEAST_MILLISECONDS;
    // Most mutants fail many tests, so the quick ones come first.
    const tests = ids
      .flatMap((id) => this.#tests.get(id) ?? [])
      .filter(({ result }) => result?.state !== "skip")
      .sort((a, b) => orderOf(a) - orderOf(b));
    let nrOfTests = 0;
    Object.assign(stryker, { hitCount: undefined, hitLimit });
    for (const test of tests) {
      if ((await this.#durationOf(test)) === null) continue;
      nrOfTests++;
      stryker.hitCount ??= 0;
      stryker.activeMutant = mutant;
      const error = await this.#failureOf(test);
      stryker.activeMutant = undefined;
      if (error === undefined) continue;
      const hangs = error === HANGS || (hitLimit !== undefined && stryker.hitCount! > hitLimit);
      const isStale = error === HANGS || (await this.#failureOf(test)) !== undefined;
      const reason = `${idOf(test)}: ${error}`;
      return hangs
        ? { isStale, result: { status: "timeout", reason } }
        : {
            isStale,
            result: { status: "killed", killedBy: [idOf(test)], failureMessage: reason, nrOfTests },
          };
    }
    return { isStale: false, result: { status: "survived", nrOfTests } };
  }

  async #durationOf(test: Test): Promise<number | null> {
    const known = this.#durations.get(test);
    if (known !== undefined) return known;
    const start = performance.now();
    const duration = (await this.#failureOf(test)) === undefined ? performance.now() - start : null;
    this.#durations.set(test, duration);
    return duration;
  }

  async #failureOf(test: Test): Promise<unknown> {
    const limit = Math.max(LEAST_MILLISECONDS, (this.#durations.get(test) ?? 0) * TIMES_AS_LONG);
    let clock: ReturnType<typeof setTimeout> | undefined;
    const hangs = new Promise<never>((_, reject) => {
      clock = setTimeout(() => reject(HANGS), limit);
    });
    try {
      await Promise.race([this.#runTest(test), hangs]);
      return undefined;
    } catch (error) {
      vi.useRealTimers();
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
      return error ?? new Error("the test throws nothing");
    } finally {
      clearTimeout(clock);
    }
  }

  /** As Vitest does, but without snapshots: with the hooks of the suites, from the file's inwards and back. */
  async #runTest(test: Test): Promise<void> {
    const suites: Suite[] = [];
    for (
      let suite: Suite | undefined = test.suite ?? test.file;
      suite;
      suite = suite.suite ?? parentOf(suite)
    ) {
      suites.unshift(suite);
    }
    const cleanups: (() => unknown)[] = [];
    const { result } = test;
    test.result = { state: "run" };
    try {
      expect.setState({
        assertionCalls: 0,
        isExpectingAssertions: false,
        expectedAssertionsNumber: null,
        currentTestName: test.name,
      });
      for (const suite of suites) {
        for (const hook of getHooks(suite).beforeEach) {
          const cleanup: unknown = await hook(test.context, suite);
          if (typeof cleanup === "function") cleanups.push(cleanup as () => unknown);
        }
      }
      await getFn(test)();
      this.onAfterTryTask(test);
    } finally {
      test.result = result!;
      const hooks = suites.reverse().flatMap((suite) => {
        return [...getHooks(suite).afterEach].reverse().map((hook) => () => hook(test.context, suite));
      });
      const ends = await Promise.allSettled([...hooks, ...cleanups.reverse()].map(async (end) => end()));
      const failed = ends.find((end) => end.status === "rejected");
      // biome-ignore lint/correctness/noUnsafeFinally: what an `afterEach` throws is a failure like the test's own
      if (failed !== undefined) throw failed.reason;
    }
  }
}

/** The file's suite is above a suite that names none. */
function parentOf(suite: Suite): Suite | undefined {
  return suite === suite.file ? undefined : suite.file;
}
