/** Downloads all jobs, with progress, before the first mask is decoded. */
import { type DownloadSourcesOptions, downloadSources } from "./batch/download-sources.js";
import type { SourceProvider } from "./batch/sources.js";
import { say } from "./batch-run.js";
import { startProgress } from "./progress.js";

/** @throws what `downloadSources` throws */
export async function downloadAll(
  options: DownloadSourcesOptions,
  isQuiet: boolean,
): Promise<SourceProvider> {
  if (!isQuiet) say("downloading all jobs first, because the class ids depend on all results");
  const progress = await startProgress(options.tasks.length, { isQuiet });
  try {
    const onProgress: DownloadSourcesOptions["onProgress"] = (state) =>
      progress.update({ ...state, kept: 0, failedBefore: 0 });
    return await downloadSources({ ...options, onProgress });
  } finally {
    progress.stop();
  }
}
