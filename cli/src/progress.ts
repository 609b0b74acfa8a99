/// <reference types="node" />
/**
 * How far a batch or a check is, on stderr: in a terminal a line that is drawn anew, elsewhere a line now and then, so that a log
 * does not grow by the job.
 */
import type { Ora } from "ora";
import type { BatchProgress } from "./batch/run.js";
import type { Verified } from "./batch/verify.js";

export interface Progress<T> {
  update(progress: T): void;
  /** Takes the line away. */
  stop(): void;
}

/** Jobs a second are those of the last seconds: a run that begins with what was done before is soon right. */
const RATE_WINDOW_MILLISECONDS = 10_000;
const LOG_INTERVAL_MILLISECONDS = 15_000;
const REDRAW_MILLISECONDS = 100;
const BAR_WIDTH = 20;
/** The spinner, the space after it, and the last column, in which some terminals wrap. */
const COLUMNS_BESIDE_TEXT = 3;

/** @param total how many tasks there are. */
export async function startProgress(
  total: number,
  { isQuiet }: { readonly isQuiet: boolean },
): Promise<Progress<BatchProgress>> {
  const rate = new Rate(performance.now());
  return startLine(isQuiet, (progress: BatchProgress, now) => {
    rate.add(now, progress.done + progress.failed);
    return () => describeProgress(progress, total, rate.perSecond(now));
  });
}

export function startVerifyProgress(isQuiet: boolean): Promise<Progress<Verified>> {
  return startLine(
    isQuiet,
    ({ done, failed, files, bytes, damages }: Verified) =>
      () =>
        `${done + failed} jobs, ${files} files, ${(bytes / 1e6).toFixed(0)} MB read · ${damages} differ`,
  );
}

async function startLine<T>(
  isQuiet: boolean,
  look: (progress: T, now: number) => () => string,
): Promise<Progress<T>> {
  if (isQuiet) return { update() {}, stop() {} };
  const stream = process.stderr;
  // A terminal that does not know its width has 0 columns, by which ora would divide.
  const spinner = stream.isTTY && stream.columns > 0 ? await startSpinner() : undefined;
  let nextLine = performance.now() + (spinner === undefined ? LOG_INTERVAL_MILLISECONDS : 0);
  return {
    update(progress) {
      const now = performance.now();
      const describe = look(progress, now);
      if (now < nextLine) return;
      if (spinner === undefined) stream.write(`${describe()}\n`);
      else spinner.text = shorten(describe(), stream.columns - COLUMNS_BESIDE_TEXT);
      nextLine = now + (spinner === undefined ? LOG_INTERVAL_MILLISECONDS : REDRAW_MILLISECONDS);
    },
    stop: () => void spinner?.stop(),
  };
}

async function startSpinner(): Promise<Ora> {
  const { default: ora } = await import("ora");
  // Standard input is the user's: a list of jobs may come from there, and Ctrl-C must come through.
  const color = process.stderr.hasColors() ? "cyan" : false;
  return ora({ text: "starting", stream: process.stderr, discardStdin: false, color }).start();
}

/** The text in so many columns: without its bar where it is too long, and cut where that is too long still. */
function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : text.replace(/^[█░]+ /, "").slice(0, Math.max(0, columns));
}

/** `████░░░░  123 of 500 · 230/s · 2 s left · 3 failed` */
export function describeProgress(
  { done, kept, failed, failedBefore }: BatchProgress,
  total: number,
  perSecond: number | undefined,
): string {
  const finished = done + kept + failed + failedBefore;
  const filled = total === 0 ? 0 : Math.round((finished / total) * BAR_WIDTH);
  const parts = [
    `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${finished} of ${total}`,
    ...(kept > 0 ? [`${kept} kept`] : []),
    ...(perSecond === undefined ? [] : [`${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`]),
    ...(perSecond ? [`${describeDuration((total - finished) / perSecond)} left`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return parts.join(" · ");
}

/** `7 s`, `3 min 20 s`, `2 h 5 min`. */
export function describeDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

class Rate {
  /** Times with the count then; the first is at most the window old. */
  #samples: { readonly time: number; readonly count: number }[];

  constructor(start: number) {
    this.#samples = [{ time: start, count: 0 }];
  }

  add(time: number, count: number): void {
    const last = this.#samples.at(-1)!;
    if (time - last.time < REDRAW_MILLISECONDS) return;
    this.#samples.push({ time, count });
    while (this.#samples.length > 2 && time - this.#samples[1]!.time > RATE_WINDOW_MILLISECONDS)
      this.#samples.shift();
  }

  perSecond(now: number): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1)!;
    if (last === first || now - first!.time < REDRAW_MILLISECONDS) return undefined;
    return ((last.count - first!.count) * 1000) / (now - first!.time);
  }
}
