/** Runs all checks over a set, image by image, and sorts what they find. */

import { DatasetReport } from "labelmap/dataset";
import type { SetFormat } from "labelmap/formats";
import { classesOf } from "../inspect-set/inspect-set.js";
import { type SetSummary, SummaryBuilder } from "../inspect-set/summary.js";
import { walk } from "../inspect-set/walk.js";
import type { WatchedSource } from "../inspect-set/watched-source.js";
import type { OpenedSet, SourceFlags } from "../sources/open-set.js";
import { unlistedIn } from "./checks/classes.js";
import { CHECKS } from "./checks.js";
import { Commands } from "./commands.js";
import type { Finding } from "./finding.js";

export interface Examination {
  readonly summary: SetSummary;
  /** Errors first, then warnings, then notes. */
  readonly findings: readonly Finding[];
  /** What to run if nothing is wrong, or if no finding has a command; null if nothing helps. */
  readonly command: string | null;
}

const RANKS = ["error", "warning", "note"] as const;

export async function examine(
  opened: OpenedSet,
  source: WatchedSource,
  flags: SourceFlags & { readonly thorough?: boolean; readonly quiet?: boolean },
  sources: readonly string[],
): Promise<Examination> {
  const { set } = opened;
  const about = {
    ...{ set, flags, paths: new Set(await source.list()), isThorough: flags.thorough === true },
    readHead: (path: string, bytes: number) => source.read(path, bytes),
    readText: async (path: string) => new TextDecoder().decode(await source.read(path)),
  };
  const checks = CHECKS.map((check) => ({ check, collector: check.start(about) }));
  const builder = new SummaryBuilder();
  const report = new DatasetReport();
  for await (const image of walk(set, source, { isQuiet: flags.quiet === true })) {
    builder.add(image);
    if (image.map !== null) report.add(image.item.name, image.map);
    for (const { collector } of checks) await collector.see?.(image);
  }
  const { classes, problem } = await classesOf(set);
  const summary = builder.build(classes);
  const commands = new Commands({
    ...{ sources, flags, root: opened.root, inputs: opened.inputs },
    format: set.format.name as SetFormat,
    failed: { count: summary.failed, names: summary.failures.map(({ name }) => name) },
    images: summary.images,
    hasClasses: classes !== null,
    hasUnlisted: unlistedIn({ classes, summary }).length > 0,
  });
  const all = { summary, report: report.toJSON(), classes, problem, commands };
  const findings: Finding[] = [];
  for (const { check, collector } of checks) {
    const { code, severity, remedy } = check;
    const found = await collector.finish(all);
    findings.push(...found.map((each) => ({ code, severity, remedy, command: null, ...each })));
  }
  findings.sort((a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity));
  return { summary, findings, command: commands.convert() };
}
