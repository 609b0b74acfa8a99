/// <reference types="node" />
/**
 * Generates a dataset of any size from a seed, for the sample server. Some jobs can be faulty, and each job says what
 * outcome a client must have. A job is drawn when it is requested, and is always the same. Only the latest jobs are kept, so
 * that 20,000 jobs need only the memory for their ids.
 */
import type { ErrorCode } from "labelmap";
import { checkKeys, checkOptions, invalid, isCount, isSize, quote } from "labelmap/checks";
import { drawStreet, type Street } from "./draw-street.js";
import { compressLabels, type FilterType, wrapInPng } from "./encode-rgba-png.js";
import { JOB_FAULT_NAMES, type JobFaultName, jobFault } from "./job-faults.js";
import type { JobSource, ListedJob, ServedJob } from "./jobs.js";
import { randomFrom } from "./random.js";

export interface GeneratedJobsOptions {
  /** The number of jobs, from 1 to 1,000,000. */
  readonly count: number;
  /** The seed, from 0 to 2^32 - 1. Default 1. The same options give the same jobs. */
  readonly seed?: number;
  /** The share of faulty jobs, from 0 to 1. Default 0. All kinds of faults are equally frequent. */
  readonly faultShare?: number;
  /** The width in pixels, from 1 to 4096. Default: the sizes vary from 192 × 128 to 640 × 360. */
  readonly width?: number;
  /** The height in pixels, like `width`. */
  readonly height?: number;
}

export interface GeneratedJob {
  readonly projectId: string;
  /** `job-00001`, `job-00002`, and so on. */
  readonly jobId: string;
  readonly fault: JobFaultName | null;
  /** The code of the error that `PlaymentClient.labelMap` throws; null if it returns the expected labels. */
  readonly expectedCode: ErrorCode | null;
}

/** The labels as they were drawn, before the PNG was encoded. Compare every output with them. */
export interface ExpectedLabels {
  readonly width: number;
  readonly height: number;
  /** Row-major, height × width: each pixel's place in the legend, or -1 if its colour is not in the legend. */
  readonly labels: Int32Array;
  /** In the vendor's form, without `url`. It is correct even if the job's fault is in its result. */
  readonly result: object;
}

export interface GeneratedJobs extends JobSource {
  readonly projectId: string;
  /** The batch that lists all jobs, also those that turn out to be missing. */
  readonly batchId: string;
  readonly jobs: readonly GeneratedJob[];
  find(projectId: string, jobId: string): (ServedJob & { readonly mask: Uint8Array }) | undefined;
  /** Draws a job again. @throws DecodeError OPTION_INVALID: there is no such job. */
  expected(jobId: string): ExpectedLabels;
}

const PROJECT_ID = "sample-project";
const BATCH_ID = "sample-batch";
/**
 * The server looks up a job five times while a client fetches it, mixed with the jobs of other clients. A job takes
 * some 5 kB.
 */
const MOST_KEPT = 256;
const MOST_JOBS = 1_000_000;
const MOST_PIXELS_A_SIDE = 4096;
const SIZES: readonly (readonly [number, number])[] = [
  [192, 128],
  [256, 144],
  [320, 180],
  [333, 251],
  [480, 270],
  [640, 360],
];
const FILTER_TYPES: readonly FilterType[] = [0, 1, 2, 4];
/** The stream of random numbers that assigns the faults. The streams of the jobs are numbered from 0. */
const FAULTS_STREAM = -2;

/**
 * Generates jobs whose masks are street scenes. They are drawn when they are requested; the same seed gives the same jobs.
 * @throws DecodeError OPTION_INVALID
 */
export function generatedJobs(options: GeneratedJobsOptions): GeneratedJobs {
  const { count, seed, faultShare, width, height } = withDefaults(options);
  const faults = assignFaults(count, seed, faultShare);
  const digits = Math.max(5, String(count).length);
  const jobs = Array.from({ length: count }, (_, index): GeneratedJob => {
    const fault = faults.get(index) ?? null;
    return {
      projectId: PROJECT_ID,
      jobId: `job-${String(index + 1).padStart(digits, "0")}`,
      fault,
      expectedCode: fault && jobFault(fault).expectedCode,
    };
  });
  const listed = jobs.map(({ jobId, fault }): ListedJob => {
    return { jobId, status: fault === "not-completed" ? "in_progress" : "completed" };
  });
  const indexOf = new Map(jobs.map(({ jobId }, index) => [jobId, index]));

  const draw = (index: number) => {
    const random = randomFrom(seed, index);
    const [ownWidth, ownHeight] = random.pick(SIZES);
    const filterType = random.pick(FILTER_TYPES);
    return { street: drawStreet(random, width ?? ownWidth, height ?? ownHeight), filterType, random };
  };
  const serve = (index: number) => {
    const { projectId, jobId, fault } = jobs[index]!;
    const { street, filterType, random } = draw(index);
    const { faults, spoilResult } = fault === null ? {} : jobFault(fault);
    return {
      projectId,
      jobId,
      result: spoilResult?.(street.result) ?? street.result,
      mask: encodeMask(street, filterType, fault),
      faults: faults?.(random),
    };
  };
  const kept = new Map<number, ReturnType<typeof serve>>();
  return {
    projectId: PROJECT_ID,
    batchId: BATCH_ID,
    jobs,
    list: (projectId, batchId) => (projectId === PROJECT_ID && batchId === BATCH_ID ? listed : undefined),
    find(projectId, jobId) {
      const index = projectId === PROJECT_ID ? indexOf.get(jobId) : undefined;
      if (index === undefined || isMissing(jobs[index]!)) return undefined;
      const job = kept.get(index) ?? serve(index);
      // Move the job to the end, so that the first one is always the least recently used.
      kept.delete(index);
      kept.set(index, job);
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
      return job;
    },
    expected(jobId) {
      const index = indexOf.get(jobId);
      if (index === undefined)
        throw invalid(`There is no job ${quote(String(jobId))}; \`jobs\` lists all jobs.`);
      const { width, height, labels, result } = draw(index).street;
      return { width, height, labels, result };
    },
  };
}

function withDefaults(options: GeneratedJobsOptions) {
  checkOptions(options);
  checkKeys(options, "count seed faultShare width height", "generatedJobs");
  const { count, seed = 1, faultShare = 0, width, height } = options;
  if (!isSize(count) || count > MOST_JOBS) throw invalid(`count must be an integer from 1 to ${MOST_JOBS}.`);
  if (!isCount(seed) || seed >= 2 ** 32) throw invalid("seed must be an integer from 0 to 2^32 - 1.");
  if (!(typeof faultShare === "number" && faultShare >= 0 && faultShare <= 1)) {
    throw invalid("faultShare must be a number from 0 to 1.");
  }
  for (const [name, side] of Object.entries({ width, height })) {
    if (side !== undefined && !(isSize(side) && side <= MOST_PIXELS_A_SIDE)) {
      throw invalid(`${name} must be an integer from 1 to ${MOST_PIXELS_A_SIDE}.`);
    }
  }
  return { count, seed, faultShare, width, height };
}

/** Chooses the faulty jobs, and gives them the kinds of faults in turn. Their number is the share, rounded. */
function assignFaults(count: number, seed: number, faultShare: number): Map<number, JobFaultName> {
  const { shuffle } = randomFrom(seed, FAULTS_STREAM);
  const kinds = shuffle(JOB_FAULT_NAMES);
  const faulty = shuffle(Array.from({ length: count }, (_, index) => index));
  const chosen = faulty.slice(0, Math.round(count * faultShare));
  return new Map(chosen.map((index, place) => [index, kinds[place % kinds.length]!]));
}

function isMissing({ fault }: GeneratedJob): boolean {
  return fault !== null && jobFault(fault).isMissing === true;
}

function encodeMask(street: Street, filterType: FilterType, fault: JobFaultName | null): Uint8Array {
  const { spoilPixels, spoilFile } = fault === null ? {} : jobFault(fault);
  const compressed = compressLabels(street, filterType);
  const png = wrapInPng(street.width, street.height, spoilPixels?.(compressed) ?? compressed);
  return spoilFile?.(png) ?? png;
}
