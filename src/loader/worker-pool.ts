/**
 * The workers of a loader. Each has one job to work on and others that wait, so that it does not wait for this thread between
 * two masks. Workers start when there is work for them.
 *
 * If a worker dies, another one takes its jobs, each alone, since any of them may be the cause. A job whose second worker
 * dies too has failed.
 */

import { DecodeError, LabelMapError } from "../errors.js";
import { LoadError, toLoadError } from "./load-error.js";
import type { Answered, FromWorker, Job, SentSettings } from "./protocol.js";
import { type LoaderWorker, startWorker, type WorkerHandle } from "./worker-handle.js";

/** So many workers in a row may die before they have loaded the decoder. */
const MOST_FAILED_STARTS = 3;
/** Only a worker that is not the loader's stays silent for so long. */
const MOST_START_MILLISECONDS = 120_000;

/** A job on its way. `make` makes it anew for a second try, because its bytes went to the worker that died. */
export interface PoolJob {
  /** What messages call it. */
  readonly name: string;
  make(): { readonly job: Job; readonly transfer: readonly ArrayBuffer[] };
  /** @param take returns the answer, once. It need not be called. */
  done(take: () => Answered): void;
  failed(error: LoadError): void;
}

interface Waiting {
  readonly job: PoolJob;
  readonly isSecondTry: boolean;
}

interface Member {
  readonly handle: WorkerHandle;
  /** By their ids. A worker may finish them in any order, since it reads their files at the same time. */
  readonly jobs: Map<number, Waiting>;
  isReady: boolean;
  isDead: boolean;
  readonly startLimit: ReturnType<typeof setTimeout>;
}

export interface PoolOptions {
  readonly size: number;
  /** How many jobs one worker may have, the one that it works on among them. */
  readonly jobsPerWorker: number;
  readonly settings: SentSettings;
  readonly start: (() => LoaderWorker) | null;
  /** No job can be done: no worker can be started, or the options are invalid. */
  readonly onFatal: (error: LoadError) => void;
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #waiting: Waiting[] = [];
  #lastId = 0;
  #failedStarts = 0;
  #isHeld = false;
  #closed: Promise<void> | null = null;
  /** Workers that have failed, and are being ended. */
  readonly #dying = new Set<Promise<unknown>>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  run(job: PoolJob): void {
    this.#waiting.push({ job, isSecondTry: false });
    this.#assign();
  }

  /** Whether the process waits for the workers before it exits. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const { handle } of this.#members) handle.hold(isHeld);
  }

  /** Ends all workers, and abandons their jobs. When the promise is fulfilled, none is left. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#waiting.length = 0;
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all([
      ...this.#dying,
      ...members.map((member) => {
        member.isDead = true;
        clearTimeout(member.startLimit);
        return member.handle.terminate();
      }),
    ]);
  }

  #assign(): void {
    while (this.#closed === null && this.#waiting.length > 0) {
      const [next] = this.#waiting;
      const member = this.#memberFor(next!);
      if (member === null) return;
      this.#waiting.shift();
      this.#post(member, next!);
    }
  }

  /** `null`: all are busy, or none can be started. */
  #memberFor({ isSecondTry }: Waiting): Member | null {
    const isAlone = ({ jobs }: Member) => [...jobs.values()].some((each) => each.isSecondTry);
    const free = [...this.#members].filter((member) => !isAlone(member));
    free.sort((a, b) => a.jobs.size - b.jobs.size);
    const [least] = free;
    if (least !== undefined && least.jobs.size === 0) return least;
    if (this.#members.size < this.#options.size) return this.#start();
    if (isSecondTry || least === undefined || least.jobs.size >= this.#options.jobsPerWorker) return null;
    return least;
  }

  #post(member: Member, waiting: Waiting): void {
    const id = ++this.#lastId;
    member.jobs.set(id, waiting);
    try {
      const { job, transfer } = waiting.job.make();
      member.handle.post({ kind: "job", id, job }, transfer);
    } catch (cause) {
      member.jobs.delete(id);
      waiting.job.failed(unsendable("it", waiting.job.name, cause));
    }
  }

  #start(): Member | null {
    let member: Member | undefined;
    try {
      const handle = startWorker(this.#options.start, {
        onMessage: (message) => member !== undefined && this.#receive(member, message),
        onEnd: (reason) => member !== undefined && this.#bury(member, reason),
      });
      const startLimit = setTimeout(
        () => this.#fail(unavailable(`it did not answer within ${MOST_START_MILLISECONDS / 1000} s`)),
        MOST_START_MILLISECONDS,
      );
      (startLimit as { unref?: () => void }).unref?.();
      member = { handle, jobs: new Map(), isReady: false, isDead: false, startLimit };
      handle.hold(this.#isHeld);
    } catch (cause) {
      this.#abandon(member, unavailable(textOf(cause), cause));
      return null;
    }
    try {
      const port = member.handle.answers?.workerEnd ?? null;
      const { settings } = this.#options;
      member.handle.post({ kind: "settings", settings, answers: port }, port === null ? [] : [port]);
    } catch (cause) {
      this.#abandon(member, unsendable("the option `result`", null, cause));
      return null;
    }
    this.#members.add(member);
    return member;
  }

  /** Gives up a worker that could not be started. */
  #abandon(member: Member | undefined, error: LoadError): void {
    if (member !== undefined) {
      member.isDead = true;
      clearTimeout(member.startLimit);
      // Before the pool is closed, so that closing waits for it.
      this.#end(member);
    }
    this.#fail(error);
  }

  #end(member: Member): void {
    const end = member.handle.terminate();
    this.#dying.add(end);
    void end.finally(() => this.#dying.delete(end));
  }

  #receive(member: Member, message: FromWorker): void {
    if (member.isDead) return;
    if (message.kind === "ready") {
      member.isReady = true;
      clearTimeout(member.startLimit);
      this.#failedStarts = 0;
    } else if (message.kind === "refused") {
      this.#fail(toLoadError(null, message.error));
    } else if (message.kind === "done") {
      const waiting = member.jobs.get(message.id);
      member.jobs.delete(message.id);
      const { id, answered } = message;
      waiting?.job.done(() => answered ?? member.handle.answers!.take(id));
      this.#assign();
    }
  }

  /** A worker has died. Its jobs are tried once more. */
  #bury(member: Member, reason: string): void {
    if (member.isDead) return;
    member.isDead = true;
    clearTimeout(member.startLimit);
    this.#members.delete(member);
    this.#end(member);
    if (!member.isReady && ++this.#failedStarts >= MOST_FAILED_STARTS) {
      this.#fail(unavailable(reason));
      return;
    }
    // A worker that was not ready has not begun its jobs.
    const lost = [...member.jobs.values()].filter((waiting) => {
      if (!waiting.isSecondTry || !member.isReady) return true;
      const message = `the worker that decoded it has died twice (${reason}); give a smaller maxPixels or fewer workers`;
      waiting.job.failed(new LoadError("WORKER_LOST", waiting.job.name, message));
      return false;
    });
    this.#waiting.unshift(
      ...lost.map(({ job, isSecondTry }) => ({ job, isSecondTry: isSecondTry || member.isReady })),
    );
    this.#assign();
  }

  #fail(error: LoadError): void {
    void this.close();
    this.#options.onFatal(error);
  }
}

/** @param what what messages call that which cannot be sent. */
function unsendable(what: string, item: string | null, cause: unknown): LoadError {
  if (cause instanceof LoadError) return cause;
  if (cause instanceof LabelMapError) return new LoadError(cause.code, item, cause.message, { cause });
  const message = `${what} cannot be sent to a worker (${textOf(cause)}); give a legend without functions, or workers: 0`;
  return new LoadError("OPTION_INVALID", item, message, { cause });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function unavailable(reason: string, cause?: unknown): LoadError {
  const remedy = "give the option `worker`, which starts one, or workers: 0";
  const error = new DecodeError("WORKER_UNAVAILABLE", `no worker can be started: ${reason}; ${remedy}`, {
    cause,
  });
  return new LoadError(error.code, null, error.message, { cause: error });
}
