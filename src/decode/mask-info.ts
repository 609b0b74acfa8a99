/** Between the legend and the engines: a legend to the colours that an engine looks for, and its counts to named labels. */

import { IssueList } from "../checks/issue-list.js";
import type { Issue } from "../errors.js";
import type { ClassBy } from "../legend/result.js";
import type { Label } from "../maps/label.js";
import { buildLabels } from "../maps/label-map.js";
import type { MaskInfo } from "./described.js";
import { transparencyIssue } from "./faults.js";
import { partOf } from "./parts.js";
import type { Source } from "./result-input.js";
import type { SnapOptions } from "./snap.js";
import type { ColorCounts, Measures } from "./wasm/measures.js";
import type { UnknownColors } from "./wasm/scanner.js";

/** What fully transparent pixels mean; see `DecodeOptions`. */
export type Transparent = "unlabelled" | "ignore-alpha";

/** 0xRRGGBB for each label, -1 for a label that no pixel can have. */
export function colorsOf({ legend }: Source): number[] {
  return legend.entries.map(({ rgb }) => rgb);
}

/** What to do with colours that are not in the legend, and with fully transparent pixels. */
export function unknownColors(
  colors: ArrayLike<number>,
  snap: SnapOptions | undefined,
  transparent: Transparent,
): UnknownColors {
  const alpha = transparent === "unlabelled" ? "UNLABELLED" : "COUNTED";
  if (snap === undefined) return { kind: "UNLABELLED", labelOf: () => -1, alpha };
  const answer = partOf("snap").answerTo(colors, snap);
  return { kind: "SNAP", labelOf: (word) => answer(swapRedBlue(word)), alpha };
}

export function describeMask(
  { counts, boxes, transparent, unlabelled, snapped }: Measures,
  source: Source,
  classBy: ClassBy,
  unknown: UnknownColors,
  pngIssues: readonly Issue[],
): MaskInfo {
  const labels = buildLabels(source, classBy, counts, boxes);
  const clear = transparent.some((count) => count > 0) ? [transparencyIssue(labels, transparent)] : [];
  return {
    labels,
    unlabelled: { count: unlabelled.count, colors: namedColors(unlabelled) },
    snapped: {
      count: snapped.count,
      colors: snapped.colors.map(({ rgb, count, label }) => ({
        color: hexOf(rgb),
        count,
        label: label ?? unknown.labelOf(swapRedBlue(rgb)),
      })),
    },
    issues: issuesOf(source, labels, [...pngIssues, ...clear]),
  };
}

/** The issues of the legend, those of the PNG, and what is odd about a mask with these labels. */
export function issuesOf(
  source: Source | null,
  labels: readonly Label[],
  pngIssues: readonly Issue[],
): readonly Issue[] {
  return new IssueList(
    ...(source?.issues ?? []),
    ...pngIssues,
    ...(source?.legend.check?.(labels) ?? []),
  ).toArray();
}

function namedColors({ colors }: ColorCounts) {
  return colors.map(({ rgb, count }) => ({ color: hexOf(rgb), count }));
}

function hexOf(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, "0")}`;
}

/** 0xRRGGBB from a colour word, whose lowest byte is R, and vice versa. */
function swapRedBlue(color: number): number {
  return ((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff);
}
