/**
 * What a task is made from: a mask and its result, a label map, or the frames of a video. Sources are files, a data set
 * (from-set.ts), or the vendor (from-vendor.ts).
 */
import type { LabelMapInit } from "labelmap";
import { invalid, isObject, kindOf } from "labelmap/checks";
import type { FrameLabel, VideoFrame } from "labelmap/playment";

/** One mask to decode. */
export interface Task {
  /** The job's id, or the name of the mask's files without their endings. The outputs have this name. */
  readonly job: string;
  readonly project?: string;
  /** The file name of the photo, for `file_name` in COCO's JSON. Default: the job's id with `.jpg`. */
  readonly photo?: string;
  /** The frame of a video that this task is. `VideoSource` has such tasks. */
  readonly frame?: VideoFrame;
  /** For a frame: the job's id of its video. */
  readonly video?: string;
}

/** A mask and its result: their content, or the files that contain them. The worker thread reads the files. */
export interface Source {
  /** An array is transferred to the thread and is empty afterwards. So each task needs its own array. */
  readonly mask: Uint8Array<ArrayBuffer> | { readonly file: string };
  /** The result, or a legend in any form. `null`: the mask has none, and its numbers are the names. */
  readonly result: string | { readonly file: string } | null;
  /** For a frame of a video: what each entry of the legend is in the whole video, in the order of the legend. */
  readonly labels?: readonly FrameLabel[];
}

/** A mask that was decoded already. Its array is transferred to the thread and is empty afterwards. */
export interface MapSource {
  readonly map: LabelMapInit;
}

/** The source of a video: a task for each of its frames, in the order of the video. */
export interface VideoSource {
  readonly frames: readonly Task[];
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Whether to fetch the source again even if a copy is kept, because an earlier try failed with that copy. */
  readonly isFresh: boolean;
}

export interface SourceProvider {
  /**
   * Whether each run checks the sources of finished tasks, and redoes a task if its source has changed. This reads the files
   * again. Sources from the vendor are not checked.
   */
  readonly isRechecked: boolean;
  /** The most sources in memory at a time. Default: as many as the threads need to be busy. */
  readonly mostLoaded?: number;
  /**
   * @throws LabelMapError, whose code and message are recorded; the signal's reason. For other errors only the kind is
   *   recorded, because their text may contain a key or a signed URL.
   */
  load(task: Task, options: LoadOptions): Promise<Source | MapSource | VideoSource>;
}

/** The folder of the vendor's files in an output directory. */
export const SOURCES = "sources";
export const sourcePaths = (job: string) => ({
  mask: `${SOURCES}/${job}.png`,
  result: `${SOURCES}/${job}.json`,
});

/**
 * Reads masks and results from files, which may be anywhere. A missing file is noticed when a worker thread reads it.
 * @throws {DecodeError} OPTION_INVALID: `filesOf` is not a function. When a job is loaded: it gives no paths for the job.
 */
export function fromFiles(
  filesOf: (job: string) => {
    readonly mask: string;
    /** A file; or the content of one, such as the name of a palette; or `null` for a mask without a legend. */
    readonly result: string | { readonly text: string } | null;
  },
): SourceProvider {
  if (typeof filesOf !== "function") {
    throw invalid(
      `fromFiles: the argument is ${kindOf(filesOf)}; give a function from a job's id to its files.`,
    );
  }
  const load: SourceProvider["load"] = async ({ job }) => {
    const files: unknown = filesOf(job);
    if (!isObject(files)) {
      throw invalid(`fromFiles: the files of job ${job} are ${kindOf(files)}; return { mask, result }.`);
    }
    const { mask, result } = files;
    const text = isObject(result) ? result.text : undefined;
    const isResult = typeof result === "string" || typeof text === "string" || result === null;
    if (typeof mask !== "string" || !isResult) {
      const [name, path] = typeof mask === "string" ? ["result", result] : ["mask", mask];
      throw invalid(`fromFiles: the ${name} of job ${job} is ${kindOf(path)}; give the path of a file.`);
    }
    const source = typeof result === "string" ? { file: result } : typeof text === "string" ? text : null;
    return { mask: { file: mask }, result: source };
  };
  return { isRechecked: true, load };
}
