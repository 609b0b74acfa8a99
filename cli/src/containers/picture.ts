/** The pixels of a container that was read, in the form that a PNG has them. */

import type { Issue } from "labelmap";
import type { PngHeader } from "labelmap/png";

export interface Picture {
  readonly header: Omit<PngHeader, "interlaced">;
  /** Scanlines from top to bottom, as PNG packs them: `height * ceil(width * bits / 8)` bytes, big-endian. */
  readonly rows: Uint8Array;
  /** Three bytes per entry, if the pixels are indices. */
  readonly palette?: Uint8Array;
  /** What is odd about the file, or lost. */
  readonly issues: readonly Issue[];
}

/** How large a picture may be. */
export interface PictureLimits {
  readonly maxPixels: number;
}
