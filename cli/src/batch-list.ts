/** Which jobs of a batch to fetch: the completed ones. The others are counted by their status. */
import { counted } from "labelmap/checks";
import type { PlaymentClient } from "labelmap/playment";
import type { Task } from "./batch/sources.js";
import { printable } from "./printable.js";

export interface BatchList {
  /** The completed jobs, in the vendor's order. */
  readonly tasks: readonly Task[];
  readonly counts: BatchCounts;
}

/** What `fetch --json` prints of a batch. */
export interface BatchCounts {
  readonly id: string;
  readonly jobs: number;
  /** How many of the jobs are not completed, and so were not fetched. */
  readonly notCompleted: number;
  /** The number of jobs of each status, from the most frequent one on. */
  readonly statuses: Readonly<Record<string, number>>;
}

const COMPLETED = "completed";
/** A server may invent any number of statuses. A message is one line. */
const MOST_NAMED_STATUSES = 5;

/** @throws what `PlaymentClient.jobs` throws */
export async function listBatch(
  client: PlaymentClient,
  project: string,
  batch: string,
  signal: AbortSignal,
): Promise<BatchList> {
  const tasks: Task[] = [];
  const statuses = new Map<string, number>();
  let jobs = 0;
  for await (const { id, status } of client.jobs(project, batch, { signal })) {
    jobs++;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === COMPLETED) tasks.push({ job: id, project });
  }
  const sorted = [...statuses].sort(([, one], [, other]) => other - one);
  const counts = { id: batch, jobs, notCompleted: jobs - tasks.length, statuses: Object.fromEntries(sorted) };
  return { tasks, counts };
}

/** One line: `batch B: 12 of 15 jobs are completed; 3 are not (2 in_progress, 1 created)`. */
export function describeBatch({ tasks, counts: { id, jobs, notCompleted, statuses } }: BatchList): string {
  if (jobs === 0) return `batch ${id}: it has no jobs`;
  const start = `batch ${id}: ${tasks.length} of ${counted(jobs, "job is", "jobs are")} completed`;
  if (notCompleted === 0) return start;
  const others = Object.entries(statuses).filter(([status]) => status !== COMPLETED);
  const named = others.slice(0, MOST_NAMED_STATUSES).map(([status, count]) => `${count} ${status}`);
  if (others.length > named.length) named.push("…");
  const advice = tasks.length === 0 ? "; there is nothing to fetch yet" : "";
  // The statuses are the server's words, and a line break in one would start a line of its own.
  return printable(`${start}; ${counted(notCompleted, "is", "are")} not (${named.join(", ")})${advice}`);
}
