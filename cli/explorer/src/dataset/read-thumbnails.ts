/** Lets the worker read all masks until it is stopped: a few at a time, masks in view first. */
import { ReportedError } from "../decoding/decoder.js";
import type { MaskPair } from "../files/mask-pair.js";
import { readMaskFiles } from "../files/read-mask-files.js";
import { NamedError } from "../named-error.js";
import { decoder, isAbort } from "../open-mask.js";
import { busyWith } from "../state.js";
import { addFailure, addThumbnail, isReading, nextWaiting, putBack } from "./dataset-state.js";

/** While one mask is decoded, the files of the other are read. A mask that is opened would have to wait for more. */
const AT_A_TIME = 2;
/** Longest side of a picture, enough for screens with two pixels per CSS pixel. */
const SIDE = 320;
const WAIT_MILLISECONDS = 50;

export async function readThumbnails(signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: AT_A_TIME }, () => readOneByOne(signal)));
}

async function readOneByOne(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // A mask that is being opened has priority over all pictures.
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
