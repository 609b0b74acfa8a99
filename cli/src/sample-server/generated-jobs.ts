/// <reference types="node" />
/**
 * A seed to a dataset of any size for the sample server, some jobs of which are faulty, with what a client must make of
 * each. A job is drawn when it is asked for, always the same, and only the latest ones are kept: 20,000 jobs take the
 * memory of their ids.
 */
import type { ErrorCode } from "labelmap";
import { checkKeys, checkOptions, invalid, isCount, isSize, quote } from "labelmap/checks";
import { drawStreet, type Street } from "./draw-street.js";
import { compressLabels, type FilterType, wrapInPng } from "./encode-rgba-png.js";
import { JOB_FAULT_NAMES, type JobFaultName, jobFault } from "./job-faults.js";
import type { JobSource, ServedJob } from "./jobs.js";
import { randomFrom } from "./random.js";

export interface GeneratedJobsOptions {
  /** How many: 1 to 1,000,000. */
  readonly count: number;
  /** 0 to 2^32 - 1; default 1. The same options give the same jobs. */
  readonly seed?: number;
  /** The share of jobs that are faulty, 0 to 1; default 0. All kinds are equally frequent. */
  readonly faultShare?: number;
  /** Pixels, 1 to 4096. Default: each job has another size, from 192 × 128 to 640 × 360; of `height` alike. */
  readonly width?: number;
  readonly height?: number;
}

export interface GeneratedJob {
  readonly projectId: string;
  /** `job-00001` and so on. */
  readonly jobId: string;
  readonly fault: JobFaultName | null;
  /** The code of the error that `PlaymentClient.labelMap` ends with; null where it gives the expected labels. */
  readonly expectedCode: ErrorCode | null;
}

/** What was drawn, before it became a PNG: what every output is to be compared with. */
export interface ExpectedLabels {
  readonly width: number;
  readonly height: number;
  /** Row-major, height × width: the place in the legend, -1 where the mask's colour is not in it. */
  readonly labels: Int32Array;
  /** In the vendor's form, without `url`, and right also where the job's fault is in its result. */
  readonly result: object;
}

export interface GeneratedJobs extends JobSource {
  readonly projectId: string;
  readonly jobs: readonly GeneratedJob[];
  /** Draws a job anew. @throws DecodeError OPTION_INVALID: there is no such job. */
  expected(jobId: string): ExpectedLabels;
}

const PROJECT_ID = "sample-project";
/** The server asks for a job five times in a row; between these, other clients' jobs come. A drawn one is some 5 kB. */
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
/** The sequence of random numbers that deals the faults; those of the jobs are numbered from 0. */
const FAULTS_STREAM = -2;

/**
 * Jobs whose masks are street scenes, drawn when they are asked for; the same seed draws the same.
 * @throws DecodeError OPTION_INVALID
 */
export function generatedJobs(options: GeneratedJobsOptions): GeneratedJobs {
  const { count, seed, faultShare, width, height } = withDefaults(options);
  const faults = dealFaults(count, seed, faultShare);
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
  const indexOf = new Map(jobs.map(({ jobId }, index) => [jobId, index]));

  const draw = (index: number) => {
    const random = randomFrom(seed, index);
    const [ownWidth, ownHeight] = random.pick(SIZES);
    const filterType = random.pick(FILTER_TYPES);
    return { street: drawStreet(random, width ?? ownWidth, height ?? ownHeight), filterType, random };
  };
  const serve = (index: number): ServedJob => {
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
  const kept = new Map<number, ServedJob>();
  return {
    projectId: PROJECT_ID,
    jobs,
    find(projectId, jobId) {
      const index = projectId === PROJECT_ID ? indexOf.get(jobId) : undefined;
      if (index === undefined || isMissing(jobs[index]!)) return undefined;
      const job = kept.get(index) ?? serve(index);
      // The latest is the last, and the first is the one that was not asked for for the longest time.
      kept.delete(index);
      kept.set(index, job);
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
      return job;
    },
    expected(jobId) {
      const index = indexOf.get(jobId);
      if (index === undefined) throw invalid(`There is no job ${quote(String(jobId))}.`);
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

/** Which jobs are faulty, and how: the share exactly (rounded), every kind in turn. */
function dealFaults(count: number, seed: number, faultShare: number): Map<number, JobFaultName> {
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
