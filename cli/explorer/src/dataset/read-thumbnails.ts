/** Has all masks read by the worker, a few at a time, those in view first, until it is stopped. */
import { ReportedError } from "../decoding/decoder.js";
import type { MaskPair } from "../files/mask-pair.js";
import { readMaskFiles } from "../files/read-mask-files.js";
import { NamedError } from "../named-error.js";
import { decoder, isAbort } from "../open-mask.js";
import { busyWith } from "../state.js";
import { addFailure, addThumbnail, isReading, nextWaiting, putBack } from "./dataset-state.js";

/** While one is decoded the other's files are read; more would make a mask that is opened wait for them. */
const AT_A_TIME = 2;
/** Longest side of a picture, for screens of two pixels for each of the page's. */
const SIDE = 320;
const WAIT_MILLISECONDS = 50;

export async function readThumbnails(signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: AT_A_TIME }, () => readOneByOne(signal)));
}

async function readOneByOne(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // A mask that is being opened goes before all pictures.
    const isOpening = busyWith.value !== null;
    const pair = isOpening ? null : nextWaiting();
    if (pair !== null) await readOne(pair);
    else if (isOpening || isReading()) await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
    else return;
  }
}

async function readOne(pair: MaskPair): Promise<void> {
  try {
    const files = await readMaskFiles(pair);
    addThumbnail(pair, await decoder.ask("thumbnail", { ...files, side: SIDE }, [files.png.buffer]));
  } catch (error) {
    if (isAbort(error)) {
      putBack(pair);
      return;
    }
    const code = error instanceof ReportedError || error instanceof NamedError ? error.code : "INTERNAL";
    addFailure(pair, error instanceof Error ? error.message : String(error), code);
  }
}
