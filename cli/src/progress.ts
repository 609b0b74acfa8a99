/// <reference types="node" />
/**
 * Shows the progress of a batch or a check on stderr. A terminal gets one line that is redrawn. Elsewhere a line is
 * printed from time to time, so that a log does not get a line for each job.
 */
import type { Ora } from "ora";
import type { BatchProgress } from "./batch/run.js";
import type { Verified } from "./batch/verify.js";

/** How far a run is. */
export type Counts = Pick<BatchProgress, "done" | "kept" | "failed" | "failedBefore"> &
  Partial<Pick<BatchProgress, "added">>;

export interface Progress<T> {
  update(progress: T): void;
  /** Removes the line. */
  stop(): void;
}

/** The rate covers the last seconds only. So it is soon right if a run starts with many finished jobs. */
const RATE_WINDOW_MILLISECONDS = 10_000;
const LOG_INTERVAL_MILLISECONDS = 15_000;
const REDRAW_MILLISECONDS = 100;
const BAR_WIDTH = 20;
/** The spinner, the space after it, and the last column, where some terminals wrap. */
const COLUMNS_BESIDE_TEXT = 3;

/** @param total the number of tasks. */
export async function startProgress(
  total: number,
  { isQuiet }: { readonly isQuiet: boolean },
): Promise<Progress<Counts>> {
  const rate = new Rate(performance.now());
  return startLine(isQuiet, (progress: Counts, now) => {
    rate.add(now, progress.done + progress.failed);
    return () => describeProgress(progress, total + (progress.added ?? 0), rate.perSecond(now));
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
  // A terminal that does not know its width reports 0 columns, and ora would divide by it.
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
  // Leave standard input alone: a list of jobs may come from it, and Ctrl-C must work.
  const color = process.stderr.hasColors() ? "cyan" : false;
  return ora({ text: "starting", stream: process.stderr, discardStdin: false, color }).start();
}

/** Fits the text into so many columns: it drops the bar if the text is too long, and then cuts the rest if needed. */
function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : text.replace(/^[█░]+ /, "").slice(0, Math.max(0, columns));
}

/** `████░░░░  123 of 500 · 230/s · 2 s left · 3 failed` */
export function describeProgress(
  { done, kept, failed, failedBefore }: Counts,
  total: number,
  perSecond: number | undefined,
): string {
  const finished = done + kept + failed + failedBefore;
  const filled = total === 0 ? 0 : Math.round((finished / total) * BAR_WIDTH);
  const parts = [
    `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${finished} of ${total}`,
    ...(kept > 0 ? [`${kept} up to date`] : []),
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
  /** Counts with their times; the first is at most as old as the window. */
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
