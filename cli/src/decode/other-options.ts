/// <reference types="node" />
/** Keeps `labelmap decode` from replacing outputs that an earlier run made with other options. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { counted } from "labelmap/checks";
import { MANIFEST, Manifest } from "../batch/manifest.js";
import { openStorage } from "../batch/open-storage.js";
import { canonical, makesSameOutputs, type OutputPlan, parsePlan } from "../batch/output-plan.js";
import { UsageError } from "../usage-error.js";

/**
 * A longer list of classes or things is no other option: it grows with the data set. Nor are limits, which change no output.
 *
 * @param jobs the names of the masks that the run decodes
 * @throws {UsageError}: outputs of some of them were made with other options; {BatchError} MANIFEST_INVALID, STORAGE_FAILED
 */
export async function checkSameOptions(out: string, plan: OutputPlan, jobs: Iterable<string>): Promise<void> {
  if (!existsSync(join(out, MANIFEST))) return;
  const storage = await openStorage(out);
  const flagsOf = new Map<string, readonly string[]>();
  const differing = async (id: string) => {
    const bytes = await storage.read(`options/${id}.json`);
    const earlier = bytes === undefined ? undefined : parsePlan(new TextDecoder().decode(bytes), id);
    // Without its options, an output can only be made again.
    return earlier === undefined ? [] : differences(earlier, plan);
  };
  const manifest = await Manifest.read(out);
  let count = 0;
  const flags = new Set<string>();
  try {
    for (const job of jobs) {
      const record = await manifest.latest(job, plan.format);
      if (record?.status !== "done" || makesSameOutputs(plan, record.options)) continue;
      const { options } = record;
      if (!flagsOf.has(options)) flagsOf.set(options, await differing(options));
      const others = flagsOf.get(options)!;
      for (const flag of others) flags.add(flag);
      if (others.length > 0) count++;
    }
  } finally {
    await manifest.close();
  }
  if (count === 0) return;
  const masks = counted(count, "mask was", "masks were");
  throw new UsageError(
    `${masks} decoded to ${out} with other options: ${[...flags].join(", ")}; choose another output directory, or add --force to decode again`,
  );
}

/** The flags whose options differ. */
function differences(earlier: OutputPlan, plan: OutputPlan): string[] {
  const [before, now] = [optionsOf(earlier), optionsOf(plan)];
  return Object.keys(now).filter((flag) => canonical([before[flag]]) !== canonical([now[flag]]));
}

/** The options that change the outputs, by their flags. */
function optionsOf({ target, objects, minArea, labels, missing, form, decode }: OutputPlan) {
  const { map, dtype, divisor } = (target ?? {}) as { map?: string; dtype?: string; divisor?: number };
  const { resize, snap, encoding, classBy, transparent } = decode;
  const { width, height, sampling } = resize ?? {};
  const options: Record<string, unknown> = {
    ...{ "--map": map, "--dtype": dtype, "--divisor": divisor, "--objects": objects },
    ...{ "--min-area": minArea, "--labels": labels, "--missing": missing, "--form": form },
    ...{ "--resize": resize === undefined ? null : [width, height], "--sampling": sampling, "--snap": snap },
    ...{ "--encoding": encoding, "--class-by": classBy, "--transparent": transparent },
  };
  return options;
}
