/**
 * Runs a program as a newcomer does, in a Node of its own.
 *
 * Node 20 now and then hangs once a program has ended: it waits for V8's background tasks (DrainTasks), WebAssembly that is
 * being compiled among them, and is never woken. Such a process is killed, and the program run again.
 */
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";

const MOST_MILLISECONDS = 30_000;
const TRIES = 3;

/** `timeout` of the options is for one try, default 30 s. @returns what it printed. @throws what `execFileSync` throws where it fails, or hangs each time. */
export function runNode(args: readonly string[], options: ExecFileSyncOptions): string {
  for (let attempt = 1; ; attempt++) {
    try {
      const limits = { timeout: MOST_MILLISECONDS, killSignal: "SIGKILL" } as const;
      return String(execFileSync(process.execPath, args, { ...limits, ...options, encoding: "utf8" }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ETIMEDOUT" || attempt === TRIES) throw error;
    }
  }
}
