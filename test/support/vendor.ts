/** Starts a vendor on loopback with drawn jobs, and gives what a batch needs to fetch them. */

import { PlaymentClient } from "labelmap/playment";
import { fromVendor, limitRate, openStorage, type Task } from "labelmap-cli/batch";
import { type GeneratedJobsOptions, generatedJobs, startVendorServer } from "labelmap-cli/sample-server";
import { onTestFinished } from "vitest";

const KEY = "key-1234567890";

/** Starts the vendor. It is closed when the test ends. */
export async function startVendor(options: GeneratedJobsOptions) {
  const jobs = generatedJobs(options);
  const vendor = await startVendorServer({ jobs, apiKey: KEY, countByJob: true });
  onTestFinished(() => vendor.close());
  const tasks: Task[] = jobs.jobs.map(({ jobId, projectId }) => ({ job: jobId, project: projectId }));
  return {
    vendor,
    tasks,
    project: jobs.projectId,
    /** Environment variables for the `labelmap` command. */
    env: { PLAYMENT_BASE_URL: vendor.baseUrl, PLAYMENT_API_KEY: KEY },
    requestsOf: (job: string) => vendor.requestsOf(jobs.projectId, job),
    /** A source that keeps the files that it fetches in `out`. */
    sourceFor: async (out: string, rate = 10_000) => {
      const throttle = limitRate(rate);
      const client = new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, throttle });
      return fromVendor(client, await openStorage(out));
    },
  };
}
