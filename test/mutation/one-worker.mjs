/**
 * A test runner for Stryker. Its own for Vitest starts a worker for each mutant, and loads all modules and tests again,
 * which takes most of a run's time. This one keeps a worker (hot-runner.ts), which tries one mutant after the other:
 *
 *   Stryker ──mutantRun──▶ here ──"mutants"──▶ the worker: runs the tests that reach the mutant, up to the first failure
 *                           └──▶ Stryker's own runner: mutants of code that runs when a module is loaded
 *
 * A mutant may leave something behind that makes a later one's test fail. So a test that fails must pass without the
 * mutant; if it does not, the mutant is tried again in a new worker.
 */
import { BroadcastChannel } from "node:worker_threads";
import { strykerPlugins as itsPlugins } from "@stryker-mutator/vitest-runner";
import { createVitest } from "vitest/node";
import { isSampled } from "./sample.mjs";

export const strykerPlugins = [{ kind: "TestRunner", name: "one-worker", factory: createOneWorkerRunner }];

function createOneWorkerRunner(injector) {
  return new OneWorkerRunner(itsPlugins[0].factory(injector));
}
createOneWorkerRunner.inject = ["$injector"];

class OneWorkerRunner {
  #own;
  #vitest;
  #channel = new BroadcastChannel("mutants");
  /** The run of the worker's tests, which ends when the worker does. */
  #run = null;
  #answer = null;

  constructor(own) {
    this.#own = own;
    this.#channel.unref();
    this.#channel.onmessage = ({ data }) => {
      if (data.to === "stryker") this.#answer?.(data);
    };
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    return this.#own.init();
  }

  dryRun(options) {
    return this.#own.dryRun(options);
  }

  async mutantRun(options) {
    const { mutantActivation, testFilter, activeMutant, hitLimit } = options;
    // A mutant that ends in an error has no verdict, so it does not count.
    if (!isSampled(activeMutant.id, process.env))
      return { status: "error", errorMessage: "not in the sample" };
    if (mutantActivation !== "runtime" || testFilter === undefined) {
      await this.#stop();
      return this.#own.mutantRun(options);
    }
    let isNew = this.#run === null;
    if (isNew) await this.#start();
    const task = { to: "worker", mutant: activeMutant.id, tests: testFilter, hitLimit };
    let answer = await this.#ask(task);
    if (answer.isStale && !isNew) {
      await this.#stop();
      await this.#start();
      isNew = true;
      answer = await this.#ask(task);
    }
    if (answer.isStale) await this.#stop();
    return answer.result;
  }

  async dispose() {
    await this.#stop();
    this.#channel.close();
    await this.#vitest?.close();
    await this.#own.dispose();
  }

  async #start() {
    this.#vitest ??= await createVitest("test", {
      config: "test/mutation/vitest.config.ts",
      runner: "./test/mutation/hot-runner.ts",
      pool: "threads",
      maxWorkers: 1,
      isolate: false,
      watch: false,
      reporters: [{}],
      onConsoleLog: () => false,
    });
    const files = await this.#vitest.globTestSpecifications();
    this.#vitest.provide("fileCount", files.length);
    this.#vitest.state.filesMap.clear();
    const isReady = this.#nextAnswer();
    this.#run = this.#vitest.start();
    const ended = this.#run.then(() => {
      throw new Error("the worker of the tests ended before its first mutant");
    });
    ended.catch(() => {});
    await Promise.race([isReady, ended]);
  }

  #ask(task) {
    const answer = this.#nextAnswer();
    this.#channel.postMessage(task);
    return answer;
  }

  #nextAnswer() {
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  async #stop() {
    if (this.#run === null) return;
    this.#channel.postMessage({ to: "worker", mutant: null });
    await this.#run;
    this.#run = null;
  }
}
