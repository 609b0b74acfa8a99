/** Asks the worker for a comparison, and stores its result or its error. */
import { batch } from "@preact/signals";
import { addComparedClasses } from "../coloring.js";
import type { MaskPair } from "../files/mask-pair.js";
import { readMaskFiles } from "../files/read-mask-files.js";
import { counted, formatShare, nameInText } from "../format.js";
import { dismiss, post } from "../notices.js";
import { decoder, failureNotice, startOver, untilDone } from "../open-mask.js";
import { busyWith } from "../state.js";
import { comparisonFailure, isolatedCell, lastCompared, pointedPixel } from "./compare-state.js";

/** @param signal ends the comparison; nothing is stored then. */
export async function runComparison(
  reference: MaskPair | null,
  other: MaskPair | null,
  signal: AbortSignal,
): Promise<void> {
  batch(() => {
    lastCompared.value = null;
    comparisonFailure.value = null;
    isolatedCell.value = -1;
    pointedPixel.value = null;
    dismiss("comparison");
  });
  if (reference === null || other === null) return;
  try {
    const masks = await untilDone(() => ask(reference, other, signal), signal);
    const { classes, pixelAccuracy } = masks.scores;
    const accuracy = formatShare(pixelAccuracy, 1);
    const names = `${nameInText(other.name)} compared with ${nameInText(reference.name)}`;
    const text = `${names}: ${accuracy} of pixels are correct, ${counted(classes.length, "class", "classes")}.`;
    batch(() => {
      addComparedClasses(masks);
      lastCompared.value = { reference, other, masks };
      post("comparison", { kind: "info", text });
    });
  } catch (error) {
    if (!signal.aborted) comparisonFailure.value = failureNotice(error, "Cannot compare");
  }
}

async function ask(reference: MaskPair, other: MaskPair, signal: AbortSignal) {
  const [first, second] = await Promise.all([readMaskFiles(reference), readMaskFiles(other)]);
  signal.throwIfAborted();
  // If a mask is being opened, that has ended the comparison already and now uses the worker.
  const end = () => busyWith.value === null && startOver();
  signal.addEventListener("abort", end);
  try {
    const files = { reference: first, other: second };
    const masks = await decoder.ask("compare", files, [first.png.buffer, second.png.buffer]);
    signal.throwIfAborted();
    return masks;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
