/**
 * Lets a worker of its own compare all pairs, one at a time, so that masks can be opened in the meantime. A pair that
 * cannot be compared is listed, and the others go on.
 */
import type { Paired } from "../../../src/compare/pair-by-name.js";
import { addComparedClasses } from "../coloring.js";
import { Decoder, ReportedError } from "../decoding/decoder.js";
import type { SetScores } from "../decoding/protocol.js";
import { readMaskFiles } from "../files/read-mask-files.js";
import { NamedError } from "../named-error.js";
import { isAbort } from "../open-mask.js";
import { type EvaluatedPair, type FailedPair, lastEvaluation, paired } from "./evaluate-state.js";
import type { InFolder } from "./folder-pairs.js";

/** How often the tables are redrawn. */
const PUBLISH_MILLISECONDS = 250;

let running: Decoder | null = null;

/** Ends the evaluation; what is known of the pairs stays. */
export function stopEvaluation(): void {
  running?.cancel();
  running = null;
  const last = lastEvaluation.value;
  if (last?.isRunning) lastEvaluation.value = { ...last, isRunning: false };
}

export async function runEvaluation(of: Paired<InFolder>): Promise<void> {
  stopEvaluation();
  const decoder = new Decoder();
  running = decoder;
  const rows: EvaluatedPair[] = [];
  const failures: FailedPair[] = [];
  let set: SetScores | null = null;
  let published = 0;
  const publish = (isRunning: boolean) => {
    published = performance.now();
    lastEvaluation.value = { of, isRunning, rows: [...rows], failures: [...failures], set };
  };
  publish(true);
  // While the worker compares a pair, the files of the next one are read.
  let next = readPair(of.pairs[0]);
  for (const [place, [reference, other]] of of.pairs.entries()) {
    const files = await next;
    next = readPair(of.pairs[place + 1]);
    const masks = { name: reference.name, reference: reference.pair, other: other.pair };
    try {
      if (files instanceof Error) throw files;
      if (running !== decoder) return;
      const buffers = [files!.reference.png.buffer, files!.other.png.buffer];
      const reply = await decoder.ask("evaluate", files!, buffers);
      rows.push({ ...masks, ...reply.pair });
      set = reply.set;
      addComparedClasses(set);
    } catch (error) {
      if (isAbort(error)) return;
      const code = error instanceof ReportedError || error instanceof NamedError ? error.code : null;
      failures.push({ ...masks, message: (error as Error).message, code: code ?? "INTERNAL" });
    }
    if (running !== decoder) return;
    // Other masks were opened in the meantime.
    if (paired.value !== of) break;
    if (performance.now() - published > PUBLISH_MILLISECONDS) publish(true);
  }
  publish(false);
  stopEvaluation();
}

/** @returns what went wrong, because nobody may wait for it */
async function readPair(masks: readonly [InFolder, InFolder] | undefined) {
  if (masks === undefined) return undefined;
  try {
    const [reference, other] = await Promise.all(masks.map(({ pair }) => readMaskFiles(pair)));
    return { reference: reference!, other: other! };
  } catch (error) {
    return error as Error;
  }
}
