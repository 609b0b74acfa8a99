/** Starts the built `labelmap` command in a process beside the test, so that the test can signal or kill it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { CLI } from "./run-cli.js";

export interface RunningCli {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** Resolves when the process has ended: to its exit code, or null if a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts the command. If it still runs when the test ends, it is killed. */
export function spawnCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  }
  // "close" comes after all output has been read.
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, printed, exited };
}

/** Waits until `isSo` returns true. @throws if that takes longer than `mostMilliseconds`, as only a hang does */
export async function until(isSo: () => boolean, what: string, mostMilliseconds = 300_000): Promise<void> {
  for (const end = performance.now() + mostMilliseconds; !isSo(); ) {
    if (performance.now() > end) throw new Error(`waited ${mostMilliseconds} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
