/** The interface of both engines: a request, and what they return in addition to the output that they fill. */
import type { Issue } from "../../errors.js";
import type { PngContainer } from "../png/container.js";
import type { Measures } from "../wasm/measures.js";
import type { UnknownColors } from "../wasm/scanner.js";
import type { Output } from "./output.js";

export interface DecodeRequest {
  /** The file, and its checked container. */
  readonly bytes: Uint8Array;
  readonly container: PngContainer;
  /** 0xRRGGBB for each label, -1 for a label that no pixel can have; at most 65,536 labels. */
  readonly colors: ArrayLike<number>;
  readonly unknown: UnknownColors;
  /**
   * For 16-bit samples that are no colours: the channels whose samples are the low and the high half of a colour word, or
   * only the one for the low half. Otherwise such samples must be widened 8-bit ones.
   */
  readonly halves?: readonly number[] | undefined;
  /** The arrays to fill. Their content is undefined after an error. */
  readonly output: Output;
  /** Whether to compare the Adler-32 (the upng engine always does). */
  readonly verify: boolean;
}

export type Decoded = Measures & { readonly issues: readonly Issue[] };
