/// <reference types="node" />
/** Decodes one mask to standard output: `labelmap decode … --out -`. */

import { statSync } from "node:fs";
import { encodingOf } from "labelmap/ids";
import { ArrayPool } from "./batch/array-pool.js";
import { encodeOutputs } from "./batch/output-files.js";
import { planOutput } from "./batch/plan-output.js";
import { PreparedPlan } from "./batch/prepared-plan.js";
import { UnlabelledCount } from "./batch/unlabelled.js";
import { reportUnlabelled } from "./batch-run.js";
import { checkOneStandardInput, nameFile, nameOf, readInput, resultBeside } from "./input.js";
import { checkLegendName, readingArgs, readLegendText } from "./legend-flags.js";
import { STANDARD_STREAM, writeOutput } from "./output.js";
import type { OutputFlags } from "./output-flags.js";
import { fromResults, outputOf } from "./output-from-flags.js";
import { checkOutput } from "./protect.js";
import { UsageError } from "./usage-error.js";

/** @throws {UsageError}; what reading and decoding throw */
export async function decodeToStream(
  paths: readonly string[],
  flags: OutputFlags & { readonly legend?: string; readonly out: string; readonly quiet?: boolean },
): Promise<void> {
  const [mask = "", ...more] = paths;
  if (flags.out !== STANDARD_STREAM) throw new UsageError("a mask from standard input (-) needs --out -");
  if (more.length > 0) throw new UsageError("--out - takes one mask; give a directory for several");
  if (statSync(mask, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--out - takes one mask, but ${mask} is a folder; give a directory for its masks`);
  }
  if (flags.format !== "npy" && flags.format !== "png") {
    throw new UsageError(
      `--out - writes a single file, but ${flags.format} has several; use --format npy or png`,
    );
  }
  const result = flags.legend ?? resultBeside(mask) ?? null;
  const { encoding = "colors" } = flags;
  if (result === null && encoding === "colors") {
    throw new UsageError(`${nameOf(mask)} has no result beside it; name its result with --legend`);
  }
  if (result !== null) checkLegendName(result);
  checkOneStandardInput([mask, result ?? undefined]);
  const inputs = [mask, result ?? undefined, flags.classes, flags.labels];
  checkOutput(STANDARD_STREAM, inputs, { isForced: false });
  const png = await readInput(mask);
  const legend = result === null ? null : await readLegendText(result);
  const text = legend?.text ?? encodingOf(encoding)?.legend;
  const order = flags.legend === undefined ? "name" : "source";
  const plan = planOutput(
    await outputOf(
      flags,
      null,
      fromResults(() => (text === undefined ? [] : [text]), order),
    ),
  );
  const unlabelled = new UnlabelledCount();
  try {
    const input = { name: "mask", png, legend, prepared: new PreparedPlan(plan) };
    await encodeOutputs(input, new ArrayPool(), async ({ files, pixels, unlabelledPixels }) => {
      for (const piece of files[0]!.pieces) await writeOutput(STANDARD_STREAM, piece);
      unlabelled.add({ job: mask, pixels, unlabelledPixels });
    });
  } catch (error) {
    throw nameFile(error, { mask, result });
  }
  const legendArgs = result === null || result === resultBeside(mask) ? [] : ["--legend", result];
  if (!flags.quiet) reportUnlabelled(unlabelled.total, () => [mask, ...legendArgs, ...readingArgs(flags)]);
}
