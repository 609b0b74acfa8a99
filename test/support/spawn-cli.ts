/** The built `labelmap` command as a process that runs beside the test: to be signalled and killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { CLI } from "./run-cli.js";

export interface RunningCli {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** When it has ended: its exit code, null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** It is killed when the test is over, if it still runs. */
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
  // All that was printed has been read then.
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, printed, exited };
}

/** @throws if it is not so in a time that only a hang can take */
export async function until(isSo: () => boolean, what: string, mostMilliseconds = 300_000): Promise<void> {
  for (const end = performance.now() + mostMilliseconds; !isSo(); ) {
    if (performance.now() > end) throw new Error(`in vain waited until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
