/** `labelmap-cli/sample-server`: a simulated vendor on loopback, with generated jobs. For Node only. */
export type { Faults } from "./faults.js";
export {
  type ExpectedLabels,
  type GeneratedJob,
  type GeneratedJobs,
  type GeneratedJobsOptions,
  generatedJobs,
} from "./generated-jobs.js";
export {
  type ExpectedFrame,
  type GeneratedVideo,
  type GeneratedVideoOptions,
  generatedVideo,
} from "./generated-video.js";
export { JOB_FAULT_NAMES, type JobFaultName } from "./job-faults.js";
export type { JobSource, ListedJob, ServedJob } from "./jobs.js";
export type { RecordedRequest, RequestCounts } from "./request-log.js";
export { startVendorServer, type VendorServer, type VendorServerOptions } from "./server.js";
