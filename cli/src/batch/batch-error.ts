import { LabelMapError } from "labelmap";

/** What fails around the decoding: storage, manifest, worker threads, the queue. */
export class BatchError extends LabelMapError {
  override name = "BatchError";
}
