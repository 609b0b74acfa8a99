/** Job ids from arguments, or from a file with one id per line. Empty lines and lines that start with # are skipped. */
import type { Task } from "./batch/sources.js";
import { nameOf, readText } from "./input.js";
import { UsageError } from "./usage-error.js";

/** @throws {UsageError}; the system's error */
export async function readTasks(
  project: string,
  jobs: readonly string[],
  file: string | undefined,
): Promise<Task[]> {
  if (jobs.length > 0 && file !== undefined) throw new UsageError("give job ids or --jobs, not both");
  const lines = file === undefined ? jobs : (await readText(file)).split(/\r?\n/);
  const ids = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (ids.length === 0)
    throw new UsageError(
      file === undefined
        ? "no jobs are given; give job ids, or a file with --jobs"
        : `${nameOf(file)} contains no job ids; write one id per line`,
    );
  return [...new Set(ids)].map((job) => ({ job, project }));
}
