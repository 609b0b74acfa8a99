/** Asks the worker for a comparison, and keeps what came back, or why it did not. */
import { batch } from "@preact/signals";
import type { MaskPair } from "../files/mask-pair.js";
import { readMaskFiles } from "../files/read-mask-files.js";
import { counted, formatShare } from "../format.js";
import { decoder, failureNotice, isAbort } from "../open-mask.js";
import { notice } from "../state.js";
import { comparison, comparisonFailure, isolatedCell, pointedPixel } from "./compare-state.js";

let lastTurn = 0;

export async function runComparison(reference: MaskPair | null, other: MaskPair | null): Promise<void> {
  const turn = ++lastTurn;
  batch(() => {
    comparison.value = null;
    comparisonFailure.value = null;
    isolatedCell.value = -1;
    pointedPixel.value = null;
  });
  if (reference === null || other === null) return;
  try {
    const [first, second] = await Promise.all([readMaskFiles(reference), readMaskFiles(other)]);
    if (turn !== lastTurn) return;
    const files = { reference: first, other: second };
    const compared = await decoder.ask("compare", files, [first.png.buffer, second.png.buffer]);
    if (turn !== lastTurn) return;
    comparison.value = compared;
    const { classes, pixelAccuracy } = compared.scores;
    const accuracy = formatShare(pixelAccuracy, 1);
    const text = `${other.name} against ${reference.name}: ${accuracy} of the pixels right, ${counted(classes.length, "class", "classes")}.`;
    notice.value = { kind: "info", text };
  } catch (error) {
    if (turn !== lastTurn) return;
    // Another mask was opened meanwhile: there is nothing to say, but it must be asked again.
    if (isAbort(error)) await runComparison(reference, other);
    else comparisonFailure.value = failureNotice(error, "Cannot compare");
  }
}
