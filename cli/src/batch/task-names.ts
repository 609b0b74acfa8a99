/**
 * A job's id is the name of its files. What a file system in use refuses, or takes for another name, is found before
 * anything is made under it.
 */
import { invalid, isObject, quote } from "labelmap/checks";
import type { TaskRecord } from "./record.js";
import type { Task } from "./sources.js";

/** File systems take 255; the formats' endings come on top. */
const MOST_NAME_BYTES = 200;

type Problem = NonNullable<TaskRecord["error"]>;

/** @throws {DecodeError} OPTION_INVALID: it is no task, and has no id by which a record could name it. */
export function checkTask(task: Task): Task {
  const { job, project }: Partial<Record<string, unknown>> = isObject(task as unknown) ? { ...task } : {};
  if (typeof job === "string" && (project === undefined || typeof project === "string")) return task;
  throw invalid("Each task must have a job, a string, and may have a project, a string.");
}

/** What keeps a job's id from being the name of files, in any of the usual file systems. */
export function problemOf({ job }: Task): Problem | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these no file name may have.
  const isName = /^[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*$/.test(job);
  if (!isName || new TextEncoder().encode(job).length > MOST_NAME_BYTES) {
    const rules = `it must not start with a dot, hold / \\ : * ? " < > |, or be longer than ${MOST_NAME_BYTES} bytes`;
    return { code: "JOB_ID_INVALID", message: `job ${quote(job)} cannot be the name of a file; ${rules}` };
  }
  // Half of a pair of UTF-16: all such halves are the same bytes in a file's name.
  if (/\p{Surrogate}/u.test(job)) {
    return { code: "JOB_ID_INVALID", message: `job ${quote(job)} is no well-formed Unicode text` };
  }
  // Windows, with any ending.
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(job)) {
    return {
      code: "JOB_ID_INVALID",
      message: `job ${quote(job)} cannot be the name of a file on Windows, where it is a device`,
    };
  }
  return undefined;
}

/** The tasks of a list so far. Some file systems take names for the same that differ in case or in how accents are written. */
export class TaskNames {
  /** Most names are their own keys, and take their place once. */
  readonly #tasks = new Map<string, Task>();
  readonly #clashing = new Set<string>();

  /**
   * @returns "known": it is there twice, and is one task; or what keeps it from being done beside the others.
   * @throws {DecodeError} OPTION_INVALID: it is there for two projects, which no record could keep apart.
   */
  add(task: Task): "known" | Problem | undefined {
    const { job, project } = task;
    const key = job.normalize("NFC").toLowerCase();
    const other = this.#tasks.get(key);
    if (other === undefined) {
      this.#tasks.set(key, task);
      return problemOf(task);
    }
    if (other.job !== job) {
      if (this.#clashing.has(job)) return "known";
      this.#clashing.add(job);
      const message = `job ${quote(job)} cannot be beside ${quote(other.job)}, which some file systems take for the same name`;
      return problemOf(task) ?? { code: "JOB_ID_INVALID", message };
    }
    if (other.project === project) return "known";
    const projects = [other.project, project].map((name) => (name === undefined ? "none" : quote(name)));
    throw invalid(
      `job ${quote(job)} is in the list for two projects, ${projects.join(" and ")}; give each a directory of its own`,
    );
  }
}
