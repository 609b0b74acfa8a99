/**
 * Runs a program as a newcomer does, in its own Node process.
 *
 * Node 20 sometimes hangs when a program has ended. It waits for V8's background tasks (DrainTasks), such as the
 * compilation of WebAssembly, and is never woken. Such a process is killed, and the program is run again.
 */
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";

const MOST_MILLISECONDS = 30_000;
const TRIES = 3;

/**
 * @param options `timeout` applies to each try; default 30 s.
 * @returns what the program printed.
 * @throws the error of `execFileSync` if the program fails, or hangs in every try.
 */
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
