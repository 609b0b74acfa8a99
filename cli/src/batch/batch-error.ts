import { LabelMapError } from "labelmap";

/** An error outside the decoding: in the storage, the manifest, the worker threads or the queue. */
export class BatchError extends LabelMapError {
  override name = "BatchError";
}
