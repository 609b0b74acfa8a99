/**
 * A job's id becomes the name of its files. Ids that a common file system would refuse, or confuse with another name, are
 * found before any file is made.
 */
import { invalid, isObject, quote } from "labelmap/checks";
import type { TaskRecord } from "./record.js";
import type { Task } from "./sources.js";

/** File systems allow 255 bytes; the endings of the formats need some of them. */
const MOST_NAME_BYTES = 200;

type Problem = NonNullable<TaskRecord["error"]>;

/** @throws {DecodeError} OPTION_INVALID: it is not a task, so a record could not name it. */
export function checkTask(task: Task): Task {
  const { job, project, photo }: Partial<Record<string, unknown>> = isObject(task as unknown)
    ? { ...task }
    : {};
  const areTexts = [project, photo].every((value) => value === undefined || typeof value === "string");
  if (typeof job === "string" && areTexts) return task;
  throw invalid("Each task needs a job (a string) and may have a project and a photo (strings).");
}

/** Why a job's id cannot be a file name in one of the common file systems; `undefined` if it can. */
export function problemOf({ job }: Task): Problem | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that no file name may contain.
  const isName = /^[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*$/.test(job);
  if (!isName || new TextEncoder().encode(job).length > MOST_NAME_BYTES) {
    const rules = `it must not start with a dot, contain / \\ : * ? " < > | or control characters, or be longer than ${MOST_NAME_BYTES} bytes`;
    return { code: "JOB_ID_INVALID", message: `job ${quote(job)} cannot be a file name; ${rules}` };
  }
  // Half of a UTF-16 pair. In a file name, all such halves become the same bytes.
  if (/\p{Surrogate}/u.test(job)) {
    return {
      code: "JOB_ID_INVALID",
      message: `job ${quote(job)} cannot be a file name; it is not well-formed Unicode`,
    };
  }
  // The names of devices on Windows, with any ending.
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(job)) {
    return {
      code: "JOB_ID_INVALID",
      message: `job ${quote(job)} cannot be a file name on Windows, where it is the name of a device`,
    };
  }
  return undefined;
}

interface KnownTask {
  readonly job: string;
  readonly project: string | undefined;
  /** For a frame: where it is in which video, for messages. */
  readonly place: string | undefined;
}

/**
 * The tasks of a list so far. Some file systems treat names as equal that differ only in case or in the encoding of
 * accents.
 */
export class TaskNames {
  /** By normalised name. Most names are already normalised, so that the key needs no memory of its own. */
  readonly #tasks = new Map<string, KnownTask>();
  readonly #clashing = new Set<string>();

  /**
   * @returns "known" if the task is already in the list; or the problem that keeps it from being done beside the others.
   * @throws {DecodeError} OPTION_INVALID: the job is in the list for two projects, or a frame and a job would have the
   *   same name. Their records would be confused.
   */
  add(task: Task): "known" | Problem | undefined {
    const { job, project, video, frame } = task;
    const key = job.normalize("NFC").toLowerCase();
    const place = frame && `frame ${quote(frame.id)} of video ${quote(video!)}`;
    const other = this.#tasks.get(key);
    if (other === undefined) {
      // Not the task itself: a frame has its legend, which would stay in memory.
      this.#tasks.set(key, { job, project, place });
      return problemOf(task);
    }
    if (other.job !== job) {
      if (this.#clashing.has(job)) return "known";
      this.#clashing.add(job);
      const message = `job ${quote(job)} and job ${quote(other.job)} have the same file name in some file systems; use another directory for one of them`;
      return problemOf(task) ?? { code: "JOB_ID_INVALID", message };
    }
    if (other.place !== place) {
      const [one, another] = [place, other.place].map((each) => each ?? `job ${quote(job)}`);
      throw invalid(
        `${one} and ${another} would have the same files; use a separate output directory for one of them`,
      );
    }
    if (other.project === project) return "known";
    const projects = [other.project, project].map((name) => (name === undefined ? "none" : quote(name)));
    throw invalid(
      `job ${quote(job)} is in the list for two projects, ${projects.join(" and ")}; use a separate output directory for each project`,
    );
  }
}
