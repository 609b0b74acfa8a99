/** What the two engines have in common: what they are asked, and what they find beside the output that they fill. */
import type { Issue } from "../../errors.js";
import type { PngContainer } from "../png/container.js";
import type { Measures, UnknownColors } from "../wasm/scanner.js";
import type { Output } from "./output.js";

export interface DecodeRequest {
  /** The file, and its checked container. */
  readonly bytes: Uint8Array;
  readonly container: PngContainer;
  /** 0xRRGGBB per label, -1 for a label that no pixel can have; at most 65,536. */
  readonly colors: Int32Array;
  readonly unknown: UnknownColors;
  /** What is to be filled; after an error its content is undefined. */
  readonly output: Output;
  /** Compare the Adler-32 (the upng engine always does). */
  readonly verify: boolean;
}

export type Decoded = Measures & { readonly issues: readonly Issue[] };
